"""A year, a month or a day as people write it in a list, and as spreadsheets keep it; the British way round."""

import re
from datetime import date, timedelta

from services.chassis.base.typed.text import plain
from services.chassis.base.typed.wrong import Wrong

FIRST_YEAR = 1800
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"(?:18|19|20|21)\d\d")
_SERIAL = re.compile(r"\d{5}")
"""A day as Excel counts them, from the last of 1899: it stands in a cell that was never said to be a day."""
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[ T].*)?")
_MONTH = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)? )?([a-z]{3,9})\.? ?,?(\d{4}|\d{2})")
_NUMBERS = re.compile(r"(?:(\d{1,2})[./-])?(\d{1,2})[./-](\d{4}|\d{2})")
NO_DAY = "“{}” is no day. Write it as 31/3/2024, or give only the year"


def when(typed: str, today: date) -> str:
    """ "2024", "2024-03" or "2024-03-31"; "" for nothing. Raises Wrong, also for a day that is still to come."""
    written = " ".join(plain(typed).lower().split())
    if not written or written in ("-", "now", "today", "present", "ongoing", "current", "to date"):
        return ""
    try:
        found = _read(written, today)
    except ValueError:
        raise Wrong(NO_DAY.format(_shown(typed))) from None
    if not f"{FIRST_YEAR}" <= found[:4] <= "2199":
        raise Wrong(NO_DAY.format(_shown(typed)))
    return found


def year(typed: str, today: date) -> int:
    """Of a year, a day, or what a spreadsheet keeps for one. Raises Wrong."""
    found = when(typed, today)
    if not found:
        raise Wrong(f"“{_shown(typed)}” is no year. Write it as 1980")
    return int(found[:4])


def _read(written: str, today: date) -> str:
    """Raises ValueError."""
    if _YEAR.fullmatch(written):
        return written
    if _SERIAL.fullmatch(written):
        return (date(1899, 12, 30) + timedelta(days=int(written))).isoformat()
    if found := _ISO.fullmatch(written):
        return _put(found[1], found[2], found[3], today)
    if found := _NUMBERS.fullmatch(written):
        return _put(found[3], found[2], found[1], today)
    if (found := _MONTH.fullmatch(written)) and found[2][:3] in _MONTHS:
        return _put(found[3], str(_MONTHS.index(found[2][:3]) + 1), found[1], today)
    raise ValueError


def _put(year: str, month: str, day: str | None, today: date) -> str:
    """Two figures of a year are of the last hundred years. Raises ValueError for a day that there never was."""
    whole = int(year) if len(year) == 4 else 2000 + int(year)
    if len(year) == 2 and whole > today.year:
        whole -= 100
    known = date(whole, int(month), int(day or 1))
    return known.isoformat() if day else known.isoformat()[:7]


def _shown(typed: str) -> str:
    return typed.strip()[:40]
