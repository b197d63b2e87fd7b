"""How an answer goes over the wire: packed or not, under which entity tag, or not at all to whoever has it (RFC 9110).

A tag is of the bytes that are sent, so each coding has one of its own. Answers for everybody have one, and so do the
reads of the API; of other pages nobody keeps a copy to compare.
"""

import hashlib
from collections.abc import MutableMapping
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipResponder, IdentityResponder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.http import public_reads
from services.chassis.http.negotiation import coding, has_newest

WORTH_PACKING_BYTES: Final = 1000
PACKED_ALREADY: Final = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf")
_IN_304 = (
    b"etag",
    b"cache-control",
    b"content-location",
    b"expires",
    b"vary",
    b"access-control-allow-origin",
    b"access-control-expose-headers",
    b"strict-transport-security",
    b"x-content-type-options",
    b"x-correlation-id",
)
"""Those that RFC 9110 (15.4.5) wants there, where 200 has them; and those that guard whatever is said."""


def of_304(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Of the headers of an answer those that `Not Modified` has too."""
    return [pair for pair in headers if pair[0] in _IN_304]


def tag_of(body: bytes) -> bytes:
    """The entity tag of what is sent."""
    return b'"%s"' % hashlib.sha256(body).hexdigest()[:32].encode()


class Representations:
    """ASGI middleware of a service, next to its routes. Whoever takes no coding was refused before."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = coding(scope["headers"])
        least, already = (0, ()) if wanted.always else (WORTH_PACKING_BYTES, PACKED_ALREADY)
        responder = GZipResponder if wanted.name == "gzip" else IdentityResponder
        await responder(self._app, least, exclude_content_types=already)(scope, receive, _Tagging(scope, send))


class _Tagging:
    """A `send` that gives an answer its tag once it is whole, and lets pass what comes in parts."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._state: MutableMapping[str, Any] = scope["state"]
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            headers.add_vary_header("Accept-Encoding")
            public_reads.open_to_all(self._scope, headers)
            if self._is_tagged(message["status"]):
                self._start = message
                return
        elif start := self._start:
            self._start = None
            if not message.get("more_body"):
                await self._whole(start, message)
                return
            await self._send(start)
        await self._send(message)

    def _is_tagged(self, status: int) -> bool:
        if status != 200 or self._scope["method"] != "GET":
            return False
        return "for_everybody" in self._state or self._scope["path"].startswith("/api/")

    async def _whole(self, start: Message, body: Message) -> None:
        tag = tag_of(body.get("body", b""))
        start["headers"].append((b"etag", tag))
        # An answer for everybody is kept whole: the microcache, around this, says to whom it is nothing new.
        if "for_everybody" not in self._state and has_newest(self._scope["headers"], tag):
            start = {**start, "status": 304, "headers": of_304(start["headers"])}
            body = {"type": "http.response.body", "body": b""}
        await self._send(start)
        await self._send(body)
