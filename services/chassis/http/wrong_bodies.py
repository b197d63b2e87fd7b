"""What is said of a request that does not fit: of each field or parameter what it asks for, as forms say it."""

from collections.abc import Sequence
from typing import Any, get_args

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.inside import inside
from services.chassis.base.typed.rules import Broken
from services.chassis.base.typed.words import asked_by, words_of
from services.chassis.base.typed.wrong import Wrong

_NO_OBJECT = ("model_type", "model_attributes_type", "dict_type")
MOST = 50
"""Fields that are told of; a body can be wrong in any number of them."""


def wrong_fields(request: Request, error: RequestValidationError) -> dict[str, str]:
    """Where in the body, the address or the headers → words."""
    model, found = _model_of(request), dict[str, str]()
    wrong: list[Any] = [*error.errors()]
    for one in wrong[:MOST]:
        whence, *path = one["loc"]
        if one["type"] == "json_invalid":
            return {"": "The body is not JSON"}
        if whence == "body":
            where, words = _of_body(one, path, model)
        else:
            name = str(path[0])
            on_a_page = not request.url.path.startswith("/api/")
            where, words = path, words_of(one, name, _parameter(request, whence, name), on_a_page=on_a_page)
        found.setdefault(_as_text(where), words)
    if len(wrong) > MOST:
        found[""] = f"And {len(wrong) - MOST:,} more things are wrong, which are not told here"
    return found


def only_broken(error: RequestValidationError) -> Refused | None:
    """The refusal of a rule of the domain, where nothing else is wrong: the first, where several are broken."""
    own = [one.get("ctx", {}).get("error") for one in error.errors()]
    return own[0].refusal if own and all(isinstance(one, Broken) for one in own) else None


def _of_body(error: Any, path: list[Any], model: type[BaseModel] | None) -> tuple[Sequence[str | int], str]:
    """Where it is, and what is said: of one of several with its number, as people count."""
    if not path:
        return [], "The body is an object of JSON: {}, with the fields that are asked for"
    own = error.get("ctx", {}).get("error")
    if isinstance(own, Broken) and own.refusal.path:
        path = [*own.refusal.path]
    elif isinstance(own, Wrong) and own.item is not None:
        path = [*path, own.item]
    at = inside(model, path)
    if at.is_key:
        return at.path, "This is not an id. Take one that you were given"
    words = words_of(error, at.name, at.field, on_a_page=False)
    if at.field and error["type"] in _NO_OBJECT and not at.is_choice:
        words = f"Send {asked_by(at.name, at.field)} as an object of JSON: {{}}, with the fields that are asked for"
    return at.path, words if at.item is None else f"Number {at.item + 1}: {words}"


def _parameter(request: Request, whence: str, name: str) -> FieldInfo | None:
    """What a route says of one of its parameters: "query", "header" or "cookie"."""
    for one in get_flat_params(request.scope["route"].dependant):
        said: Any = one.field_info
        if one.alias == name and said.in_.value == whence:
            return said
    return None


def _as_text(path: Sequence[Any]) -> str:
    """Whoever sends half a character as a name gets it back escaped."""
    return ".".join(map(str, path)).encode("utf-8", "backslashreplace").decode()


def _model_of(request: Request) -> type[BaseModel] | None:
    """Of the body that the route takes, or may be given (`Model | None`)."""
    bodies = request.scope["route"].dependant.body_params
    taken: Any = bodies[0].field_info.annotation if bodies else None
    models = (one for one in (taken, *get_args(taken)) if isinstance(one, type) and issubclass(one, BaseModel))
    return next(models, None)
