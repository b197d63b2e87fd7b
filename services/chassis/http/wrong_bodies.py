"""What the API says of a body or a query that does not fit: for each field what it asks for, as pages say it."""

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from services.chassis.base.typed.words import in_words

MOST = 50
"""Fields that are told of; a body can be wrong in any number of them."""


def wrong_fields(request: Request, error: RequestValidationError) -> dict[str, str]:
    """Where in the body or the query → words."""
    model, found = _model_of(request), dict[str, str]()
    wrong: list[Any] = [*error.errors()]
    for one in wrong[:MOST]:
        whence, *path = one["loc"]
        if one["type"] == "json_invalid":
            return {"": "The body is not JSON"}
        in_field = whence == "body" and path
        inner: Any = {**one, "loc": tuple(path)}
        words = next(iter(in_words([inner], model, on_a_page=False).values())) if in_field else one["msg"]
        found.setdefault(_as_text(path), words)
    if len(wrong) > MOST:
        found[""] = f"And {len(wrong) - MOST:,} more things are wrong, which are not told here"
    return found


def _as_text(path: list[Any]) -> str:
    """Whoever sends half a character as a name gets it back escaped."""
    return ".".join(map(str, path)).encode("utf-8", "backslashreplace").decode()


def _model_of(request: Request) -> type[BaseModel] | None:
    """Of the body that the route takes."""
    bodies = request.scope["route"].dependant.body_params
    model: Any = bodies[0].field_info.annotation if bodies else None
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None
