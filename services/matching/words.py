"""The words for matching's codes, as people read them."""

from collections.abc import Iterable, Mapping

from schemas.matching import EXPERTISE_LEVELS, WITHDRAWAL_REASONS, Opportunity, Session
from schemas.words import ACCESS, AREA, MODE, RUNG, STRAND, in_words, training_called
from services.chassis.base.paid import what_is_paid
from services.chassis.base.wording import hours, moment

__all__ = [
    "ACCESS",
    "AREA",
    "EXPERTISE",
    "MODE",
    "OFFERED",
    "RUNG",
    "STRAND",
    "WITHDRAWAL",
    "hours",
    "in_words",
    "pay",
    "reason",
    "reasons",
    "when",
]

OFFERED = {code: said for code, said in ACCESS.items() if code != "something_else"}
"""What an organisation can say that it will provide."""
EXPERTISE = {"none": "No experience needed", "some": "Some experience helps", "experienced": "Experience needed"}
WITHDRAWAL = {
    "no_longer_needed": "It is no longer needed",
    "posted_by_mistake": "It was posted by mistake",
    "postponed": "It is put off until later",
    "organisation_closed": "The organisation has closed",
}

assert tuple(EXPERTISE) == EXPERTISE_LEVELS
assert tuple(WITHDRAWAL) == WITHDRAWAL_REASONS

_REASON = {
    "in_pool": "You have joined: you are in the pool.",
    "rung": "It is on a step of the ladder that you have reached.",
    "next_rung": "It is the next step up the ladder for you.",
}


def reason(code: str, of: Opportunity, training: Mapping[str, str]) -> str:
    """One reason for a match, as its person reads it. `training`: credential code → title."""
    kind, _, what = code.partition(":")
    if kind == "strand":
        return f"You asked for this kind of work: {STRAND.get(what, what)}."
    if kind == "mode":
        return f"You can take part this way: {MODE.get(what, what)}."
    if kind == "training":
        return f"You completed the training it asks for: {training.get(what) or training_called(what)}."
    if kind == "access":
        return f"What you need is there: {ACCESS.get(what, what)}."
    if kind == "lived":
        return f"You told us you know about this from your own life: {AREA.get(what, what)}."
    if kind == "paid":
        return f"You asked for paid roles, and this one is paid: {pay(of)}." if of.pay else ""
    return _REASON.get(code, "")


def reasons(codes: Iterable[str], of: Opportunity, training: Mapping[str, str]) -> list[str]:
    """The reasons for a match that have words. `training`: credential code → title."""
    return [text for code in codes if (text := reason(code, of, training))]


def pay(of: Opportunity) -> str:
    """What somebody gets who comes: "£75 for this meeting"."""
    return what_is_paid(of.pay, of.sessions)


def when(session: Session) -> str:
    """When a session is: "Tuesday 24 November 2026 at 2pm, for 3 hours". Europe/London."""
    return f"{moment(session.starts_at)}, for {hours(session.hours)}"
