"""How an answer goes over the wire: packed or not, under which entity tag, or not at all to whoever has it (RFC 9110).

Each coding has a tag of its own: that of the answer as it is, and the same with a word more where it is sent packed, so
that a writer can name what it saw (`If-Match`) however it was sent. Answers for everybody have one, and so do the reads
of the API; of other pages nobody keeps a copy to compare.
"""

import hashlib
from collections.abc import MutableMapping
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipResponder, IdentityResponder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.http import public_reads
from services.chassis.http.negotiation import PACKED, coding, has_newest

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
    """The entity tag of an answer as it is."""
    return b'"%s"' % hashlib.sha256(body).hexdigest()[:32].encode()


def _each_once(said: list[str]) -> str:
    """What an answer differs by, as one header in which each name stands once, whoever of those inside said it."""
    names = (one.strip() for line in said for one in line.split(","))
    return ", ".join({one.lower(): one for one in names if one}.values())


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
        tagging = _Tagging(self._app, scope, send)
        await responder(tagging.unpacked, least, exclude_content_types=already)(scope, receive, tagging.send)


class _Tagging:
    """Gives an answer its tag once it is whole, and lets pass what comes in parts."""

    def __init__(self, app: ASGIApp, scope: Scope, send: Send) -> None:
        self._app, self._scope, self._send = app, scope, send
        self._state: MutableMapping[str, Any] = scope["state"]
        self._start: Message | None = None
        self._status, self._tag = 0, b""

    async def unpacked(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The service's answer, before anything packs it."""

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._status = message["status"]
            elif not self._tag and self._is_tagged() and not message.get("more_body"):
                self._tag = self._state.get("tag") or tag_of(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, noting)

    async def send(self, message: Message) -> None:
        """What is sent of it."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            headers.add_vary_header("Accept-Encoding")
            public_reads.open_to_all(self._scope, headers)
            headers["vary"] = _each_once(headers.getlist("vary"))
            if self._is_tagged():
                self._start = message
                return
        elif start := self._start:
            self._start = None
            if not message.get("more_body"):
                await self._whole(start, message)
                return
            await self._send(start)
        await self._send(message)

    def _is_tagged(self) -> bool:
        if self._status != 200 or self._scope["method"] != "GET":
            return False
        return "for_everybody" in self._state or self._scope["path"].startswith("/api/")

    async def _whole(self, start: Message, body: Message) -> None:
        is_packed = any(name == b"content-encoding" for name, _ in start["headers"])
        tag = self._tag[:-1] + PACKED + b'"' if is_packed else self._tag
        start["headers"].append((b"etag", tag))
        # An answer for everybody is kept whole: the microcache, around this, says to whom it is nothing new.
        if "for_everybody" not in self._state and has_newest(self._scope["headers"], tag):
            start = {**start, "status": 304, "headers": of_304(start["headers"])}
            body = {"type": "http.response.body", "body": b""}
        await self._send(start)
        await self._send(body)
