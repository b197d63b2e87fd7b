"""A session that repeats: the days on which it would be, and those that are left out, looked at before any is added.

Days and times are those of clocks in England: a session at ten stays at ten when the clocks change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from schemas.matching import Opportunity, Session
from services.chassis.base.periods import LONDON, london_day
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Day, in_london
from services.chassis.base.typed.rules import judged
from services.chassis.base.working_days import bank_holidays
from services.matching.domain.sessions import SessionDraft, overlaps

MOST_AT_ONCE = 60
_WEEKS = {"week": 1, "two_weeks": 2, "three_weeks": 3, "four_weeks": 4}
Every = Literal["week", "two_weeks", "three_weeks", "four_weeks", "month"]
BANK_HOLIDAY, NO_SUCH_TIME, TAKEN = "bank_holiday", "no_such_time", "taken"


class EndsBeforeItBegins(Refused, slug="repeat-ends-early", status=422, field="until"):
    """The last day has to be after the day of the first session, so that it happens more than once."""


class TooManyAtOnce(Refused, slug="too-many-at-once", status=422, field="until"):
    """That would be more than 60 sessions. Choose an earlier last day; you can add more later."""


class NothingToAdd(Refused, slug="nothing-to-add", title="There is nothing to add", status=422, field="until"):
    """All of these days are left out. Choose another time, or another last day."""


class Repeat(SessionDraft):
    """The first session, how often there is another one, and the last day on which there may be one.

    `month`: on the same weekday of the month, like the second Tuesday; from the fifth on it is the last of the month.
    """

    every: Every = Field(title="how often it happens")
    until: Day = Field(title="the last day")

    @field_validator("until")
    @classmethod
    def ends_in_time(cls, until: date, info: ValidationInfo) -> date:
        first, every = info.data.get("starts_at"), info.data.get("every")
        if first is None or every is None:
            return until
        return judged(until, lambda until, _: check_until(first, every, until))


@dataclass(frozen=True)
class Planned:
    """One day of a repeat. `left_out`: why there is no session on it (bank_holiday, no_such_time, taken) or empty."""

    day: date
    starts_at: datetime | None
    left_out: str = ""


def check_until(first: datetime, every: Every, until: date) -> None:
    """Raises EndsBeforeItBegins or TooManyAtOnce."""
    if until <= london_day(first):
        raise EndsBeforeItBegins
    for number, _ in enumerate(_days(london_day(first), every, until)):
        if number >= MOST_AT_ONCE:
            raise TooManyAtOnce


def planned(repeat: Repeat, opportunity: Opportunity) -> list[Planned]:
    """Each day of it, in their order. Raises EndsBeforeItBegins or TooManyAtOnce."""
    check_until(repeat.starts_at, repeat.every, repeat.until)
    at = repeat.starts_at.astimezone(LONDON).time()
    found: list[Planned] = []
    for day in _days(london_day(repeat.starts_at), repeat.every, repeat.until):
        starts = in_london(day, at)
        if starts is None:
            found.append(Planned(day, None, NO_SUCH_TIME))
        elif day in bank_holidays(day.year):
            found.append(Planned(day, None, BANK_HOLIDAY))
        elif overlaps(Session(id=UUID(int=0), starts_at=starts, hours=repeat.hours), opportunity.takes_place):
            found.append(Planned(day, None, TAKEN))
        else:
            found.append(Planned(day, starts))
    return found


def drafts(repeat: Repeat, days: Sequence[Planned]) -> list[SessionDraft]:
    """The sessions that are added on its planned days. Raises NothingToAdd."""
    same = repeat.model_dump(include={"hours", "mode", "place"})
    found = [SessionDraft(starts_at=one.starts_at, **same) for one in days if one.starts_at is not None]
    if not found:
        raise NothingToAdd
    return found


def _days(first: date, every: Every, until: date) -> Iterator[date]:
    if weeks := _WEEKS.get(every):
        day = first
        while day <= until:
            yield day
            day += timedelta(weeks=weeks)
        return
    number, month = (first.day - 1) // 7 + 1, first.replace(day=1)
    while (day := _weekday_of(month, first.weekday(), number)) <= until:
        yield day
        month = (month + timedelta(days=32)).replace(day=1)


def _weekday_of(month: date, weekday: int, number: int) -> date:
    """The first, second, … of its days of the week that is asked for; the fifth is the last one."""
    day = month + timedelta(days=(weekday - month.weekday()) % 7, weeks=number - 1)
    return day if day.month == month.month else day - timedelta(weeks=1)
