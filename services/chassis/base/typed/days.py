"""Days and times of the day as people type them, and moments as programs send them."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from services.chassis.base.periods import LONDON
from services.chassis.base.typed import text
from services.chassis.base.typed.wrong import Wrong

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Outside of them somebody mistyped."""
NO_TIME = "Enter when it starts, for example 10:00 or 2:30pm"
SKIPPED = "There is no such time on that day, because the clocks go forward. Enter another time"
PARTS = ("day", "month", "year")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_MONTH_NAMES = re.compile("|".join((*map(str.lower, _NAMES), "sept", *_MONTHS)))
_CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(?:[:.](\d{2}))?\s*([ap])?\.?\s?(m)?\.?", re.IGNORECASE)
_MORNING = 9
"""The first hour that, written with one figure, is in the morning."""
_SECONDS = re.compile(r"[+-]?[0-9.]+")
_NAMED = {"noon": time(12), "midday": time(12), "12 noon": time(12), "12 midday": time(12)}


class NoDay(Wrong):
    """What was typed is no day, or one in a year that nobody means."""

    def __init__(self, words: str = "Enter {asked}") -> None:
        super().__init__(words)


class NotADay(str):
    """What somebody typed into three boxes, and is no day. `why`: what is wrong with it; empty: it is no number."""

    __slots__ = ("why",)

    def __new__(cls, typed: str, why: str = "") -> "NotADay":
        made = super().__new__(cls, typed)
        made.why = why
        return made


