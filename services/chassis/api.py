"""The HTTP door, for machines: problem+json (RFC 9457), idempotency keys, and the door's own middleware."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis import observability, web
from services.chassis.access import Acting
from services.chassis.errors import NotFound, NotReadable, Refused, Resting, SignInFirst, TooLarge
from services.chassis.transaction import Transaction

RETRY_AFTER_SECONDS = 30
MAX_BODY_BYTES = 256 * 1024
HUNG_UP = 499
"""Counted for whoever went away while they were sending. No standard has it; gateways count it so."""
PROBLEM = "application/problem+json"

log = structlog.get_logger()


class KeyMissing(Refused, slug="idempotency-key-missing", status=400):
    """Send an Idempotency-Key header (1 to 255 characters) with each write, the same one when you repeat it."""


class TokenNeeded(Refused, slug="token-needed", status=401):
    """Send a token for writes: Authorization: Bearer …. A browser's cookie is taken for reading only."""


async def write(
    request: Request, acting: Acting, act: Callable[[Transaction], Awaitable[Any]], *, status: int = 200
) -> Response:
    """Act once for the request's Idempotency-Key and answer with what `act` returns, as JSON.

    Raises KeyMissing, TokenNeeded, and SameKeyOtherBody when the key was spent on another body.
    """
    key = request.headers.get("idempotency-key", "")
    if not 0 < len(key) <= 255 or not key.isprintable():
        raise KeyMissing
    if not request.state.by_bearer:
        raise TokenNeeded
    answer = await web.once(request, acting, key, await request.body(), act)
    return Response(answer, status_code=status, media_type="application/json")


def problem(status: int, slug: str, words: str, **more: Any) -> JSONResponse:
    """RFC 9457. `type` is relative to /developers, where each slug is explained."""
    body = {"type": f"/developers/problems#{slug}", "title": slug.replace("-", " "), "status": status, "detail": words}
    return JSONResponse(body | more, status_code=status, media_type=PROBLEM)


def is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


async def on_refusal(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    if is_api(request):
        more = {"headers": {"WWW-Authenticate": "Bearer"}} if isinstance(refusal, SignInFirst) else {}
        response = problem(refusal.status, refusal.slug, refusal.words)
        response.headers.update(more.get("headers", {}))
        return response
    if not hasattr(request.state, "acting"):
        _remember_nobody(request)
    return await web.refuse(request, refusal)


async def on_invalid(request: Request, error: Exception) -> Response:
    """An address, query or body that does not fit. An id that cannot be one is an id that does not exist."""
    assert isinstance(error, RequestValidationError)
    if any(e["loc"][0] == "path" for e in error.errors()):
        return await on_refusal(request, NotFound())
    fields = {".".join(map(str, e["loc"][1:])): e["msg"] for e in error.errors()}
    if is_api(request):
        return problem(422, "not-valid", "Some fields are missing or wrong.", errors=fields)
    return web.page(
        request, "error.jinja", status=422, words="Something in the address is wrong. Go back and try again."
    )


async def on_nul(request: Request, error: Exception) -> Response:
    """A NUL character, which PostgreSQL has no text for, came in an address or in JSON; forms refuse it themselves."""
    return await on_refusal(request, NotReadable())


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, Refused):  # FastAPI wraps what the reading of a body raised
        return await on_refusal(request, error.__cause__)
    if error.status_code == 404:
        return await on_refusal(request, NotFound())
    if is_api(request):
        return problem(error.status_code, "http", str(error.detail))
    _remember_nobody(request)
    return web.page(request, "error.jinja", status=error.status_code, words=str(error.detail))


async def on_fault(request: Request, error: Exception) -> Response:
    log.error("request failed", error=repr(error)[:500], exception=_where(error), method=request.method)
    words = "Something went wrong on our side. Nothing was half done. Please try again in a moment."
    if is_api(request):
        return problem(500, "fault", words)
    _remember_nobody(request)
    return web.page(request, "error.jinja", status=500, words=words)


async def on_down(request: Request, error: Exception) -> Response:
    """The database is away, or somebody else held what was needed for too long."""
    log.warning("request could not be answered", error=repr(error)[:500], method=request.method)
    return resting(request)


def resting(request: Request) -> Response:
    """The answer while the database is away or not as this version needs it. What was sent can be sent again."""
    words = Resting().words
    if is_api(request):
        response = problem(Resting.status, Resting.slug, words)
    else:
        _remember_nobody(request)
        response = web.page(
            request, "error.jinja", status=503, words=words, what_to_do="You need not do anything else."
        )
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _where(error: BaseException) -> str:
    trace, place = error.__traceback__, ""
    while trace:
        place, trace = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}", trace.tb_next
    return place


def _remember_nobody(request: Request) -> None:
    request.state.acting = getattr(request.state, "acting", web.ANONYMOUS)
    request.state.form_key = lambda: web.form_key(request, request.state.acting)


class Door:
    """ASGI middleware of a service: cause, log context, body limit, answers timed, the visit cookie."""

    def __init__(self, app: ASGIApp, *, service: str) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, since, status = Request(scope), time.perf_counter(), 0
        request.state.cause = cause = web.fresh_cause(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            service=self._service, correlation_id=str(cause.correlation_id), trace_id=cause.traceparent[3:35]
        )

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *self._headers(request)]
            await send(message)

        try:
            if scope["app"].state.service.resting:
                await resting(request)(scope, receive, answer)
            else:
                from_start = _remembered(receive)
                try:
                    await self._app(scope, _limited(from_start()), answer)
                except (asyncpg.InvalidCachedStatementError, asyncpg.DeadlockDetectedError):
                    if status:
                        raise
                    # A newer version has just given a table more columns; this transaction has done nothing.
                    await self._app(scope, _limited(from_start()), answer)
        except ClientDisconnect:
            status = status or HUNG_UP  # nobody is there to be answered, and it is no fault of ours
        finally:
            route = getattr(scope.get("route"), "path", "none")
            observability.request_answered(self._service, scope["method"], route, status or 500, since)

    def _headers(self, request: Request) -> list[tuple[bytes, bytes]]:
        headers = [(b"x-correlation-id", str(request.state.cause.correlation_id).encode())]
        if visit := getattr(request.state, "new_visit", None):
            secure = "; Secure" if request.app.state.service.settings.base_url.startswith("https:") else ""
            cookie = f"{web.VISIT_COOKIE}={visit}; Path=/; HttpOnly; SameSite=Lax{secure}"
            headers.append((b"set-cookie", cookie.encode()))
        return headers


def _remembered(receive: Receive) -> Callable[[], Receive]:
    """Makes receivers of which each gives the request from its start."""
    taken: list[Message] = []

    def from_start() -> Receive:
        given = 0

        async def following() -> Message:
            nonlocal given
            if given == len(taken):
                taken.append(await receive())
            given += 1
            return taken[given - 1]

        return following

    return from_start


def _limited(receive: Receive) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY_BYTES:
            raise TooLarge
        return message

    return limited


def as_json(value: Any) -> Any:
    """What `json.dumps` can take, for answers built from pydantic models."""
    return json.loads(value.model_dump_json())
