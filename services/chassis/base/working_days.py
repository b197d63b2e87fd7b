"""Working days in England: Monday to Friday, without bank holidays.

Bank holidays are reckoned by rule (Banking and Financial Dealings Act 1971, schedule 1, and the two days that are
proclaimed each year). A day that is proclaimed once, or moved for one year, is not known here: it is then counted as a
working day, so that a target falls a day earlier than it need.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from services.chassis.base.access import LONDON, london_day

START_OF_DAY, END_OF_DAY = time(9), time(17)
"""When a working day begins and is over, in London."""
_DAY = timedelta(days=1)
_MONDAY, _SATURDAY = 0, 5


def end_of_working_day(moment: datetime, number: int) -> datetime:
    """The end of the working day that is so many working days after the day of a moment, in London."""
    day = london_day(moment)
    while number > 0:
        day += _DAY
        number -= is_working_day(day)
    return datetime.combine(day, END_OF_DAY, LONDON)


def working_days_before(moment: datetime, number: int) -> datetime:
    """The start of the working day that is so many working days before the day of a moment, in London."""
    day = london_day(moment)
    while number > 0:
        day -= _DAY
        number -= is_working_day(day)
    return datetime.combine(day, START_OF_DAY, LONDON)


def working_days_left(today: date, until: date) -> int:
    """How many working days there are after a day, up to another and with it."""
    days = ((today + number * _DAY) for number in range(1, (until - today).days + 1))
    return sum(1 for day in days if is_working_day(day))


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


@lru_cache(maxsize=32)
def bank_holidays(year: int) -> frozenset[date]:
    """Those of England and Wales. One that falls on a weekend is kept on the next weekday that is none itself."""
    easter = _easter(year)
    kept = {easter - 2 * _DAY, easter + _DAY}
    kept |= {_first_monday(year, 5), _last_monday(year, 5), _last_monday(year, 8)}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while fixed.weekday() >= _SATURDAY or fixed in kept:
            fixed += _DAY
        kept.add(fixed)
    return frozenset(kept)


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + (_MONDAY - first.weekday()) % 7 * _DAY


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - last.weekday() * _DAY


def _easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8)."""
    golden, (century, of_century) = year % 19, divmod(year, 100)
    leap, skipped = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap - correction + 15) % 30
    of_four, rest = divmod(of_century, 4)
    weekday = (32 + 2 * skipped + 2 * of_four - moon - rest) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
