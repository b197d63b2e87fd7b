"""The words of what people want to know of a role first, and of what happens next."""

from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from schemas.matching import Opportunity, Session
from services.chassis.base.districts import postcode_at_the_end
from services.chassis.base.paid import what_a_role_pays
from services.chassis.base.periods import london_day
from services.chassis.base.wording import day, hours, many, moment, money
from services.matching import words

MAP = "https://www.openstreetmap.org/search?query="
MAP_OF = "openstreetmap.org"
STANDS = {
    "interested": "You have shown interest in this.",
    "offered": "You are offered a place in this.",
    "accepted": "You have a place in this.",
    "reserve": "You are on the reserve list for this.",
    "ended": "You took part in this.",
    "called_off": "You had a place in this.",
    "withdrawn": "You took your interest in this back.",
    "declined": "You said no to a place in this.",
    "lapsed": "You were offered a place in this, and the time to answer it is over.",
    "not_chosen": "You were not chosen this time.",
}
"""How far somebody is with a role; what is not known yet is said as ANSWERED."""
ANSWERED = "You have answered this."


def closes(of: Opportunity) -> datetime:
    """When nobody more can answer it, if it is open."""
    return min(of.apply_by, of.ends_at or of.apply_by)


def days_left(of: Opportunity, now: datetime) -> str:
    """How long it is open: "4 days left", "today is the last day"; by the calendar, in London; "" when that is over."""
    if closes(of) <= now:
        return ""
    left = (london_day(closes(of)) - london_day(now)).days
    return f"{many(left, 'day')} left" if left > 0 else "today is the last day"


def closing(of: Opportunity, now: datetime) -> str:
    """Until when it can be answered: "Tuesday 24 November 2026 at 5pm (4 days left)"."""
    left = days_left(of, now)
    return moment(closes(of)) + (f" ({left})" if left else "")


def planned_hours(of: Opportunity) -> list[float]:
    """How long each session is, of all that are planned; what has no day yet is as long as the first."""
    known = [one.hours for one in of.takes_place]
    planned = max(of.sessions_planned or 0, len(known))
    return [*known, *(known[:1] or [1.0]) * (planned - len(known))]


def pay_in_all(of: Opportunity) -> str:
    """What somebody gets who comes to all that is planned."""
    if of.pay is None:
        return ""
    prepared = of.preparation_hours or 0  # which a rate by the hour pays too
    lengths = planned_hours(of)
    total = sum(of.pay.earned_pence(one + prepared) for one in lengths)
    return f"{money(total)} for {many(len(lengths), 'session')}"


def pay_first(of: Opportunity) -> str:
    """In all, where there is more than one session; of a job its salary."""
    return pay_in_all(of) if of.pay and len(planned_hours(of)) > 1 else what_a_role_pays(of)


def hours_in_all(of: Opportunity) -> str:
    """What all that is planned takes: "6 hours in all, and 2 hours to prepare"; nothing where no session is known."""
    if not of.takes_place:
        return ""
    lengths = planned_hours(of)
    said = hours(sum(lengths)) + (" in all" if len(lengths) > 1 else "")
    prepared = (of.preparation_hours or 0) * len(lengths)
    return f"{said}, and {hours(prepared)} to prepare" if prepared else said


def when(of: Opportunity, to_come: tuple[Session, ...]) -> str:
    """The next session, and how many more have a day."""
    if not to_come:
        return ""
    more = len(to_come) - 1
    return words.in_full(to_come[0], of) + (f", and {more} more" if more else "")


def map_of(of: Opportunity) -> str:
    """Where an open map shows the place to which people come: by its postcode or district, else its words. Another
    site, which is asked when somebody opens it; nothing where nobody comes anywhere.
    """
    where = postcode_at_the_end(of.place) or of.district or of.place
    return MAP + quote(where) if where and of.mode != "remote" else ""


def letter_about(of: Opportunity, organisation: str, address: str) -> str:
    """An e-mail to whomever somebody chooses in their own program, with the address of a role in it."""
    body = f"{of.title}\r\n{organisation}\r\n{words.pay(of)}\r\n\r\n{address}\r\n"
    return f"mailto:?subject={quote(of.title)}&body={quote(body)}"


class Step(NamedTuple):
    """Something that happens next, and when, if that is known."""

    at: str
    what: str


def next_steps(of: Opportunity, organisation: str, to_come: tuple[Session, ...], now: datetime) -> list[Step]:
    """What happens after somebody shows interest, in the order of time."""
    steps = [(closes(of), closing(of, now), "It closes: until then you can show interest.")]
    if of.decide_by:
        steps.append((of.decide_by, f"By {day(of.decide_by)}", f"{organisation} says who was chosen, to everybody."))
    if to_come:
        said = "The session." if len(to_come) == 1 else "The next session."
        steps.append((to_come[0].starts_at, moment(to_come[0].starts_at), said))
    steps.append((of.feedback_by, f"By {day(of.feedback_by)}", f"{organisation} tells you what changed."))
    return [Step(at, what) for moment_of, at, what in sorted(steps, key=lambda one: one[0]) if moment_of > now]
