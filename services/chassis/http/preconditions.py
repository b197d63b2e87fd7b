"""A write that is only to be done to what was seen: If-Match and If-None-Match of RFC 9110 (13.1), for every room.

What was seen is named by the ETag of a read. It is looked at under the lock of what is changed, in the transaction that
changes it: of two who saw the same one changes it, and the other is refused (412). There what can be read is read again
by the code that answers GET, as whoever writes, so no room has to say what its things are made of.

`If-Unmodified-Since` is not looked at, because no answer has a `Last-Modified` to compare with (13.1.4).
"""

from collections.abc import Iterable
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Message

from services.chassis.base.refusals import Refused
from services.chassis.http.dispatching import dispatcher_of
from services.chassis.http.methods import route_for
from services.chassis.http.negotiation import has_newest, saw_other
from services.chassis.http.representations import tag_of
from services.chassis.postgres.transaction import Transaction

CONDITIONS: Final = (b"if-match", b"if-none-match")
_NOT_PASSED_ON: Final = (*CONDITIONS, b"accept-encoding", b"content-length", b"content-type", b"transfer-encoding")
_OF_ANY_REQUEST: Final = {
    *("type", "asgi", "http_version", "server", "client", "scheme", "root_path", "extensions", "headers"),
    *("app", "fastapi_middleware_astack"),
}
_ONE_AT_A_TIME: Final = "select pg_advisory_xact_lock(hashtextextended($1, 2))"


class NotAsSeen(Refused, slug="not-as-seen", title="It has changed", status=412):
    """What stands there now is not what you saw (If-Match or If-None-Match), so nothing was done. Read it again."""


def set_conditions(request: Request) -> None:
    """From now on what this request changes is only changed if it is as the request says that it saw it."""
    if request.method not in ("GET", "OPTIONS") and any(name in CONDITIONS for name, _ in request.scope["headers"]):
        request.state.condition = _Condition(request).must_hold


def thing_of(path: str, reads: Iterable[str]) -> str | None:
    """Where what a write is about can be read: at its own address, or of an act (`…/{id}/approve`) at the address
    without that last word. None where it cannot. Both as routes declare them; `reads`: the addresses of GET."""
    above, _, last = path.rpartition("/")
    if path in reads:
        return path
    return above if above in reads and "{" not in last else None


class _Condition:
    """What one request says that it saw."""

    def __init__(self, request: Request) -> None:
        self._request = request

    async def must_hold(self, tx: Transaction[Any]) -> None:
        """Raises NotAsSeen. Whoever says what they saw of a thing comes one after the other, also where nothing is
        there to be locked."""
        headers, path = self._request.scope["headers"], self._path_of_thing()
        body = None
        if path is not None:
            await tx.execute(_ONE_AT_A_TIME, f"{tx.service}:{path}")
            body = await self._read(tx, path)
        tag = None if body is None else tag_of(body)
        if saw_other(headers, tag) or has_newest(headers, tag):
            raise NotAsSeen

    def _path_of_thing(self) -> str | None:
        """Where it can be read; None where nothing can."""
        path, route = self._request.scope["path"], route_for(self._request, self._request.method)
        thing = thing_of(route.path, dispatcher_of(self._request.app).reads) if route else None
        if thing is None:
            return None
        return path if thing == route.path else path.rpartition("/")[0]

    async def _read(self, tx: Transaction[Any], path: str) -> bytes | None:
        """What whoever writes can read there now, this transaction's own changes too; None where nothing is."""
        scope = {name: value for name, value in self._request.scope.items() if name in _OF_ANY_REQUEST}
        scope |= {
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [pair for pair in scope["headers"] if pair[0] not in _NOT_PASSED_ON],
            "state": {"cause": tx.cause, "within": tx},
        }
        status, body = list[int](), b""

        async def nothing_sent() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def keep(message: Message) -> None:
            nonlocal body
            status.extend([message["status"]] if "status" in message else [])
            body += message.get("body", b"")

        try:
            await self._request.app.router(scope, nothing_sent, keep)
        except (Refused, RequestValidationError, HTTPException):
            return None
        return body if status == [200] else None
