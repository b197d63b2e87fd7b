"""The words for notifications' codes, as people read them."""

from datetime import datetime

from schemas import links
from schemas.waiting import WORDS
from services.chassis.base.wording import moment, short_day

SEVERAL: dict[str, str] = {
    "screen_application": "applications to join the pool to read",
    "answer_interest": "people who showed interest to answer",
    "answer_offer": "places that you were offered to say yes or no to",
    "review_needs": "times to look again at what you need to take part",
    "record_attendance": "sessions to record who came to",
    "record_outcome": "times to tell people what changed",
    "give_payee_details": "claims that need your bank details before you can be paid",
    "send_claim": "claims to check and send",
    "approve_claim": "claims to approve",
    "pay_claim": "approved claims to put into a payment run",
    "record_training": "training sessions to record who came to",
    "contact_by_phone_or_post": "messages to tell people by phone or by letter",
}
"""The same of more than one, after their number."""

LISTS: dict[str, str] = {
    "screen_application": links.STAFF_APPLICATIONS,
    "approve_claim": links.STAFF_CLAIMS,
    "pay_claim": links.STAFF_PAYMENTS,
    "contact_by_phone_or_post": links.STAFF_MESSAGES,
}
"""The page of an organisation that lists all that waits of a kind, where there is one."""


def several(code: str, count: int) -> str:
    """What is to be done so many times: "12 claims to approve"."""
    return f"{count:,} {SEVERAL.get(code, 'things to do')}"


def item(what: str, count: int, *about: str | None) -> str:
    """One line of what waits: what is to be done, and about whom and what it is, as far as it may be said here."""
    words = to_do(what) if count == 1 else several(what, count)
    known = ", ".join(one for one in about if one)
    return f"{words}: {known}" if known else words


def when(since: datetime, until: datetime | None) -> str:
    """Since when it waits, and until when it was promised: "Since Tuesday 3 May 2026 at 5pm, until 24 May"."""
    return f"Since {moment(since)}{f', until {short_day(until)}' if until else ''}"


def to_do(code: str) -> str:
    """What is to be done. A code that is newer than our words still has its link."""
    return WORDS.get(code, "Something to do")
