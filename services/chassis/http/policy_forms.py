"""What administrators send to set the next edition of a policy: by a page or by the API, checked alike."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, field_validator, model_validator

from services.chassis.postgres.policies import Kind

_LINE = 300
"""Longer text than this is asked for in a box of several lines."""
_UNANSWERED, _NO_DAY = "Fill this in", "Check this answer"
_ASKED = {
    "valid_from": "Enter the first day, for example 1 4 2027. It has to be tomorrow or later",
    "issuer": "Enter who issues it",
    "source": "Enter where it comes from: the policy or law, who issued it, and its version",
}


class Sent(BaseModel):
    """Text is trimmed, has something to see in it, and nothing that no page and no database can show."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def can_be_read(cls, sent: Any) -> Any:
        if not isinstance(sent, str):
            return sent
        kinds = {unicodedata.category(one) for one in sent if one not in "\n\t"}
        if kinds & {"Cc", "Cs"}:
            raise ValueError("This has characters that cannot be shown. Type it again")
        if all(kind[0] in "CZ" for kind in kinds):
            raise ValueError(_UNANSWERED)
        return sent


class NextForm(Sent):
    """What a page sends, with the parts of its kind: the first day in three parts. `seen`: of pages of before."""

    valid_from: date
    issuer: str = Field(min_length=1, max_length=120)
    source: str = Field(min_length=1, max_length=300)
    seen: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        values = dict(typed)
        parts = [str(values.pop(f"valid_from_{part}", "")).strip() for part in ("day", "month", "year")]
        try:
            values["valid_from"] = date(int(parts[2]), int(parts[1]), int(parts[0]))
        except ValueError:
            values["valid_from"] = None
        values["seen"] = values.get("seen") or None
        return values


class TakeBack(Sent):
    """Which next edition is taken back: the one that the page showed."""

    seen: datetime


class NextBody(Sent):
    """What the API is sent. `value`: the parts of the kind; null: an organisation goes back to the network's."""

    valid_from: date = Field(description="its first day: tomorrow or later, and at most two years ahead")
    issuer: str = Field(min_length=1, max_length=120)
    source: str = Field(min_length=1, max_length=300, description="policy, its issuer and version")
    value: dict[str, Any] | None
    replaces: datetime | None = Field(default=None, description="set_at of the next edition that this one replaces")


@dataclass(frozen=True)
class Part:
    """One part of what a kind says, as a form asks for it and a page shows it."""

    name: str
    label: str
    hint: str
    is_number: bool
    is_long: bool
    most: int


def parts_of(kind: Kind[Any]) -> list[Part]:
    found: list[Part] = []
    for name, part in kind.value.model_fields.items():
        longest = next((limit.max_length for limit in part.metadata if hasattr(limit, "max_length")), 0)
        label = part.title or name.capitalize()
        found.append(Part(name, label, part.description or "", part.annotation is int, longest > _LINE, longest))
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
        errors = [{**error, "loc": ("body", "value", *error["loc"])} for error in wrong.errors()]
        raise RequestValidationError(errors) from None


def in_words(kind: Kind[Any], errors: dict[str, str]) -> dict[str, str]:
    """What a page says of each field that was not answered, or not as a day; the rest as it is."""
    labels = {part.name: f"Fill in “{part.label}”" for part in parts_of(kind)}
    asked = labels | _ASKED
    return {name: asked.get(name, why) if why in (_UNANSWERED, _NO_DAY) else why for name, why in errors.items()}


def _fields(kind: Kind[Any]) -> dict[str, Any]:
    return {name: (part.annotation, part) for name, part in kind.value.model_fields.items()}
