"""Reads that any website may make from its visitors' browsers (CORS): what is the same for everybody.

They are feeds, reads of the API that anyone may make, and the API's own description. Never with credentials: browsers
then send no cookie and no token, and show no page what was answered to somebody who is signed in.
"""

from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from services.chassis.base.hands import VISITOR

METHODS: Final = "GET, HEAD, OPTIONS"
PREFLIGHT: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "If-None-Match, Traceparent",
    "Access-Control-Max-Age": "7200",
}
"""What a browser is told that asks whether another site's page may read. Authorization is not among it."""
_PLACES = ("/api/", "/feeds/")
_EXPOSED = "ETag, Link, Retry-After, X-Correlation-Id"


def is_public(route: Any, path: str) -> bool:
    """Whether this route of a GET answers, at this path, the same to everybody who is not signed in."""
    if not path.startswith(_PLACES):
        return False
    enters = [*_entries(getattr(route, "dependant", None))]
    return enters == ["anyone"] or (not enters and path.endswith("/openapi.json"))


def open_to_all(scope: Scope, headers: MutableHeaders) -> None:
    """Let every site read this answer, if it is a public read's and was given to nobody in particular.

    It may then be kept too, if it is asked about each time.
    """
    acting = scope["state"].get("acting", VISITOR)
    if scope["method"] != "GET" or acting is not VISITOR or not is_public(scope.get("route"), scope["path"]):
        return
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    headers.setdefault("Cache-Control", "no-cache")
    headers.add_vary_header("Authorization, Cookie")


def _entries(dependant: Any) -> list[str]:
    found: list[str] = []
    for inner in getattr(dependant, "dependencies", ()):
        said = getattr(inner.call, "may_enter", None)
        found += [said] if said else _entries(inner)
    return found
