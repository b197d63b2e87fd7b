"""Which route answers: looked for among those whose address begins alike and has as many parts.

FastAPI asks every route of every router in turn, and those of a router that has it twice: a twentieth of the time of a
page. What is not found here FastAPI answers as ever: another method, an address where nothing is.
"""

import re
from collections import defaultdict
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

Place = tuple[str, int, str]
"""A method, how many parts an address has, and the first of them."""
Routes = dict[Place, list[tuple[re.Pattern[str], RouteContext]]]
ANY = ""


class Dispatcher:
    """Stands in front of an app's routes, which are all there before the first request."""

    def __init__(self, app: FastAPI) -> None:
        self._router, self._otherwise = app.router, app.router.middleware_stack
        self._routes: Routes | None = None
        self._others: list[RouteContext] = []
        """Those that are not ours: the document of the API."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and not scope.get("root_path")
        found = self._find(scope["method"], scope["path"]) if is_ours else None
        if found is None:
            await self._otherwise(scope, receive, send)
            return
        route, given = found
        scope["router"], scope["route"], scope["endpoint"] = self._router, route.original_route, route.endpoint
        scope["path_params"] = {name: route.param_convertors[name].convert(given[name]) for name in given}
        await route.app(scope, receive, send)

    def route(self, scope: Scope) -> RouteContext | None:
        """The route that answers in full; for whoever asks what may be done at an address."""
        if found := self._find(scope["method"], scope["path"]):
            return found[0]
        return next((one for one in self._others if one.matches(scope)[0] is Match.FULL), None)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The addresses of all that can be read, as routes declare them."""
        return frozenset(
            str(one.path) for one in iter_route_contexts(self._router.routes) if "GET" in (one.methods or ())
        )

    def _find(self, method: str, path: str) -> tuple[RouteContext, dict[str, Any]] | None:
        """The first of our routes that takes this method at this path, and what stands in the path."""
        if self._routes is None:
            routes = list(iter_route_contexts(self._router.routes))
            self._routes = _by_place([one for one in routes if isinstance(one.original_route, APIRoute)])
            self._others = [one for one in routes if not isinstance(one.original_route, APIRoute)]
        parts = path.split("/")
        begins = self._routes.get((method, len(parts), parts[1] if len(parts) > 1 else ANY))
        for pattern, route in begins or self._routes.get((method, len(parts), ANY), ()):
            if match := pattern.match(path):
                return route, match.groupdict()
        return None


def dispatcher_of(app: FastAPI) -> Dispatcher:
    dispatcher = app.router.middleware_stack
    assert isinstance(dispatcher, Dispatcher), "http_door puts it there"
    return dispatcher


def _by_place(routes: list[RouteContext]) -> Routes:
    """In the order of all. A first part that is to be filled in may be any of those that there are, or another."""
    split = [
        (route, str(route.path_format).split("/")) for route in routes if isinstance(route.original_route, APIRoute)
    ]
    firsts = {parts[1] for _, parts in split}
    placed: defaultdict[Place, list[tuple[re.Pattern[str], RouteContext]]] = defaultdict(list)
    for route, parts in split:
        for first in (*firsts, ANY) if "{" in parts[1] else (parts[1],):
            for method in route.methods or ():
                placed[method, len(parts), first].append((route.path_regex, route))
    return dict(placed)