def together(sent: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What a page sends, with its days in one piece: a date, None where all three boxes are empty, else NotADay."""
    values = dict(sent)
    for name in names:
        boxes = [f"{name}_{part}" for part in PARTS]
        if any(box in values for box in boxes):
            values[name] = _day([str(values.pop(box, "")) for box in boxes])
    return values


def _day(boxes: list[str]) -> date | NotADay | None:
    if not any(box.strip() for box in boxes):
        return None
    typed = "/".join(boxes)
    if empty := [part for part, box in zip(PARTS, boxes, strict=True) if not box.strip()]:
        return NotADay(typed, f"The {' and the '.join(empty)} {'is' if len(empty) == 1 else 'are'} missing")
    try:
        day, month, year = (text.plain(box).strip(" .,") for box in boxes)
        number, in_month, in_year = int(re.sub("(st|nd|rd|th)$", "", day)), _month(month), _year(year)
    except ValueError:
        return NotADay(typed)
    try:
        return date(in_year, in_month, number)
    except ValueError:
        return NotADay(typed, _no_such(number, in_month, in_year))


def _no_such(day: int, month: int, year: int) -> str:
    if not 1 <= month <= 12:
        return "There are 12 months in a year"
    return f"There is no {day} {_NAMES[month - 1]} {year}" if 1 <= day <= 31 else "No month has that day"


def _year(typed: str) -> int:
    """Of two figures, of this century up to 69, as POSIX reads them. Raises ValueError."""
    if len(typed) == 2 and typed.isdecimal():
        return int(typed) + (2000 if int(typed) < 70 else 1900)
    if len(typed) != 4:
        raise ValueError
    return int(typed)


def _month(typed: str) -> int:
    """By its number or its name. Raises ValueError."""
    name = typed.lower()
    return _MONTHS.index(name[:3]) + 1 if _MONTH_NAMES.fullmatch(name) else int(typed)


def clock(typed: str) -> time | None:
    """A time of day: "10:00", "9.30", "1430", "2pm", "12.30 p.m.", "noon". A "2", or "2:30", could be either: None.

    "02:30" and "14:30" are as clocks of 24 hours show them. From 9 on, nobody means the evening.
    """
    try:
        written = text.plain(typed).lower()
    except Wrong:
        return None
    if written in _NAMED:
        return _NAMED[written]
    found = _CLOCK.fullmatch(written)
    if found is None or not (found[2] or found[4]) or bool(found[4]) != bool(found[5]) or _either(found):
        return None
    hour, half = int(found[1]), found[4] or ""
    if half and not 1 <= hour <= 12:
        return None
    try:
        return time(hour % 12 + (12 if half == "p" else 0) if half else hour, int(found[2] or 0), int(found[3] or 0))
    except ValueError:
        return None


def _either(found: re.Match[str]) -> bool:
    """Whether it could be in the morning and in the afternoon: "2:30", "2", and "11" too."""
    if found[4]:
        return False
    hour = int(found[1])
    return len(found[1]) == 1 and 1 <= hour < _MORNING if found[2] else 1 <= hour <= 11


def in_london(day: object, at: time | None) -> datetime | None:
    """The moment at which clocks in England show a time on a day, the first where they do so twice. None of what is no
    day or no time, and in the hour that the clocks skip."""
    if not isinstance(day, date) or at is None:
        return None
    moment = datetime.combine(day, at, LONDON).astimezone(UTC)  # in London's, one of two is equal to no other moment
    return moment if moment.astimezone(LONDON).time() == at else None


def with_time(sent: Mapping[str, Any], name: str, box: str) -> dict[str, Any]:
    """What a page sends, with a day in three boxes and the time that is typed beside it, in `box`, made one moment."""
    values = together(sent, name)
    values[name] = in_london(values.get(name), clock(str(values.pop(box, ""))))
    return values


def apart(name: str, given: date | datetime | None, box: str = "") -> dict[str, str]:
    """What a form is filled in with, so that `together` or `with_time` reads the same again: a day in three boxes and,
    of a moment, its time in `box`, as clocks in England show it. Empty boxes of None."""
    local = given.astimezone(LONDON) if isinstance(given, datetime) else given
    day = {f"{name}_{part}": str(getattr(local, part, "")) for part in PARTS}
    return day | ({box: f"{local:%H:%M}" if local else ""} if box else {})


def no_time(day: object, typed: str, words: str = NO_TIME) -> str:
    """What is to be said of a time of day; nothing where it is one. `words`: of what is none on any day."""
    at = clock(typed)
    if at is None:
        return _which_half(typed) or words
    return SKIPPED if isinstance(day, date) and in_london(day, at) is None else ""


def no_day(day: object, words: str) -> str:
    """What is to be said of what `together` made of three boxes; nothing of a day. `words`: what to enter."""
    if isinstance(day, date):
        return ""
    return f"{day.why}. {words}" if isinstance(day, NotADay) and day.why else words


def _which_half(typed: str) -> str:
    try:
        written = text.plain(typed).lower()
    except Wrong:
        return ""
    found = _CLOCK.fullmatch(written)
    if found is None or not _either(found) or found[3]:
        return ""
    at = f"{found[1]}:{found[2]}" if found[2] else found[1]
    return f"Is it {at} in the morning or in the afternoon? Enter {at}am or {at}pm"


def _only_as_text(given: Any) -> Any:
    """Numbers are no days: pydantic would take them for seconds since 1970."""
    if isinstance(given, NotADay) and given.why:
        raise NoDay(f"{given.why}. Enter {{asked}}, like 27 3 2027")
    if isinstance(given, str):
        written = text.plain(given)
        if _SECONDS.fullmatch(written):
            raise NoDay
        return written or None
    if given is not None and not isinstance(given, date):
        raise NoDay
    return given


def _in_our_time(given: date) -> date:
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise NoDay(f"Enter {{asked}} in a year from {FIRST_YEAR} to {LAST_YEAR}")
    return given


def _aware(given: datetime) -> datetime:
    if given.tzinfo is None:
        raise Wrong("Give {asked} with its offset from UTC, for example 2026-11-24T17:00:00Z")
    _in_our_time(given)
    return given


Day = Annotated[date, BeforeValidator(_only_as_text), AfterValidator(_in_our_time)]
Moment = Annotated[datetime, BeforeValidator(_only_as_text), AfterValidator(_aware)]
"""With its offset from UTC."""
