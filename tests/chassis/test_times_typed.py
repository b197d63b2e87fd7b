"""A day and a time that is typed beside it, in every room's forms: a moment, or words of what is wrong."""

from datetime import UTC, date, datetime, time
from types import ModuleType

import pytest
from pydantic import BaseModel, ValidationError

from services.chassis.base.typed.days import SKIPPED, apart, clock, in_london, together, with_time
from services.chassis.http.forms import field_errors
from services.engagements import forms as engagements
from services.matching import forms as matching
from services.recruitment import forms as recruitment
from services.training import forms as training
from tests.conftest import ROOT

TIMED: list[tuple[ModuleType, type[BaseModel], str, str]] = [
    (engagements, engagements.OfferForm, "reply_by", "reply_by_time"),
    (matching, matching.SessionForm, "starts_at", "starts_time"),
    (recruitment, recruitment.TalkForm, "at", "at_time"),
    (training, training.SessionForm, "starts_at", "starts_time"),
]


@pytest.mark.parametrize(("room", "form", "name", "box"), TIMED, ids=[one[0].__name__ for one in TIMED])
def test_an_hour_that_the_clocks_skip_is_refused_in_words_beside_its_time(
    room: ModuleType, form: type[BaseModel], name: str, box: str
) -> None:
    typed = {f"{name}_day": "28", f"{name}_month": "3", f"{name}_year": "2027", box: "1:30am"}
    with pytest.raises(ValidationError) as wrong:
        form.model_validate(typed)
    assert room.words_for_errors(typed, field_errors(wrong.value, form))[box] == SKIPPED


@pytest.mark.parametrize("minutes", [0, 1, 12 * 60, 12 * 60 + 30, 13 * 60, 23 * 60 + 59])
def test_what_a_form_is_filled_in_with_is_read_as_the_same_moment(minutes: int) -> None:
    """At midnight too, of which people would not know which day is meant."""
    moment = in_london(date(2027, 7, 1), time(minutes // 60, minutes % 60))
    assert with_time(apart("at", moment, "at_time"), "at", "at_time") == {"at": moment}
    assert apart("at", None, "at_time") == {"at_day": "", "at_month": "", "at_year": "", "at_time": ""}


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert in_london(date(2027, 10, 31), time(1, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert in_london(date(2027, 3, 28), time(1)) is None
    assert in_london(date(2027, 3, 28), time(2)) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_no_form_makes_a_moment_by_itself() -> None:
    """`in_london` and `with_time` of chassis/base/typed/days.py do, and refuse the hour that is none."""
    files = [*ROOT.glob("services/*/forms.py"), *ROOT.glob("services/*/forms/*.py"), *ROOT.glob("services/*/web/*.py")]
    assert [str(path) for path in files if "datetime.combine(" in path.read_text()] == []


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2.30 p.m.", time(14, 30)),
        ("12 noon", time(12)),
        ("12:30", time(12, 30)),
        ("9:30", time(9, 30)),
        ("10:00", time(10)),
        ("02:30", time(2, 30)),
        ("1430", time(14, 30)),
        ("2:30", None),
        ("8.15", None),
        ("230", None),
        ("11", None),
    ],
)
def test_a_time_is_read_as_people_type_it_and_one_with_two_readings_is_none(typed: str, at: time | None) -> None:
    assert clock(typed) == at


@pytest.mark.parametrize(("room", "form", "name", "box"), TIMED, ids=[one[0].__name__ for one in TIMED])
def test_what_could_be_in_the_morning_is_asked_for_and_a_day_that_is_none_is_named(
    room: ModuleType, form: type[BaseModel], name: str, box: str
) -> None:
    said: list[tuple[tuple[str, str, str], str, str, str]] = [
        (("28", "3", "2027"), "2:30", box, "Is it 2:30 in the morning or in the afternoon? Enter 2:30am or 2:30pm"),
        (("28", "3", "27"), "7", box, "Is it 7 in the morning or in the afternoon? Enter 7am or 7pm"),
        (("31", "April", "2027"), "noon", name, "There is no 31 April 2027. Enter the day"),
        (("29", "2", "27"), "noon", name, "There is no 29 February 2027. Enter the day"),
        (("9", "13", "2027"), "noon", name, "There are 12 months in a year. Enter the day"),
        (("32", "1", "2027"), "noon", name, "No month has that day. Enter the day"),
        (("9", "", "2027"), "noon", name, "The month is missing. Enter the day"),
        (("9", "5", ""), "noon", name, "The year is missing. Enter the day"),
        (("9", "5", "999"), "noon", name, "Enter the day"),
    ]
    for (day, month, year), at, where, words in said:
        typed = {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year, box: at}
        with pytest.raises(ValidationError) as wrong:
            form.model_validate(typed)
        assert room.words_for_errors(typed, field_errors(wrong.value, form))[where].startswith(words), typed


def test_a_year_of_two_figures_is_of_our_time() -> None:
    read = {
        year: together({"on_day": "1", "on_month": "2", "on_year": year}, "on")["on"] for year in ("27", "69", "70")
    }
    assert read == {"27": date(2027, 2, 1), "69": date(2069, 2, 1), "70": date(1970, 2, 1)}
