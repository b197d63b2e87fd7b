"""Answers to a draft's questions, as the API is sent them, as its pages would have sent them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from schemas.words import LANGUAGE, in_words
from services.chassis.base.typed.days import apart
from services.chassis.http.task_list import TaskPage
from services.chassis.postgres.drafts import Values

_MOMENTS = {"session_at": "session_time", "apply_by": "", "decide_by": "", "feedback_by": ""}
"""Each with the box in which its time is typed."""
_DAYS = ("term_until", "status_on")


def typed(says: Mapping[str, Any]) -> dict[str, Any]:
    """By the names of the fields of the pages. A moment stands whole beside the boxes that show its day, so that its
    hour stays until somebody saves that page.
    """
    found: dict[str, Any] = {}
    for name, said in says.items():
        found |= _boxes(name, said) if name in (*_MOMENTS, *_DAYS) else {name: _typed(name, said)}
    return found


def by_page(says: Mapping[str, Any], pages: Iterable[TaskPage]) -> dict[str, Values]:
    """By the slug of each page on which something is answered."""
    values = typed(says)
    return {page.slug: on_it for page in pages if (on_it := page.typed(values)[0])}


def _boxes(name: str, said: str | None) -> dict[str, str]:
    if said is None or name in _DAYS:
        return apart(name, date.fromisoformat(said) if said else None)
    return {name: said} | apart(name, datetime.fromisoformat(said), _MOMENTS[name])


def _typed(name: str, said: Any) -> str | list[str]:
    if name == "criteria":
        return "\n".join(said)
    if name == "languages":
        return in_words(LANGUAGE, said)
    if isinstance(said, bool):
        return "yes" if said else ""
    if isinstance(said, float):
        return f"{said:g}"
    if said is None:
        return ""
    return [*cast("list[str]", said)] if isinstance(said, list) else str(said)
