"""Working days in England: what targets are counted in."""

from datetime import date, datetime, timedelta

import pytest

from services.chassis.base.access import LONDON
from services.chassis.base.working_days import bank_holidays, end_of_working_day, is_working_day

PUBLISHED = {
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
}
"""As gov.uk/bank-holidays lists them for England and Wales; of years in which none was moved or proclaimed besides."""


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_those_that_are_published(year: int) -> None:
    assert sorted(f"{day:%m-%d}" for day in bank_holidays(year)) == PUBLISHED[year].split()


def test_a_weekend_and_christmas_are_not_counted_and_a_day_ends_at_five_in_london() -> None:
    wednesday = datetime(2026, 12, 23, 9, tzinfo=LONDON)
    assert end_of_working_day(wednesday, 3) == datetime(2026, 12, 30, 17, tzinfo=LONDON)
    assert end_of_working_day(wednesday, 0) == datetime(2026, 12, 23, 17, tzinfo=LONDON)
    assert not is_working_day(date(2026, 12, 27))


def test_late_on_a_summer_evening_it_is_the_day_that_people_in_london_see() -> None:
    evening = datetime.fromisoformat("2026-06-30T23:30:00+00:00")
    assert end_of_working_day(evening, 1) == datetime(2026, 7, 2, 17, tzinfo=LONDON)


def test_the_last_working_day_of_a_span_is_one_and_the_count_between_is_right() -> None:
    start = datetime(2026, 1, 1, 12, tzinfo=LONDON)
    for number in range(1, 400, 7):
        last = end_of_working_day(start, number).date()
        between = [start.date() + timedelta(days=n) for n in range(1, (last - start.date()).days + 1)]
        assert is_working_day(last) and sum(map(is_working_day, between)) == number
