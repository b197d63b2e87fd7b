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
_MONTH_NAMES = re.compile(
    "january|february|march|april|may|june|july|august|september|sept|october|november|december|" + "|".join(_MONTHS)
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(?:[:.](\d{2}))?\s*([ap])?\.?\s?(m)?\.?", re.IGNORECASE)
_SECONDS = re.compile(r"[+-]?[0-9.]+")
_NAMED = {"noon": time(12), "midday": time(12), "12 noon": time(12), "12 midday": time(12)}


class NoDay(Wrong):
    """What was typed is no day, or one in a year that nobody means."""

    def __init__(self, words: str = "Enter {asked}") -> None:
        super().__init__(words)


def together(sent: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What a page sends, with its days in one piece: a date, None where all three boxes are empty, or text of none."""
    values = dict(sent)
    for name in names:
        boxes = [f"{name}_{part}" for part in PARTS]
        if any(box in values for box in boxes):
            values[name] = _day([str(values.pop(box, "")) for box in boxes])
    return values


def _day(boxes: list[str]) -> date | str | None:
    if not any(box.strip() for box in boxes):
        return None
    try:
        day, month, year = (text.plain(box).strip(" .,") for box in boxes)
        if len(year) != 4:
            return "/".join(boxes)
        return date(int(year), _month(month), int(re.sub("(st|nd|rd|th)$", "", day)))
    except ValueError:
        return "/".join(boxes)


def _month(typed: str) -> int:
    """By its number or its name. Raises ValueError."""
    name = typed.lower()
    return _MONTHS.index(name[:3]) + 1 if _MONTH_NAMES.fullmatch(name) else int(typed)


def clock(typed: str) -> time | None:
    """A time of day: "10:00", "9.30", "1430", "2pm", "12.30 p.m.", "noon". A bare "2" could be either: None."""
    try:
        written = text.plain(typed).lower()
    except Wrong:
        return None
    if written in _NAMED:
        return _NAMED[written]
    found = _CLOCK.fullmatch(written)
    if found is None or not (found[2] or found[4]) or bool(found[4]) != bool(found[5]):
        return None
    hour, half = int(found[1]), found[4] or ""
    if half and not 1 <= hour <= 12:
        return None
    try:
        return time(hour % 12 + (12 if half == "p" else 0) if half else hour, int(found[2] or 0), int(found[3] or 0))
    except ValueError:
        return None


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
        return words
    return SKIPPED if isinstance(day, date) and in_london(day, at) is None else ""


def _only_as_text(given: Any) -> Any:
    """Numbers are no days: pydantic would take them for seconds since 1970."""
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
