"""Answers to a draft's questions, as the API is sent them, as its pages would have sent them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from schemas.words import LANGUAGE, in_words
from services.chassis.base.typed.days import apart
from services.chassis.http.task_list import TaskPage
from services.chassis.postgres.drafts import Values


def typed(says: Mapping[str, Any]) -> dict[str, Any]:
    """By the names of the fields of the pages."""
    found: dict[str, Any] = {}
    for name, said in says.items():
        found |= apart(name, date.fromisoformat(said)) if name == "status_on" else {name: _typed(name, said)}
    return found


def by_page(says: Mapping[str, Any], pages: Iterable[TaskPage]) -> dict[str, Values]:
    """By the slug of each page on which something is answered."""
    values = typed(says)
    return {page.slug: on_it for page in pages if (on_it := page.typed(values)[0])}


def _typed(name: str, said: Any) -> str | list[str]:
    if name == "criteria":
        return "\n".join(said)
    if name == "languages":
        return in_words(LANGUAGE, said)
    if isinstance(said, bool):
        return "yes" if said else ""
    if isinstance(said, float):
        return f"{said:g}"
    return [*cast("list[str]", said)] if isinstance(said, list) else str(said)
