"""Every route of every service: its address as a pattern, its methods, and who may enter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from schemas.helping import HELPER
from services import NAMES, load
from services.chassis.app import routes

API = re.compile(r"^/api/[a-z]+/v1/")


@dataclass(frozen=True)
class Door:
    """One method of one route."""

    service: str
    method: str
    path: str
    who: str
    """What `may_enter` says: anyone, signed in, operator, or `staff: …`."""

    @property
    def is_api(self) -> bool:
        return bool(API.match(self.path))

    @property
    def names(self) -> list[str]:
        """The names of the parts of the address that are filled in, in order."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def roles(self) -> set[str]:
        """For staff: the roles that let in; empty for any role."""
        said = self.who.partition("staff: ")[2].removesuffix(", or who drafts it")
        return set() if said == "any role" else {said.split(",")[0]} if "of " in said else set(said.split(", "))

    def fill(self, values: dict[str, str]) -> str:
        return re.sub(r"\{(\w+)\}", lambda name: values[name[1]], self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def doors() -> list[Door]:
    """Of all services, each method of a route by itself."""
    found: list[Door] = []
    for name, service in zip(NAMES, load(), strict=True):
        for route in routes(service):
            who = _at(route.path, next(_enters(route.dependant)))
            found += [Door(name, method, route.path, who) for method in sorted(route.methods - {"HEAD"})]
    return found


def _at(path: str, who: str) -> str:
    """Of a page that is a person's own or a helper's by its address: who enters at this one."""
    of, _, more = who.partition(" or helper")
    return who if of == who else ("helper" if HELPER in path else of) + more


def _enters(dependant: Any) -> Iterator[str]:
    for inner in dependant.dependencies:
        if hasattr(inner.call, "may_enter"):
            yield inner.call.may_enter
        yield from _enters(inner)


def pattern_of(path: str) -> str | None:
    """The route of a page's address, the one with the fewest parts to fill in; None when there is none."""
    fitting = [door.path for door in doors() if door.method == "GET" and _as_regex(door.path).fullmatch(path)]
    return min(fitting, key=lambda found: found.count("{"), default=None)


@cache
def _as_regex(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
