"""Training that an organisation says somebody has done, from its own register. Nobody checked it: no credential."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Line

LONGEST_TITLE = 200
LONGEST_DAY = 40
NOT_APPLIED_FOR = timedelta(days=30)
"""So long what was staged waits for the second press, and then it goes."""
FIRST_YEAR = 1930
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_BY_DAY = re.compile(r"(?:(?:(\d{1,2})(?:st|nd|rd|th)?[ ./-]+)?(\d{1,2}|[a-z]{3,9})\.?[ ./,-]+)?(\d{4})", re.IGNORECASE)


class NotTheirRegister(Refused, slug="not-their-register", title="This list is not yours to bring in", status=403):
    """This list was brought in for another organisation, or the page was open for more than a day. Go back to the
    import, and send this part again from there."""


class NoSuchDay(Refused, slug="no-such-day", status=422, field="held"):
    """Enter a day, a month or a year that there was, like 5 3 2024, March 2024 or 2024. Leave it empty if nobody knows
    it."""


class TitleNeeded(Refused, slug="training-title-needed", status=422, field="title"):
    """Say what the training was, in 200 characters at most."""


class AppliedAlready(Refused, slug="declared-already", title="This is kept already", status=409):
    """This line is kept already. Its person can put it right, or take it away."""


@dataclass(frozen=True)
class Row:
    """One training as it came. `number`: which of those of its line."""

    line: int
    number: int
    person_id: UUID
    title: str
    held: str
    by: str


@dataclass(frozen=True)
class Import:
    """What of one import came here, and whether it is applied."""

    id: UUID
    staged_at: datetime
    applied_at: datetime | None = None


def read(row: Row, *, today: date) -> tuple[Row, str]:
    """The same with its day as it is kept, and "" ; or as it was typed, and what is wrong with it."""
    if not row.title:
        return row, "It does not say which training it was."
    if len(row.title) > LONGEST_TITLE:
        return row, "The name of the training is too long: 200 characters at most."
    try:
        return replace(row, held=held(row.held, today=today)), ""
    except NoSuchDay:
        return row, f"“{row.held[:LONGEST_DAY]}” is no day that there was. Write it like 5 3 2024, March 2024 or 2024."


def held(typed: str, *, today: date) -> str:
    """A day, a month or a year, as "2024-03-05", "2024-03" or "2024"; "" where nothing is typed. Raises NoSuchDay."""
    text = typed.strip()
    if not text:
        return ""
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _BY_DAY.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise NoSuchDay
    number = _month(month) if month else 1
    try:
        first = date(int(year), number, int(day or 1))
    except ValueError:
        raise NoSuchDay from None
    if first > today or first.year < FIRST_YEAR:
        raise NoSuchDay
    return first.isoformat()[: 10 if day else 7 if month else 4]


def _month(typed: str) -> int:
    if typed.isdecimal():
        return int(typed)
    name = typed.lower()[:3]
    if name not in _MONTHS:
        raise NoSuchDay
    return _MONTHS.index(name) + 1


class DeclaredForm(BaseModel):
    """What a training was, as its person puts it right, or the organisation that brought it in completes it."""

    model_config = ConfigDict(extra="forbid")
    title: Line = Field(title="what the training was", min_length=1, max_length=LONGEST_TITLE)
    held: Line = Field(default="", title="when it was", max_length=LONGEST_DAY)
    by: Line = Field(default="", title="who ran it", max_length=LONGEST_TITLE)

    @field_validator("held")
    @classmethod
    def was_a_day(cls, typed: str) -> str:
        return judged(typed, lambda answer, clock: held(answer, today=clock.today))
