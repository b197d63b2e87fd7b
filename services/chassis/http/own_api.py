"""What is one's own in the API, at two addresses: `/mine/claims/{id}` for the person, and for who may act for them
`/for/{ods}/people/{person_id}/claims/{id}`. The same rule in every room, as `own_pages.py` has it for pages.

A room declares it once (`own.get(…)`, `own.put(…, does=code)`) with an entry of `helping`; the same function answers
both. What is the person's alone is an ordinary route with an ordinary entry.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends

from schemas.helping import HELPER
from services.chassis.http import helped

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
MINE = "/mine"


async def _whom(ods: str, person_id: UUID) -> None:
    """The organisation that whoever helps acts for, and the person. Read again, and checked, by the entry."""


class OwnApi:
    """The routes of what is a person's own, put on the room's router."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router

    def get(self, path: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:
        return self._both("GET", path, declared)

    def post(self, path: str, *, does: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:
        """`does`: a code of `schemas.helping.DONE`, under which what a helper did stands in the person's list."""
        return self._writes("POST", path, does, declared)

    def put(self, path: str, *, does: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:
        return self._writes("PUT", path, does, declared)

    def delete(self, path: str, *, does: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:
        return self._writes("DELETE", path, does, declared)

    def _writes(self, method: str, path: str, does: str, declared: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
        both, kept = self._both(method, path, declared), helped.does(does)
        return lambda endpoint: both(kept(endpoint))

    def _both(self, method: str, path: str, declared: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
        before: Sequence[Any] = declared.pop("dependencies", ())

        def declare(endpoint: Endpoint) -> Endpoint:
            own, theirs = endpoint.__name__, f"{endpoint.__name__}_for_them"
            for at, name, first in ((path, own, ()), (for_them(path), theirs, (Depends(_whom),))):
                self._router.add_api_route(
                    at, endpoint, methods=[method], name=name, dependencies=[*first, *before], **declared
                )
            return endpoint

        return declare


def for_them(path: str) -> str:
    """The helper's address of what is one's own."""
    if not path.startswith(f"{MINE}/"):
        raise ValueError(f"{path} is nobody's own: it begins with /mine/")
    return HELPER + path.removeprefix(MINE)
