"""What each posting of the demo region says besides its own words, by the kind of role that it is."""

from collections.abc import Mapping
from typing import Any

EXPENSES_ONLY = "expenses_only"
_PURPOSES = {
    "feedback": "Only people who use it can say what it is like.",
    "improvement": "We have planned this without the people it is for, and it shows.",
    "governance": "Who decides about care should have people in the room who live with what is decided.",
    "senior": "We want somebody in the chair who has been where our patients are.",
}
_INFLUENCE = {"feedback": "asked", "improvement": "worked_together", "governance": "decided", "senior": "decided"}
_STAGE = {"feedback": "co_assess", "improvement": "co_design", "governance": "co_commission", "senior": "co_commission"}
_TYPES = {
    "training_education": "storyteller",
    "recruitment_panel": "panel_member",
    "research": "research_partner",
    "information": "reviewer",
    "culture": "discussion_group",
}
_OF_RUNG = {"governance": "committee_member", "senior": "chair"}
GETTING_IN = (
    "Bus 7 stops at the door. There is a door without steps, a lift, and two parking spaces for blue badges. Somebody "
    "meets you at the desk."
)
SUPPORT = "Somebody rings you before the first session, sits beside you in it, and rings you again the day after."


def said_of(role: Mapping[str, Any], *, paid: bool, decided_on: str) -> dict[str, Any]:
    """`role`: its strand and rung. `decided_on`: when it was decided what it is for tax, where it is paid."""
    rung, strand = role["rung"], role["strand"]
    kind = _OF_RUNG.get(rung) or _TYPES.get(strand, "improvement_partner")
    said: dict[str, Any] = {
        "role_type": role.get("role_type", kind),
        "purpose": role.get("purpose", _PURPOSES[rung]),
        "influence": role.get("influence", _INFLUENCE[rung]),
        "cycle_stage": _STAGE[rung],
        "getting_in": "" if role["mode"] == "remote" else GETTING_IN,
        "support": SUPPORT,
        "formats": ["standard", "large_print", "easy_read"],
        "steps": ["reading", "talk"],
        "answer_ways": ["web", "phone", "post"],
        "expenses": ["internet", "carer"] if role["mode"] == "remote" else ["travel", "parking", "food", "carer"],
        "prepaid_travel": role["mode"] != "remote",
        "sessions_planned": role.get("sessions", 1),
        "work": work_of(role),
    }
    if not paid:
        return said | {"unpaid_why": "It is short, and anybody can take part. We pay what it costs you to come."}
    return said | {
        "status_result": "office_holder" if rung in ("governance", "senior") else "not_employed",
        "status_tool": "national_guidance",
        "status_on": decided_on,
        "status_by": "Payroll team",
    }


def work_of(role: Mapping[str, Any]) -> dict[str, str]:
    """The piece of work that roles of its kind are a part of, by the five principles."""
    return _WORKS[role["strand"]]


def _work(title: str, needed: str, impact: str, plan: str, decides: str) -> dict[str, str]:
    return {
        "title": title,
        "needed": needed,
        "high_impact": impact,
        "aligned": plan,
        "hard_wired": decides,
        "feasible": "It has a lead with a day a week for it, and money for pay and expenses until April.",
    }


_WORKS = {
    "service_improvement": _work(
        "Clinics that work for those who come",
        "One complaint in four is about waiting, and not knowing for how long.",
        "Some 30,000 people come to these clinics in a year.",
        "It is the second aim of our plan for the next two years.",
        "The board of the clinics decides on what comes out of it, each quarter.",
    ),
    "governance": _work(
        "Patients where decisions are made",
        "Our committees ask for it, and so do our inspectors.",
        "What they decide reaches everybody who uses our services.",
        "Our constitution says that people who use services have a seat.",
        "Members have a vote, and the minutes say what became of it.",
    ),
    "training_education": _work(
        "Staff who listen",
        "New staff say that they learn most from people's own stories.",
        "Each year 600 people begin to work here.",
        "It is a part of our training plan.",
        "The head of training takes what people say into the course.",
    ),
    "research": _work(
        "Research that asks the right questions",
        "People with these conditions asked for other answers than studies gave.",
        "What we find changes how thousands are treated.",
        "Our research plan has it as its first aim.",
        "The steering group decides, and two of its members are partners.",
    ),
    "information": _work(
        "Letters that people understand",
        "One call in five to our desks is about a letter.",
        "We send 9,000 letters in a month.",
        "Our plan for the year: easier to read.",
        "The manager of outpatients decides on each letter in the month after.",
    ),
    "recruitment_panel": _work(
        "Choosing staff together",
        "People told us that kindness counts as much as skill.",
        "Each new member of staff meets thousands of patients.",
        "Our board asked for it for all senior posts.",
        "The score of each member of the panel counts the same.",
    ),
    "culture": _work(
        "Staff and patients, eye to eye",
        "Our survey: many do not dare to say what went wrong.",
        "It changes how each visit feels.",
        "It is the first of our values.",
        "The director of nursing answers in each meeting.",
    ),
}
