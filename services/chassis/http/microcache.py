"""Answers that are the same for everybody: kept for a second, and known again by their ETag, so that most cost nothing.

A route says `for_everybody(request)`. Whoever is signed in has their own answer, which is never kept.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.base import metrics
from services.chassis.base.hands import VISITOR
from services.chassis.http.access_log import note_request
from services.chassis.http.negotiation import coding, has_newest
from services.chassis.http.representations import of_304
from services.chassis.http.request import method_of

KEEP_SECONDS = 1.0
"""So old may be what a visitor sees who is not signed in. A write through this process's HTTP door ends it at once."""
MOST = 200
MOST_BYTES = 32_000_000
"""Of all answers that are kept, so that nobody fills our memory with long ones under ever new addresses."""
LOOK_AGAIN = "no-cache"
"""Keep it, and ask each time whether it is still the newest."""


Headers = list[tuple[bytes, bytes]]
Unless = Callable[[Headers], bool]
"""Says of a request's headers that its answer is not the one for everybody."""


def for_everybody(
    request: Request,
    response: Response,
    *,
    cache_control: str = LOOK_AGAIN,
    unless: Unless | None = None,
    tag: bytes = b"",
) -> Response:
    """The answer; if whoever asks is not signed in it gets an ETag, and may be kept and given to others.

    `unless`: whose answer is made for them alone, and who is not given the one that is kept. `tag`: its entity tag as
    it is, where that is known without reading it whole.
    """
    if unless and unless(request.headers.raw):
        return response
    if getattr(request.state, "acting", None) is VISITOR and not hasattr(request.state, "has_form_key"):
        response.headers["Cache-Control"] = cache_control
        response.headers.add_vary_header("Cookie")
        request.state.for_everybody = True
        request.state.unless = unless
        if tag:
            request.state.tag = tag
    return response


@dataclass
class _Answer:
    """A whole answer as it goes over the wire, compressed or not."""

    start: Message
    body: bytes
    route: str
    unless: Unless | None = None
    good_until: float = 0.0

    def is_for(self, scope: Scope) -> bool:
        return time.perf_counter() < self.good_until and not (self.unless and self.unless(scope["headers"]))

    @cached_property
    def tag(self) -> bytes:
        return next(value for name, value in self.start["headers"] if name == b"etag")

    async def send(self, scope: Scope, send: Send) -> int:
        """Send it, or that nothing has changed (304) to whoever has it. Returns the status."""
        if has_newest(scope["headers"], self.tag):
            await send({"type": "http.response.start", "status": 304, "headers": of_304(self.start["headers"])})
            await send({"type": "http.response.body", "body": b""})
            return 304
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body})
        return self.start["status"]


_Key = tuple[str, bytes, str | None]


def _key(scope: Scope) -> _Key | None:
    """What tells one answer for everybody from another; None when whoever asks may be somebody."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if any(name == b"authorization" or (name == b"cookie" and b"pln=" in value) for name, value in headers):
        return None
    return scope["path"], scope["query_string"], coding(headers).name


class Microcache:
    """ASGI middleware of a service, outside all others: answers from memory what everybody may see, for a second."""

    def __init__(self, app: ASGIApp, *, service: str) -> None:
        self._app, self._service = app, service
        self._answers: dict[_Key, _Answer] = {}
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
                self._forget()
            return
        answer, since = self._answers.get(key), time.perf_counter()
        if answer and answer.is_for(scope):
            status = await answer.send(scope, send)
            metrics.request_answered(self._service, method_of(scope), answer.route, status, since)
            note_request(scope, answer.route, status, since)
            return
        collecting = _Collecting(scope, send)
        await self._app(scope, receive, collecting)
        if answer := collecting.answer:
            self._keep(key, answer)
            answer.good_until = time.perf_counter() + KEEP_SECONDS
            await answer.send(scope, send)

    def _keep(self, key: _Key, answer: _Answer) -> None:
        if len(self._answers) >= MOST or self._bytes + len(answer.body) > MOST_BYTES:
            self._forget()
        before = self._answers.get(key)
        self._bytes += len(answer.body) - (len(before.body) if before else 0)
        self._answers[key] = answer

    def _forget(self) -> None:
        self._answers.clear()
        self._bytes = 0


class _Collecting:
    """A `send` that holds back an answer for everybody until it is whole, and lets every other one pass."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._start: Message | None = None
        self._body = b""
        self.answer: _Answer | None = None

    async def __call__(self, message: Message) -> None:
        state: Mapping[str, Any] = self._scope.get("state", {})
        if message["type"] == "http.response.start" and message["status"] == 200 and state.get("for_everybody"):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                route = getattr(self._scope.get("route"), "path", "none")
                self.answer = _Answer(self._start, self._body, route, self._scope["state"].get("unless"))
