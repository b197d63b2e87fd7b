"""The words for matching's codes, as people read them."""

from collections.abc import Iterable, Mapping
from typing import get_args
from urllib.parse import urlsplit

from schemas.matching import EXPERTISE_LEVELS, Opportunity, Session
from schemas.words import (
    ACCESS,
    AREA,
    CALLED_OFF_BECAUSE,
    CHANGED_BECAUSE,
    FORMAT,
    LANGUAGE,
    MODE,
    STRAND,
    TIME,
    in_words,
    training_called,
)
from services.chassis.base.districts import at_the_end
from services.chassis.base.paid import what_a_role_pays
from services.chassis.base.wording import capital, hours, many, moment
from services.chassis.http.direction import joined
from services.matching.domain.sessions import ChangeReason

__all__ = [
    "ACCESS",
    "AREA",
    "CALLED_OFF_BECAUSE",
    "CHANGED_BECAUSE",
    "CHOSEN",
    "EVERY",
    "EXPERTISE",
    "FORMAT",
    "LANGUAGE",
    "LEFT_OUT",
    "MODE",
    "OFFERED",
    "SAME",
    "STRAND",
    "TIME",
    "WITHDRAWAL",
    "host_of",
    "hours",
    "how",
    "in_full",
    "in_words",
    "languages",
    "pay",
    "reason",
    "reasons",
    "when",
    "where",
    "where_people_come",
]

OFFERED = {code: said for code, said in ACCESS.items() if code != "something_else"}
"""What an organisation can say that it will provide."""
EXPERTISE = {"none": "No experience needed", "some": "Some experience helps", "experienced": "Experience needed"}
WITHDRAWAL = {code: capital(said) for code, said in CALLED_OFF_BECAUSE.items()}
CHOSEN = {code: capital(CHANGED_BECAUSE[code]) for code in get_args(ChangeReason)}
"""Of why a session changes, what somebody chooses."""
EVERY = {
    "week": "Every week",
    "two_weeks": "Every second week",
    "three_weeks": "Every third week",
    "four_weeks": "Every fourth week",
    "month": "Every month, on the same weekday of it, like the second Tuesday",
}
LEFT_OUT = {
    "bank_holiday": "a bank holiday in England",
    "no_such_time": "there is no such time on this day, because the clocks go forward",
    "taken": "another session of this role is at that time",
}
SAME = "As in the role"

assert tuple(EXPERTISE) == EXPERTISE_LEVELS

_REASON = {
    "in_pool": "You have joined: you are in the pool.",
    "rung": "It is on a step of the ladder that you have reached.",
    "next_rung": "It is the next step up the ladder for you.",
    "wish": "It is found by a search that you keep.",
    "times": "At least one session is at a time when you can take part.",
    "further_up": "It is further up the ladder than you have been, and it is open to you.",
}

_HERE = "It is in your home district."


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
        if of.job:
            return f"You asked for paid roles, and this is a job with a salary: {of.job.salary}."
        return f"You asked for paid roles, and this one is paid: {pay(of)}." if of.pay else ""
    if kind == "language":
        return f"You speak the language it is in: {LANGUAGE.get(what, what)}."
    if kind == "near":
        return f"It is about {many(int(what), 'mile')} from your home district." if what != "0" else _HERE
    return _REASON.get(code, "")


def reasons(codes: Iterable[str], of: Opportunity, training: Mapping[str, str]) -> list[str]:
    """The reasons for a match that have words. `training`: credential code → title."""
    return [text for code in codes if (text := reason(code, of, training))]


def what_became_of(of: Opportunity) -> str:
    """In a sentence; nothing of what is open."""
    if of.withdrawn:
        return f"This was called off: {CALLED_OFF_BECAUSE.get(of.withdrawn.why, of.withdrawn.why)}."
    return "This has closed." if of.closed_at else ""


def pay(of: Opportunity) -> str:
    """What somebody gets who comes: "£75 for this meeting"; of a job its salary."""
    return what_a_role_pays(of)


def host_of(link: str) -> str:
    """The host that a link leads to, as an address has it: a name in another script stays in its coded form."""
    return urlsplit(link).hostname or ""


def when(session: Session) -> str:
    """When a session is: "Tuesday 24 November 2026 at 2pm, for 3 hours". Europe/London."""
    return f"{moment(session.starts_at)}, for {hours(session.hours)}"


def how(session: Session, of: Opportunity) -> str:
    """How people take part in it, where that is not as in the role."""
    return MODE.get(session.mode, session.mode) if session.mode and session.mode != of.mode else ""


def where(session: Session, of: Opportunity) -> str:
    """Where it is, where that is not as in the role."""
    return session.place if session.place and session.place != of.place else ""


def in_full(session: Session, of: Opportunity) -> str:
    """When it is, and how and where if not as in the role."""
    return ", ".join((when(session), *(more for more in (how(session, of), where(session, of)) if more)))


def where_people_come(of: Opportunity) -> str:
    """The place of a role, and the district of its postcode where the place does not say it: "Room 4, BN2"."""
    said = at_the_end(of.place) == of.district or not of.district
    return of.place if said else joined((of.place, ", ", of.district)) if of.place else of.district or ""


def languages(of: Opportunity) -> str:
    """Which have to be spoken: "Polish", "Polish or Urdu: one of them is enough"; nothing where English is enough."""
    *others, last = [LANGUAGE.get(code, code) for code in of.languages] or [""]
    return f"{', '.join(others)} or {last}: one of them is enough" if others else last
