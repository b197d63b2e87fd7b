"""What administrators send to set the next edition of a policy: by a page or by the API, checked alike."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, field_validator, model_validator

from services.chassis.base.typed.days import Day, Moment, together
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Line
from services.chassis.base.typed.words import NUMBER, asked_by, in_words, kind_of
from services.chassis.postgres.policies import Kind, check_first_day

_LINE = 300
"""Longer text than this is asked for in a box of several lines."""
FIRST_DAY: Any = Field(title="the first day", description="tomorrow or later, and at most two years ahead")
ISSUER: Any = Field(title="who issues it", min_length=1, max_length=120)
SOURCE: Any = Field(
    title="where it comes from: the policy or law, who issued it, and its version", min_length=1, max_length=300
)


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @field_validator("valid_from", check_fields=False)
    @classmethod
    def begins_in_time(cls, first: date) -> date:
        return judged(first, lambda first, clock: check_first_day(first, clock.today))


class NextForm(Sent):
    """What a page sends, with the parts of its kind: the first day in three parts. `seen`: of pages of before."""

    valid_from: Day = FIRST_DAY
    issuer: Line = ISSUER
    source: Line = SOURCE
    seen: Moment | None = Field(default=None, title="the next edition that you saw")

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        values = together(typed, "valid_from")
        return values | ({"seen": None} if values.get("seen") == "" else {})


class TakeBack(Sent):
    """Which next edition is taken back: the one that the page showed."""

    seen: Moment = Field(title="the next edition that you saw")


class NextBody(Sent):
    """What the API is sent. `value`: the parts of the kind; null: an organisation goes back to the network's."""

    valid_from: Day = FIRST_DAY
    issuer: Line = ISSUER
    source: Line = SOURCE
    value: dict[str, Any] | None = Field(title="what it says, or null")
    replaces: Moment | None = Field(
        default=None, title="the next edition that it replaces", description="set_at of the one that was seen"
    )


@dataclass(frozen=True)
class Part:
    """One part of what a kind says, as a form asks for it and a page shows it."""

    name: str
    label: str
    hint: str
    is_number: bool
    is_long: bool
    most: int
    optional: bool


def parts_of(kind: Kind[Any]) -> list[Part]:
    found: list[Part] = []
    for name, part in kind.value.model_fields.items():
        longest = next((limit.max_length for limit in part.metadata if hasattr(limit, "max_length")), 0)
        label = _label(asked_by(name, part))
        number, optional = kind_of(part) == NUMBER, not part.is_required()
        found.append(Part(name, label, part.description or "", number, longest > _LINE, longest, optional))
    return found


def form_of(kind: Kind[Any]) -> type[NextForm]:
    """The form of one kind: what each edition has, and the parts of what this kind says."""
    return create_model("NextOf" + kind.name, __base__=NextForm, **_fields(kind))


def said_in(kind: Kind[Any], form: NextForm) -> Any:
    """What a checked form says, as the model of its kind."""
    return kind.value.model_validate({name: getattr(form, name) for name in kind.value.model_fields})


def said_by_api(kind: Kind[Any], sent: dict[str, Any] | None) -> Any:
    """The same of a body's `value`; None where an organisation goes back. Raises RequestValidationError."""
    if sent is None:
        return None
    checking = create_model("ValueOf" + kind.name, __base__=Sent, **_fields(kind))
    try:
        return kind.value.model_validate(checking.model_validate(sent).model_dump())
    except ValidationError as wrong:
        words = in_words(wrong.errors(), checking, on_a_page=False)
        errors = [
            {"type": "value_error", "loc": ("body", "value", name), "msg": why, "ctx": {"error": ValueError(why)}}
            for name, why in words.items()
        ]
        raise RequestValidationError(errors) from None


def _label(asked: str) -> str:
    """As a label: "Number of days" for "the number of days"."""
    bare = asked.removeprefix("the ")
    return bare[:1].upper() + bare[1:]


def _fields(kind: Kind[Any]) -> dict[str, Any]:
    return {name: (part.annotation, part) for name, part in kind.value.model_fields.items()}
