"""What a draft says so far, read as far as it can be read: each answer by itself, right or wrong. Pure.

A page sends days in three parts and a time beside them, the API sends moments; a number that is none, or more than a
role may have, is read as nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from services.chassis.base.periods import london_day
from services.chassis.base.typed.days import Moment, clock, in_london, together
from services.chassis.base.typed.numbers import LEAST_HOURS, MOST_HOURS, decimal, whole
from services.chassis.base.typed.text import lines
from services.chassis.base.typed.wrong import Wrong
from services.matching.domain.glossary import composed

CLOSING_TIME = time(17, 0)
MOST_PLACES, MOST_SESSIONS = 500, 150
MOST_OF_A_CODE = 100
MOST_READ = 5000
"""Characters of one answer: none may have as many. What is longer is refused as too long, and nothing else is said."""
TEXTS = (
    "title",
    "summary",
    "purpose",
    "what_will_change",
    "getting_in",
    "time_commitment",
    "bring",
    "support",
    "criteria",
    "unpaid_why",
)
"""What people read of a role that somebody writes in their own words; where it is are names."""
DAYS = ("apply_by", "decide_by", "feedback_by")
"""Each is over at CLOSING_TIME."""
N = TypeVar("N", int, float)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


@dataclass(frozen=True)
class Said:
    """What could be read. None, or nothing, where it is missing or wrong."""

    texts: Mapping[str, str]
    chosen: Mapping[str, str]
    ticked: Mapping[str, frozenset[str]]
    moments: Mapping[str, datetime]
    places: int | None = None
    sessions: int | None = None
    hours: float | None = None
    preparation: float | None = None

    def one(self, name: str) -> str:
        return self.chosen.get(name, "")

    def several(self, name: str) -> frozenset[str]:
        return self.ticked.get(name, frozenset())


def read(values: Mapping[str, Any]) -> Said:
    """Of the values of a draft, as typed on its pages, or of the body of a posting."""
    values = {name: value for name, value in values.items() if name in TEXTS or not _is_too_long(value)}
    return Said(
        texts={name: said for name in TEXTS if (said := text_of(values.get(name)))},
        chosen={
            name: value
            for name in ("mode", "pay", "rung", "influence", "expertise_level")
            if isinstance(value := values.get(name), str)
        },
        ticked={name: _several(values.get(name)) for name in ("access", "answer_ways", "expenses", "prepaid_travel")},
        moments=_moments(values),
        places=_number(values.get("places"), whole, 1, MOST_PLACES),
        sessions=_number(values.get("sessions_planned"), whole, 1, MOST_SESSIONS),
        hours=_number(values.get("session_hours"), decimal, LEAST_HOURS, MOST_HOURS),
        preparation=_preparation(values.get("preparation_hours")),
    )


def text_of(value: Any) -> str:
    """What somebody wrote, in one piece: the criteria of a posting by the API are several."""
    if isinstance(value, list | tuple):
        value = "\n".join(one for one in cast("list[Any]", value) if isinstance(one, str))
    if not isinstance(value, str) or len(value) > MOST_READ:
        return ""
    try:
        return lines(composed(value))
    except Wrong:
        return ""


def _is_too_long(value: Any) -> bool:
    """Of a number, a day or a code: it is none."""
    return isinstance(value, str) and len(value) > MOST_OF_A_CODE


def _several(value: Any) -> frozenset[str]:
    if value is True:
        return frozenset({"yes"})
    each = [value] if isinstance(value, str) else cast("list[Any]", value) if isinstance(value, list | tuple) else []
    return frozenset(one for one in each if isinstance(one, str) and one)


def _number(value: Any, reads: Callable[[Any], N], least: float, most: float) -> N | None:
    try:
        found = reads(value)
    except (Wrong, ValueError, ArithmeticError):
        return None
    return found if least <= found <= most else None


def _preparation(value: Any) -> float | None:
    """Left empty it is none; None where it cannot be read."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return 0.0
    found = _number(value, decimal, 0, MOST_HOURS)
    return None if found is not None and 0 < found < LEAST_HOURS else found


def dates_of(typed: Mapping[str, Any]) -> dict[str, datetime | None]:
    """The moments that a page sends in parts; None for one that is no such day or time. One that a program sent stands
    beside its parts, and holds to the second while they say its day.
    """
    at = dict.fromkeys(DAYS, CLOSING_TIME) | {"session_at": clock(str(typed.get("session_time", "")))}
    days = together(typed, *at)
    whole = {name: sent(typed.get(name)) for name in at}
    return {
        name: one if (one := whole[name]) and london_day(one) == days.get(name) else in_london(days.get(name), start)
        for name, start in at.items()
    }


def _moments(values: Mapping[str, Any]) -> dict[str, datetime]:
    read = {name: sent(values.get(name)) or in_parts for name, in_parts in dates_of(values).items()}
    return {name: at for name, at in read.items() if at}


def sent(value: Any) -> datetime | None:
    """A moment as a program sends it."""
    if not isinstance(value, str | datetime):
        return None
    try:
        return _MOMENT.validate_python(value)
    except ValidationError:
        return None
