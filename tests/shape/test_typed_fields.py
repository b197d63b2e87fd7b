"""What every door takes, made from the models: each field says what it asks for, and no absurd value comes in."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from services.chassis.base.typed.words import CHOICE, DAY, MOMENT, NUMBER, TEXT, asked_by, in_words, kind_of, limits_of
from services.engagements.forms import AttendanceForm
from services.training.forms import RegisterForm
from tests.shape.each import of_each
from tests.typed_models import bodies, models

Field = tuple[type[BaseModel], str]
FIELDS: list[Field] = [(model, name) for model in models() for name in model.model_fields]
NUMBERS = [one for one in FIELDS if kind_of(one[0].model_fields[one[1]]) == NUMBER]
DAYS = [one for one in FIELDS if kind_of(one[0].model_fields[one[1]]) in (DAY, MOMENT)]
CHOICES = [one for one in FIELDS if kind_of(one[0].model_fields[one[1]]) == CHOICE]
TEXTS = [one for one in FIELDS if kind_of(one[0].model_fields[one[1]]) == TEXT]
NO_NUMBERS: list[Any] = [
    True,
    False,
    1e-9,
    -1,
    -0.5,
    float("nan"),
    float("inf"),
    float("-inf"),
    10**30,
    1e308,
    "ten",
    "1e400",
]
MORE: list[Any] = ["NaN", "Infinity", "-1", "1_0", "9" * 40, [], {}, [1], "1.234.5", "\u202e1"]
NO_DAYS: list[Any] = [
    True,
    0,
    1,
    1e10,
    "0001-01-01",
    "9999-12-31",
    "soon",
    "20261",
    [],
    {},
    "10000-01-01",
    "2026-02-30",
]
NO_TEXTS = ["a\u202eb", "a\u202db", "a\x07b", "a\x00b", "\ud800", "\udfff", "\ue000", "\ufffe"]
READ_ELSEWHERE = {"to", "address", "post", "phone", "email", "each_there", "each_missed"}
"""`to` is followed only where it is local; an address is read by its channel, in the domain or the form; what is
said of each need, in the domain."""


def named(field: Field) -> str:
    model, name = field
    return f"{model.__module__.removeprefix('services.')}.{model.__name__}.{name}"


def said_of(model: type[BaseModel], name: str, value: Any) -> str:
    """What is said of one field that has this value; "" where it is taken."""
    try:
        model.model_validate({name: value})
    except ValidationError as wrong:
        return in_words([one for one in wrong.errors() if one["loc"][:1] == (name,)], model).get(name, "")
    return ""


def test_there_are_models_of_every_room_and_fields_of_every_kind() -> None:
    rooms = {model.__module__.split(".")[1] for model in models()}
    assert rooms >= {"identity", "recruitment", "training", "matching", "engagements", "payments", "notifications"}
    assert len(NUMBERS) >= 10 and len(DAYS) >= 15 and len(TEXTS) >= 40


@of_each(FIELDS, named)
def test_a_field_says_what_it_asks_for(field: Field) -> None:
    model, name = field
    asked = model.model_fields[name].title
    assert (asked and asked[0].islower()) or (asked and asked[:3].isupper()), "as in the middle of a sentence"
    assert not asked.endswith((".", "?", ":"))
    assert (
        asked_by(name, model.model_fields[name]) in said_of(model, name, [[]])
        or name in READ_ELSEWHERE | OWN_WORDS | BY_PROGRAMS
    )


OWN_WORDS = {
    "mailbox",
    "postcode",
    "sort_code",
    "account_number",
    "ods_code",
    "email",
    "admin_email",
    "kind",
    "verified_address",
    "seen",
}
BY_PROGRAMS = {
    "replaces",
    "value",
    "successors",
    "roles",
    "attended",
    "absent",
    "each_hours",
    "each_preparation",
    "neither",
    "account_id",
}
"""Read by the domain, whose own words name it; or sent by pages and programs only."""


@of_each(NUMBERS, named)
def test_a_number_has_limits_and_nothing_absurd_is_within_them(field: Field) -> None:
    model, name = field
    least, most = limits_of(model.model_fields[name])
    assert least is not None and most is not None, "from where to where"
    for absurd in (*NO_NUMBERS, *MORE, least - 1, most + 1):
        said = said_of(model, name, absurd)
        assert said.startswith(("Enter ", "There is a hidden character", "The full stop in ")), f"{absurd!r}: “{said}”"


@of_each(DAYS, named)
def test_a_day_is_one_that_people_live_to_see(field: Field) -> None:
    model, name = field
    for absurd in NO_DAYS:
        assert said_of(model, name, absurd), repr(absurd)
    if model not in bodies().values():
        return  # a page sends it in parts
    good = datetime(2027, 3, 27, 10).astimezone() if kind_of(model.model_fields[name]) == MOMENT else date(2027, 3, 27)
    assert said_of(model, name, good.isoformat()) == ""


@of_each(TEXTS, named)
def test_text_has_nothing_that_no_page_can_show(field: Field) -> None:
    model, name = field
    if name in READ_ELSEWHERE:
        return
    for hidden in NO_TEXTS:
        assert said_of(model, name, hidden), repr(hidden)


@of_each(CHOICES, named)
def test_a_choice_is_one_of_the_answers(field: Field) -> None:
    """`true` as a list of codes was a fault of ours, not a refusal."""
    model, name = field
    if model in (AttendanceForm, RegisterForm):
        return  # the form makes the lists itself, of the answers beside the names
    absurd_ones: tuple[Any, ...] = ({"a": 1}, [[]], "\ud800", 5.5)
    for absurd in absurd_ones:
        assert said_of(model, name, absurd), repr(absurd)
