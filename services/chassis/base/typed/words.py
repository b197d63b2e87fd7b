"""What is said of a wrong answer: which field it is about, and what to do. One place for the pages and the API.

A model names what each field asks for by its `title`, as it reads in the middle of a sentence: "your full name",
"what you pay". Whatever else is said is made of the field's type and limits, so that it can never differ from them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import NoneType
from typing import Any, Literal, cast, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from services.chassis.base.typed.days import NoDay
from services.chassis.base.typed.numbers import NoNumber
from services.chassis.base.typed.wrong import Wrong

NOT_ASKED_FOR = "Something was sent that this page does not ask for. Load the page again, and send it once more."
CHOICE, DAY, MOMENT, NUMBER, TEXT = "choice", "day", "moment", "number", "text"
POUNDS = "pounds"
"""In `json_schema_extra={"x-typed-as": POUNDS}`: typed in pounds, kept in pence. TEXT: an id that people type."""
_LONG = ("string_too_long",)
_SEVERAL = ("too_long",)
_EMPTY = ("missing", "string_too_short", "string_type", "too_short")
_ON_A_PAGE = {DAY: ", like 27 3 2027", MOMENT: ": the day and the time"}
_IN_JSON = {DAY: ", like 2027-03-27", MOMENT: " with its offset from UTC, like 2027-03-27T10:00:00Z"}


def in_words(
    errors: Iterable[ErrorDetails], model: type[BaseModel] | None, *, on_a_page: bool = True
) -> dict[str, str]:
    """Field → words a person can act on; "": what is about no field. Of several things wrong with one, the first."""
    found: dict[str, str] = {}
    for error in errors:
        name = str(error["loc"][0]) if error["loc"] else ""
        field = model.model_fields.get(name) if model else None
        if error["type"] == "extra_forbidden" and on_a_page:
            found.setdefault("", NOT_ASKED_FOR)
        else:
            found.setdefault(name, words_of(error, name, field, on_a_page=on_a_page))
    return found


def asked_by(name: str, field: FieldInfo | None) -> str:
    """What a field asks for, as it reads in the middle of a sentence."""
    return (field.title if field else None) or name.replace("_", " ") or "this"


def kind_of(field: FieldInfo | None) -> str:
    """How a field is answered: CHOICE, DAY, MOMENT, NUMBER or TEXT."""
    plain = _plain_types(field.annotation) if field else []
    if field and _typed_as(field) == TEXT:
        return TEXT
    for kind, types in ((MOMENT, (datetime,)), (DAY, (date,)), (CHOICE, (bool, UUID, list, tuple, frozenset))):
        if any(one in types for one in plain):
            return kind
    if any(get_origin(one) is Literal for one in plain):
        return CHOICE
    return NUMBER if any(one in (int, float) for one in plain) else TEXT


def is_one_of_several(field: FieldInfo) -> bool:
    """Whether what it may be are types of more than one kind: an id, or a word of ours. A mapping is one."""
    several = [part for part in (field.annotation, *get_args(field.annotation)) if get_origin(part) is dict]
    return not several and len(_plain_types(field.annotation)) > 1


def what_to_do(name: str, field: FieldInfo | None, *, on_a_page: bool = True) -> str:
    """What is said where there is no good answer: "Enter your full name", "Choose how people take part".

    A number says which it may be: "Enter how many places there are: a whole number from 1 to 500".
    """
    kind, asked = kind_of(field), asked_by(name, field)
    if kind == CHOICE:
        return f"Choose {asked}"
    if kind == NUMBER and field:
        return f"Enter {asked}: {_which_number(field, on_a_page=on_a_page)}"
    return f"Enter {asked}" + (_ON_A_PAGE if on_a_page else _IN_JSON).get(kind, "")


def words_of(error: ErrorDetails, name: str, field: FieldInfo | None, *, on_a_page: bool) -> str:
    """What is said of one thing that is wrong: of a field of a form or a body, or of a parameter of an address."""
    kind, given = error["type"], error.get("ctx", {})
    own, asked = given.get("error"), asked_by(name, field)
    if isinstance(own, Wrong) and not isinstance(own, NoNumber) and type(own) is not NoDay:
        return own.about(asked)
    if kind == "value_error" and not isinstance(own, Wrong):
        return str(own)
    if isinstance(own, NoDay) and own.words != NoDay().words:
        return own.about(asked)
    if kind == "extra_forbidden":
        return "There is no such field. Leave it out"
    if kind in (*_LONG, *_SEVERAL) and field and kind_of(field) == TEXT:
        return f"Shorten {asked}: it can have {given['max_length']} characters at most"
    if kind in _SEVERAL:
        return f"Choose fewer answers to {asked}: {given['max_length']} at most"
    if kind == "string_unicode":
        return f"There is a hidden character in {asked}: type it again rather than pasting it"
    said = what_to_do(name, field, on_a_page=on_a_page)
    if not on_a_page and kind in ("literal_error", "enum"):
        return f"{said}: {given['expected']}"
    return said


def _which_number(field: FieldInfo, *, on_a_page: bool) -> str:
    least, most = limits_of(field)
    if on_a_page and _typed_as(field) == POUNDS:
        return f"pounds and pence, from {_pounds(least)} to {_pounds(most)}, like 75 or 82.50"
    whole = "" if float in _plain_types(field.annotation) else "a whole number "
    between = f"from {least} to {most}" if least is not None and most is not None else ""
    return f"{whole}{between}".strip() or "a number"


def _typed_as(field: FieldInfo) -> Any:
    more = field.json_schema_extra
    return cast("Mapping[str, Any]", more).get("x-typed-as") if isinstance(more, Mapping) else None


def _pounds(pence: float | None) -> str:
    return f"£{(pence or 0) / 100:,.2f}"


def limits_of(field: FieldInfo) -> tuple[Any, Any]:
    """The least and the most that a number may be; None where the model does not say. Whole numbers only above `gt`."""
    found: dict[str, Any] = {
        key: getattr(one, key)
        for one in [*field.metadata, *_metadata(field.annotation)]
        for key in ("ge", "gt", "le", "lt")
        if hasattr(one, key)
    }
    least = found.get("ge", found["gt"] + 1 if "gt" in found else None)
    return least, found.get("le", found["lt"] - 1 if "lt" in found else None)


def _metadata(annotation: Any) -> list[Any]:
    """What is said of a type in `Annotated`, where it is one of several that a field may have."""
    said = [more for one in getattr(annotation, "__metadata__", ()) for more in getattr(one, "metadata", ())]
    return said + [more for part in get_args(annotation) for more in _metadata(part)]


def _plain_types(annotation: Any) -> list[Any]:
    """The types that a field may have, without None; of a list, list."""
    origin = get_origin(annotation)
    if origin is Literal or annotation is NoneType:
        return [annotation] if origin is Literal else []
    if origin in (list, tuple, frozenset):
        return [origin]
    if origin is not None:
        return [plain for part in get_args(annotation) for plain in _plain_types(part)]
    return [annotation]
