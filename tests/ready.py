"""What each posting has to say besides what it is about, for tests to which it does not matter."""

from typing import Any

WORK: dict[str, Any] = {
    "title": "Letters that people understand",
    "needed": "One call in five is about this letter.",
    "high_impact": "9,000 people get it each year.",
    "aligned": "Our plan: easier to read.",
    "hard_wired": "The manager of the clinic decides in March.",
    "feasible": "A writer has two days a week.",
}
WAY_IN: dict[str, Any] = {
    "title": "Come to our patient group",
    "kind": "improvement",
    "summary": "Ten people meet with staff.",
    "takes": "month",
    "expertise": "none",
    "how": "Ring 01632 960 210.",
}
READY: dict[str, Any] = {
    "role_type": "improvement_partner",
    "purpose": "Only people who live with it know.",
    "influence": "worked_together",
    "cycle_stage": "co_design",
    "getting_in": "There is a door without steps.",
    "support": "Sal rings you before and after.",
    "expenses": ["travel"],
    "work": WORK,
}
UNPAID = {"unpaid_why": "There is no money for it yet."}
PAID = {
    "status_result": "not_employed",
    "status_tool": "organisation_policy",
    "status_on": "2026-01-05",
    "status_by": "Payroll team",
}


def ready(said: dict[str, Any]) -> dict[str, Any]:
    """A posting as the API is sent it, with all that is not said of it yet. People hear on its closing day."""
    paid = UNPAID if said.get("pay", "expenses_only") == "expenses_only" else PAID
    at = {} if said.get("mode") == "remote" else {"place": "Room 4, Example House", "district": "BN2"}
    days = {"decide_by": said["apply_by"]} if "apply_by" in said else {}
    return READY | paid | at | days | said
