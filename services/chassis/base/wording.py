"""Numbers, money and times as people read them. Pages have each of these as a filter. Times are Europe/London."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
LONG_WORD = 20
"""Letters: a longer word is broken rather than given a column of its width."""
_TAG = re.compile("<[^>]*>")


def money(pence: int) -> str:
    """Pounds from whole pence: "£150", "£1,234.50", "-£5"."""
    pounds, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{pounds:,}{f'.{rest:02}' if rest else ''}"


def day(when: date | datetime) -> str:
    """A day in full: "Tuesday 24 November 2026". A time must name its zone; its day is the one in London."""
    local = _in_london(when) if isinstance(when, datetime) else when
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def short_day(when: date | datetime) -> str:
    """A day of about this year: "3 May"."""
    local = _in_london(when) if isinstance(when, datetime) else when
    return f"{local.day} {local:%B}"


def typed_day(parts: Sequence[str]) -> str:
    """A day as somebody typed it in three parts, in full if there is such a day: "Saturday 27 March 2027"."""
    try:
        number, month, year = (int(part) for part in parts)
        return day(date(year, month, number))
    except (TypeError, ValueError):
        return " ".join(str(part) for part in parts).strip()


def clock(when: datetime) -> str:
    """A time of day in London: "5pm", "9:30am", "midday", "midnight"."""
    local = _in_london(when)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{(local.hour - 1) % 12 + 1}{minutes}{'am' if local.hour < 12 else 'pm'}"


def moment(when: datetime) -> str:
    """A day and a time: "Tuesday 24 November 2026 at 5pm"."""
    return f"{day(when)} at {clock(when)}"


def lasts(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when: "Tuesday 24 November 2026 at 2pm, until 4pm", or with the day on which it ends."""
    until = clock(ends_at) if day(starts_at) == day(ends_at) else moment(ends_at)
    return f"{moment(starts_at)}, until {until}"


def ago(when: datetime, now: datetime | None = None) -> str:
    """How long ago, roughly ("3 hours ago"); after a week, the day itself."""
    passed = (now or datetime.now(UTC)) - when
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{many(passed.seconds // 60, 'minute')} ago"
    if passed < timedelta(days=1):
        return f"{many(passed.seconds // 3600, 'hour')} ago"
    return f"{many(passed.days, 'day')} ago" if passed.days < 7 else day(when)


def lasting(seconds: float) -> str:
    """How long, roughly, in the largest unit that fits: "4 seconds", "12 minutes", "3 days"."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return many(int(seconds // length), unit)
    return many(int(seconds), "second")


def days(number: int | timedelta) -> str:
    """A number of whole days: "1 day", "12 days"."""
    return many(number.days if isinstance(number, timedelta) else number, "day")


def many(number: int, one: str, more: str = "") -> str:
    """A number of things: 1, "place" gives "1 place"; 3, "person", "people" gives "3 people"."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def capital(words: str) -> str:
    """The same at the beginning of a sentence: "An expert by experience"; all other letters stay ("A PPV partner")."""
    return words[:1].upper() + words[1:]


def hours(length: float) -> str:
    """A length in hours: "1 hour", "2.5 hours"."""
    return many(int(length), "hour") if length == int(length) else f"{length:g} hours"


def with_preparation(length: float, preparation: float | None) -> str:
    """ "2 hours", "2 hours and 1 hour to prepare"."""
    return hours(length) + (f" and {hours(preparation)} to prepare" if preparation else "")


def size(number: int) -> str:
    """How large a file is: "1 KB", "240 KB", "1.8 MB"."""
    return f"{max(1, round(number / 1000)):,} KB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def has_long_word(shown: object) -> bool:
    """Whether a text, or one with markup, has a word that may be too long for a column: of more than 20 letters."""
    text = str(shown)
    if len(text) <= LONG_WORD:
        return False
    words = (_TAG.sub(" ", text) if "<" in text else text).split()
    return max(map(len, words), default=0) > LONG_WORD


def _in_london(when: datetime) -> datetime:
    if when.tzinfo is None:
        raise ValueError("a time shown to people must name its zone")
    return when.astimezone(LONDON)


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money,
    "day": day,
    "short_day": short_day,
    "typed_day": typed_day,
    "clock": clock,
    "moment": moment,
    "ago": ago,
    "lasting": lasting,
    "days": days,
    "many": many,
    "size": size,
    "capital": capital,
    "has_long_word": has_long_word,
}
