"""A session that repeats: on which days, by clocks in England, and what is left out and why."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from schemas.matching import Opportunity, Session
from services.chassis.base.access import LONDON
from services.chassis.base.refusals import Refused
from services.chassis.postgres.transaction import new_id
from services.matching.domain.repeat import (
    MOST_AT_ONCE,
    EndsBeforeItBegins,
    Every,
    NothingToAdd,
    Repeat,
    TooManyAtOnce,
    drafts,
    planned,
)
from tests.matching.test_domain import opportunity


def repeat(first: str, every: Every, until: str, **changes: object) -> Repeat:
    at = datetime.fromisoformat(first).replace(tzinfo=LONDON)
    return Repeat.model_validate({"starts_at": at, "hours": 2, "every": every, "until": until} | changes)


def days(of: Repeat, role: Opportunity | None = None) -> list[str]:
    """Each day of it, with why it is left out."""
    return [f"{one.day} {one.left_out}".strip() for one in planned(of, role or opportunity())]


def test_every_second_tuesday_leaves_out_bank_holidays_and_stays_at_its_hour_when_the_clocks_change() -> None:
    found = planned(repeat("2027-03-16T10:00", "two_weeks", "2027-06-30"), opportunity())
    assert [one.day.isoformat() for one in found] == [
        *("2027-03-16", "2027-03-30", "2027-04-13", "2027-04-27", "2027-05-11", "2027-05-25", "2027-06-08"),
        "2027-06-22",
    ]
    assert {one.starts_at.astimezone(LONDON).hour for one in found if one.starts_at} == {10}
    assert [one.starts_at.astimezone(UTC).hour for one in found if one.starts_at][:2] == [10, 9]


@pytest.mark.parametrize(
    ("first", "every", "until", "expected"),
    [
        ("2026-12-21T10:00", "week", "2027-01-04", ["2026-12-21", "2026-12-28 bank_holiday", "2027-01-04"]),
        (
            "2027-03-14T01:30",
            "week",
            "2027-04-04",
            ["2027-03-14", "2027-03-21", "2027-03-28 no_such_time", "2027-04-04"],
        ),
        ("2027-01-12T10:00", "month", "2027-04-30", ["2027-01-12", "2027-02-09", "2027-03-09", "2027-04-13"]),
        (
            "2027-01-29T10:00",
            "month",
            "2027-04-30",
            ["2027-01-29", "2027-02-26", "2027-03-26 bank_holiday", "2027-04-30"],
        ),
        ("2027-12-31T10:00", "four_weeks", "2028-02-29", ["2027-12-31", "2028-01-28", "2028-02-25"]),
        ("2027-10-31T01:30", "three_weeks", "2027-11-21", ["2027-10-31", "2027-11-21"]),
    ],
    ids=[
        "a holiday kept later",
        "an hour that is skipped",
        "the second Tuesday",
        "the last Friday",
        "leap",
        "twice 1:30",
    ],
)
def test_the_days_of_a_repeat(first: str, every: Every, until: str, expected: list[str]) -> None:
    assert days(repeat(first, every, until)) == expected


def test_a_day_at_which_another_session_is_already_is_left_out_and_one_that_was_cancelled_takes_no_time() -> None:
    at = datetime(2027, 3, 23, 11, tzinfo=LONDON)
    role = opportunity(sessions=(Session(id=new_id(), starts_at=at, hours=1),))
    every = repeat("2027-03-16T10:00", "week", "2027-03-30")
    assert days(every, role) == ["2027-03-16", "2027-03-23 taken", "2027-03-30"]
    assert [one.starts_at.day for one in drafts(every, planned(every, role))] == [16, 30]
    cancelled = role.sessions[0].with_changes(cancelled={"at": at, "why": "not_needed"})
    assert "2027-03-23" in days(every, role.with_changes(sessions=(cancelled,)))


@pytest.mark.parametrize(
    ("first", "every", "until", "refusal"),
    [
        ("2027-03-16T10:00", "week", "2027-03-16", EndsBeforeItBegins),
        ("2027-03-16T10:00", "month", "1999-01-01", EndsBeforeItBegins),
        ("2027-03-16T10:00", "week", "2036-10-31", TooManyAtOnce),
        ("2027-03-16T10:00", "month", "2199-12-31", TooManyAtOnce),
        ("2027-03-26T10:00", "three_weeks", "2027-04-01", NothingToAdd),
    ],
)
def test_a_repeat_without_an_end_in_sight_or_with_nothing_in_it_is_refused(
    first: str, every: Every, until: str, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        drafts(asked := repeat(first, every, until), planned(asked, opportunity()))


def test_sixty_are_the_most_at_once() -> None:
    first = date(2027, 1, 2)
    until = first + timedelta(weeks=MOST_AT_ONCE - 1)
    assert len(days(repeat(f"{first}T10:00", "week", f"{until}"))) == MOST_AT_ONCE
    with pytest.raises(TooManyAtOnce):
        days(repeat(f"{first}T10:00", "week", f"{until + timedelta(weeks=1)}"))


@pytest.mark.parametrize("wrong", [{"until": ""}, {"every": "day"}, {"hours": 0}, {"until": "2027-02-29"}, {"more": 1}])
def test_what_is_no_repeat_is_none(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Repeat.model_validate({**repeat("2027-01-12T10:00", "week", "2027-02-01").model_dump(), **wrong})
