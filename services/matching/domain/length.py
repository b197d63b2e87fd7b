"""How long a role takes in all, and what it is a part of from three hours on, posted or growing afterwards. Pure."""

from schemas.matching import Opportunity
from services.chassis.base.refusals import Refused
from services.matching.domain.draft import SHORT_HOURS


class NoPieceOfWork(Refused, slug="no-piece-of-work", status=422, field="work"):
    """Choose the piece of work it is a part of: a role of 3 hours or more is a part of one."""


class LongerThanATask(Refused, slug="longer-than-a-task", status=422, field="sessions_planned"):
    """With that it takes 3 hours or more, and is a part of a piece of work. Choose that first, where you say why you
    ask for people."""


WITH_SESSIONS = (
    "With that the role takes 3 hours or more in all, and is a part of a piece of work. Choose that first, where you "
    "say why you ask for people."
)
assert SHORT_HOURS == 3, "two refusals say so"


def hours_in_all(of: Opportunity) -> float:
    """Of the sessions that take place, and of those that are planned and have no day yet: they last as long as the
    first. With the preparation of each."""
    days = [one.hours for one in of.takes_place]
    if not days:
        return 0
    planned = max(of.sessions_planned or 1, len(days))
    return sum(days) + days[0] * (planned - len(days)) + (of.preparation_hours or 0) * planned


def is_long(of: Opportunity) -> bool:
    """So long that it has to be a part of a piece of work."""
    return hours_in_all(of) >= SHORT_HOURS


def is_a_task(of: Opportunity) -> bool:
    """It is no part of anything, and need not be while it stays so short."""
    return of.work is None and of.job is None and not is_long(of)


def outgrows(before: Opportunity, after: Opportunity) -> bool:
    """It was a task, and would take longer than one from now on."""
    return is_a_task(before) and after.work is None and is_long(after)
