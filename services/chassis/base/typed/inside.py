"""Where in a body something is wrong: which field of a list, a mapping or a part of it a path leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.chassis.base.typed.words import is_one_of_several

_KEY = "[key]"
"""What stands last in a path that is about a key of a mapping."""


@dataclass(frozen=True)
class Inside:
    """`path`: names, places in a list and keys, as the body has them. `field`: what is asked for there; None of what is
    not asked for. `item`: the last place in a list, counted from 0. `is_key`: it is about the key itself.

    `is_choice`: another type was tried there too, as of an id or an object.
    """

    path: tuple[str | int, ...]
    field: FieldInfo | None
    item: int | None = None
    is_key: bool = False
    is_choice: bool = False

    @property
    def name(self) -> str:
        return str(next((one for one in reversed(self.path) if isinstance(one, str)), ""))


def inside(model: type[BaseModel] | None, path: Sequence[str | int]) -> Inside:
    """Follow a path of pydantic's, without which of several types was tried there: that is no field of a body."""
    at = Inside((), None)
    known: Any = model
    left = list(path)
    while left:
        step = left.pop(0)
        if step == _KEY:
            return Inside(at.path, at.field, at.item, is_key=True)
        if (of := _model(known)) is not None:
            field = of.model_fields.get(str(step))
            several = field is not None and is_one_of_several(field)
            if several and left:
                known, left = _branch(field, str(left.pop(0))), left
            else:
                known = field.annotation if field else None
            at = Inside((*at.path, step), field, at.item, is_choice=several)
        elif (each := _each(known)) is not None:
            asked = at.field.title if at.field else None
            field = FieldInfo.from_annotation(each)
            field.title = field.title or asked
            known = each
            at = Inside((*at.path, step), field, step if isinstance(step, int) else at.item)
        else:
            at = Inside((*at.path, step), None, at.item)
            known = None
    return at


def _model(known: Any) -> type[BaseModel] | None:
    return next((one for one in _options(known) if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _each(known: Any) -> Any:
    """What a list or a mapping holds."""
    for one in _options(known):
        if get_origin(one) in (list, tuple, frozenset, set):
            return get_args(one)[0]
        if get_origin(one) is dict:
            return get_args(one)[1]
    return None


def _branch(field: FieldInfo | None, tag: str) -> Any:
    """The type that was tried."""
    tried = _options(field.annotation) if field else []
    return next((one for one in tried if getattr(one, "__name__", "") == tag), None)


def _options(known: Any) -> list[Any]:
    """What something may be: of `Annotated` and of unions each that is in them."""
    if isinstance(known, type) or get_origin(known) in (list, tuple, frozenset, set, dict):
        return [known]
    return [one for part in get_args(known) for one in _options(part)]
