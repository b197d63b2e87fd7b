"""A page of one's own, at two addresses: `/claims/mine/{id}` for the person, and the helper's for who may act for them.

A room declares it once (`own.get(…)`, `own.post(…, does=…)`) with an entry of `helping`, which says who enters by the
address that was opened; the same function answers both. What a page gives as one's own address leads, on a helper's
page, to the helper's (`addresses.py`), so no room thinks of it. What is the person's alone is declared too
(`own.alone`), and tells a helper why.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from schemas.helping import ALONE, for_person
from services.chassis.base.hands import Person
from services.chassis.base.refusals import Refused
from services.chassis.http import helped, helping

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class TheirsAlone(Refused, slug="theirs-alone", title="Only they can do this", status=403):
    """Only the person can do this, not somebody who helps them."""

    what_to_do = "You can tell them how it is done."


class OwnPages:
    """The routes of a person's own pages; `router` is theirs to include."""

    def __init__(self) -> None:
        self.router = APIRouter()

    def get(self, path: str) -> Callable[[Endpoint], Endpoint]:
        return self._both("GET", path)

    def post(self, path: str, *, does: str) -> Callable[[Endpoint], Endpoint]:
        """`does`: a code of `schemas.helping.DONE`, under which what a helper did stands in the person's list."""
        both, kept = self._both("POST", path), helped.does(does)
        return lambda endpoint: both(kept(endpoint))

    def alone(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """The page of `schemas.helping.ALONE` at this address is the person's alone: who helps is told why."""
        why = next(one.why for one in ALONE if one.address == path)

        async def theirs_alone(acting: Annotated[Person, Depends(helping.own)]) -> Response:
            raise TheirsAlone(why)

        self.router.add_api_route(for_person(path), theirs_alone, methods=["GET"])
        return self._at("GET", path)

    def _both(self, method: str, path: str) -> Callable[[Endpoint], Endpoint]:
        helpers = for_person(path)
        if helpers == path:
            raise ValueError(f"{path} has no address for helpers: see schemas/helping.py")

        def declare(endpoint: Endpoint) -> Endpoint:
            for at in (path, helpers):
                self.router.add_api_route(at, endpoint, methods=[method])
            return endpoint

        return declare

    def _at(self, method: str, path: str) -> Callable[[Endpoint], Endpoint]:
        def declare(endpoint: Endpoint) -> Endpoint:
            self.router.add_api_route(path, endpoint, methods=[method])
            return endpoint

        return declare
