"""What engagements measures besides since when the oldest of each kind waits (store/waiting.py). No ids in labels."""

from prometheus_client import Counter, Gauge

from schemas.matching import Opportunity
from schemas.recruitment import RUNGS

LATE: tuple[str, ...] = ("0", "1-5", "6-20", "more")
"""Whole days after the day by which an organisation said that it answers (0: that day is still to come), or after a
session ended (0: it ended just now)."""
UNANSWERED = Gauge(
    "pln_interests_unanswered",
    "People who wait for an answer to their interest, by days after it was promised",
    ["late"],
)
for _late in LATE:
    UNANSWERED.labels(_late)
UNRECORDED = Gauge(
    "pln_sessions_unrecorded",
    "Sessions that are over, where somebody had a place and it is not recorded who came, by days since",
    ["days"],
)
for _days in LATE:
    UNRECORDED.labels(_days)
LEFT: tuple[str, ...] = ("0", "1-2", "3-5", "6-10")
"""Working days that are left before a session after today; 0: it is today, or before the next working day."""
UNCONFIRMED = Gauge(
    "pln_access_unconfirmed",
    "What people need at sessions that come and that is not confirmed though it is told, by working days left",
    ["left"],
)
for _left in LEFT:
    UNCONFIRMED.labels(_left)
SAID = Gauge("pln_say_answers", "People who said how much say they had in a role, by kind of role", ["kind"])
LESS_SAY = Gauge(
    "pln_say_less_than_promised_ratio",
    "The share of those who said how much say they had that had less than promised, at least, of what is published",
    ["kind"],
)
for _kind in RUNGS:
    SAID.labels(_kind)
RUNNING_OUT = Gauge("pln_offers_running_out", "Offers that nobody has answered and that run out within two days")


UNDECIDED = Gauge(
    "pln_roles_undecided",
    "Roles whose day of hearing who was chosen is over, where somebody waits for an answer, by kind and by pay",
    ["kind", "pay"],
)
CHANGED_AFTER_INTEREST = Counter(
    "pln_roles_changed_after_interest_total",
    "Changes of roles in which somebody had shown interest before, by kind and by pay",
    ["kind", "pay"],
)

DRAWN = Counter("pln_draws_total", "Draws of roles that were made: the first, or again after an objection", ["which"])
IN_DRAWS = Counter("pln_draw_people_total", "People who were in a draw when it was made")
OBJECTIONS = Counter(
    "pln_draw_objections_total", "Objections to draws: made, and answered that they were right or not", ["what"]
)
for _what in ("made", "upheld", "not_upheld"):
    OBJECTIONS.labels(_what)


def drawn(people: int, *, again: bool) -> None:
    DRAWN.labels("again" if again else "first").inc()
    IN_DRAWS.inc(people)


def objected(what: str) -> None:
    OBJECTIONS.labels(what).inc()


def changed_after_interest(of: Opportunity) -> None:
    CHANGED_AFTER_INTEREST.labels(of.rung, "paid" if of.pay else "expenses_only").inc()


def late(days: int) -> str:
    """The label of so many days."""
    if days <= 0:
        return "0"
    return "1-5" if days <= 5 else "6-20" if days <= 20 else "more"


def left(days: int) -> str:
    """The label of so many working days."""
    if days <= 0:
        return "0"
    return "1-2" if days <= 2 else "3-5" if days <= 5 else "6-10"
