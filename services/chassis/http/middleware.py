"""What surrounds every request of a service: its cause, log context, body limit, time taken, the visit cookie."""

import time
from collections.abc import Callable

import asyncpg
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.base import metrics
from services.chassis.base.access import london_day
from services.chassis.base.refusals import Refused, TryAgainSoon
from services.chassis.base.typed.rules import clock_shows
from services.chassis.http.access_log import note_request
from services.chassis.http.confirmations import forgets_note
from services.chassis.http.cross_site import FromAnotherSite, must_not_be_foreign
from services.chassis.http.guarding import BY_DEFAULT, ONLY_BY_HTTPS
from services.chassis.http.negotiation import NoCoding, coding
from services.chassis.http.preconditions import set_conditions
from services.chassis.http.problems import on_fault, on_refusal, unavailable
from services.chassis.http.request import fresh_cause, method_of, site_of
from services.chassis.http.slow_bodies import timely
from services.chassis.http.uploads import MAX_BODY_BYTES, close_all, make_room, most_bytes, too_large

HUNG_UP = 499
"""Counted for whoever went away while they were sending. No standard has it; gateways count it so."""

_BY_DEFAULT = {name.lower().encode(): value.encode() for name, value in BY_DEFAULT.items()}
_ONLY_BY_HTTPS = (ONLY_BY_HTTPS[0].lower().encode(), ONLY_BY_HTTPS[1].encode())


class RequestMiddleware:
    """ASGI middleware of a service."""

    def __init__(self, app: ASGIApp, *, service: str) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, since, status = Request(scope), time.perf_counter(), 0
        request.state.cause = cause = fresh_cause(request)
        set_conditions(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(service=self._service, **cause.logged())

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    *self._headers(request, {name for name, _ in message["headers"]}),
                    *forgets_note(request, status),
                ]
            await send(message)

        try:
            if not site_of(request).available():
                await unavailable(request)(scope, receive, answer)
            elif refused := _refused_unread(request):
                await (await on_refusal(request, refused))(scope, receive, answer)
            else:
                from_start = _remembered(receive)
                try:
                    with clock_shows(now := site_of(request).database.clock(), london_day(now)):
                        await self._app(scope, _limited(request, from_start()), answer)
                except (asyncpg.InvalidCachedStatementError, asyncpg.DeadlockDetectedError):
                    if status:
                        raise
                    # A newer version has just given a table more columns; this transaction has done nothing.
                    with clock_shows(now := site_of(request).database.clock(), london_day(now)):
                        await self._app(scope, _limited(request, from_start()), answer)
        except ClientDisconnect:
            status = status or HUNG_UP  # nobody is there to be answered, and it is no fault of ours
        except Exception as error:  # answered here, so that a fault's answer is guarded as any other
            if status:
                raise
            await (await on_fault(request, error))(scope, receive, answer)
        finally:
            close_all(request)
            route = getattr(scope.get("route"), "path", "none")
            metrics.request_answered(self._service, method_of(scope), route, status or 500, since)
            note_request(scope, route, status or 500, since)

    def _headers(self, request: Request, given: set[bytes]) -> list[tuple[bytes, bytes]]:
        """What every answer has, if it does not say otherwise itself."""
        headers = [(b"x-correlation-id", str(request.state.cause.correlation_id).encode())]
        headers += [(name, value) for name, value in _BY_DEFAULT.items() if name not in given]
        if site_of(request).is_https:
            headers.append(_ONLY_BY_HTTPS)
        if visit := getattr(request.state, "new_visit", None):
            secure = "; Secure" if site_of(request).is_https else ""
            cookie = f"{site_of(request).visit_cookie}={visit}; Path=/; HttpOnly; SameSite=Lax{secure}"
            headers.append((b"set-cookie", cookie.encode()))
        return headers


def _refused_unread(request: Request) -> Refused | None:
    """Looked at here, before anything of the request is read, so that no route can forget it."""
    try:
        must_not_be_foreign(request)
    except FromAnotherSite as refusal:
        return refusal
    return NoCoding() if coding(request.scope["headers"]).name is None else None


def _remembered(receive: Receive) -> Callable[[], Receive]:
    """Makes receivers of which each gives the request from its start.

    A file is not remembered: whoever has read one whole keeps it with the request, and does not read it again.
    """
    taken: list[Message] = []
    size = 0

    def from_start() -> Receive:
        given = 0

        async def following() -> Message:
            nonlocal given, size
            if given < len(taken):
                given += 1
                return taken[given - 1]
            if given < 1 and size > MAX_BODY_BYTES:
                raise TryAgainSoon
            message = await receive()
            size += len(message.get("body", b""))
            if size > MAX_BODY_BYTES:
                taken.clear()
                given = 1
                return message
            taken.append(message)
            given += 1
            return message

        return following

    return from_start


def _limited(request: Request, receive: Receive) -> Receive:
    taken, receive = 0, timely(receive)

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most_bytes(request):
            raise too_large(request)
        if taken > MAX_BODY_BYTES:
            make_room(request)
        return message

    return limited
