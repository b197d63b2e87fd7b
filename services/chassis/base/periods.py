"""From when to when something holds. "In force on a day" is decided here, and in SQL by its twin `in_force`.

Both days are included, and days are London's (`london_day`). `chassis/migrations` makes the twins; a test holds
them to each other.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_day(moment: datetime) -> date:
    """The day on which people in England see this moment."""
    return moment.astimezone(LONDON).date()


def start_of(day: date) -> datetime:
    """The moment at which a day begins for people in England."""
    return datetime.combine(day, time.min, LONDON)


class Dated(Protocol):
    """Whatever has a first day and perhaps a last: a rate card, a membership, an organisation."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True)
class Period:
    """The days from `valid_from` to `valid_to`; without a last day it goes on."""

    valid_from: date
    valid_to: date | None = None

    @classmethod
    def of(cls, thing: Dated) -> "Period":
        return cls(thing.valid_from, thing.valid_to)

    @property
    def open(self) -> bool:
        """Nobody has given it a last day."""
        return self.valid_to is None

    @property
    def ends_at(self) -> datetime | None:
        """The moment at which the last day is over for people in England."""
        return None if self.valid_to is None else start_of(self.valid_to + timedelta(days=1))

    @property
    def has_days(self) -> bool:
        """Not so where the last day lies before the first: somebody mistyped."""
        return self.valid_to is None or self.valid_from <= self.valid_to

    def in_force_on(self, day: date) -> bool:
        """In SQL: `in_force(valid_from, valid_to, day)`; of a state kept as JSON, `in_force(state, day)`."""
        return self.valid_from <= day and not self.ends_before(day)

    def ends_before(self, day: date) -> bool:
        """It is over by that day. In SQL: `ends_before(valid_to, day)`, `ends_before(state, day)`."""
        return self.valid_to is not None and self.valid_to < day

    def overlaps(self, other: "Period") -> bool:
        """Both are in force on some day."""
        first = max(self.valid_from, other.valid_from)
        return all(one.has_days and not one.ends_before(first) for one in (self, other))
