"""What a coordinator types into the pages of an opportunity's draft, and how they go from one to the next."""

from datetime import timedelta

import httpx

from services.chassis.base.access import LONDON
from tests.matching.world import NOW
from tests.support import save_page

NEW = "/opportunities/for/RX2/new"
Typed = dict[str, str | list[str]]
NO_DAY: dict[str, str | list[str]] = {"term_until_day": "", "term_until_month": "", "term_until_year": ""}
UNPAID_TYPED: dict[str, str | list[str]] = {
    "places": "2",
    "pay": "expenses_only",
    "unpaid_why": "There is no money for it.",
    "expenses": ["travel"],
    "prepaid_travel": "",
    **dict.fromkeys(("status_result", "status_tool", "status_by"), ""),
    **dict.fromkeys(("status_on_day", "status_on_month", "status_on_year"), ""),
}
PAID_TYPED: dict[str, str | list[str]] = {
    "unpaid_why": "",
    "status_result": "not_employed",
    "status_tool": "organisation_policy",
    "status_by": "Payroll team",
    "status_on_day": "5",
    "status_on_month": "1",
    "status_on_year": "2026",
}
PAGES = ("role", "change", "when", "people", "choosing", "places", "days", "answers")


def date_typed(name: str, days: int) -> Typed:
    on = NOW.astimezone(LONDON) + timedelta(days=days)
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def typed(page: str, **more: str | list[str]) -> Typed:
    """What is typed into one page. `more`: in place of some of it; what is of another page is left out."""
    pages: dict[str, Typed] = {
        "role": {
            "title": "A seat in the pain pathway team",
            "summary": "Help the team that plans care.",
            "role_type": "mdt_member",
            "strand": "service_improvement",
            "rung": "improvement",
        },
        "change": {
            "purpose": "The team does not know what it is like.",
            "what_will_change": "The referral letter.",
            "influence": "worked_together",
            "cycle_stage": "co_design",
            "work": "",
        },
        "when": {
            "mode": "hybrid",
            "place": "Room 4, Example House",
            "district": "" if more.get("mode") == "remote" else "BN2",
            "getting_in": "A door without steps.",
            "sessions_planned": "1",
            "preparation_hours": "1",
            "time_commitment": "3 hours and 1 hour to read",
            "bring": "",
            "session_time": "2:30pm",
            "session_hours": "1",
            **date_typed("session_at", 20),
            **NO_DAY,
        },
        "people": {
            "expertise_level": "some",
            "lived_experience": [],
            "languages": "",
            "training": [],
            "access": [],
            "formats": [],
            "support": "Cora rings you before and after.",
        },
        "choosing": {"steps": [], "criteria": "", "names_hidden": "", "answer_ways": ["web", "phone"]},
        "places": UNPAID_TYPED,
        "days": {**date_typed("apply_by", 10), **date_typed("decide_by", 12), **date_typed("feedback_by", 40)},
        "answers": {"desk_id": "", "contact_id": "", "talks_from_interest": "yes"},
    }
    own = pages[page]
    if page == "places" and more.get("pay", "expenses_only") != "expenses_only":
        own = own | PAID_TYPED
    return own | {name: value for name, value in more.items() if name in own}


async def fill_in(browser: httpx.AsyncClient, new: str = NEW, /, **more: str | list[str]) -> str:
    """Begin a draft and save all of its pages; the address of its list."""
    at = new
    for page in PAGES:
        saved = await save_page(browser, f"{at}/{page}", typed(page, **more))
        assert saved.status_code == 303, saved.text
        at = saved.headers["location"].rpartition("/")[0]
    return at


async def send(browser: httpx.AsyncClient, at: str) -> httpx.Response:
    """Send the draft from the page where its answers are checked."""
    return await save_page(browser, f"{at}/check", {})
