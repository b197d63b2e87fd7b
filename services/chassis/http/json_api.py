"""Writes of the JSON API: a token and an Idempotency-Key are needed, and the answer is what was done."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.refusals import Refused
from services.chassis.http.idempotency import once
from services.chassis.postgres.transaction import Hand, Transaction

KEY = "Idempotency-Key"
MOST_OF_A_KEY = 255


class KeyMissing(Refused, slug="idempotency-key-missing", status=400, field=KEY):
    """Send an Idempotency-Key header (1 to 255 characters) with each write, the same one when you repeat it."""


class TokenNeeded(Refused, slug="token-needed", title="A token is needed", status=401):
    """Send a token for writes: Authorization: Bearer …. A browser's cookie is taken for reading only."""


class OnlyId(BaseModel):
    """Which thing was made or changed."""

    id: UUID


async def write(
    request: Request,
    acting: Hand,
    act: Callable[[Transaction[Hand]], Awaitable[Any]],
    *,
    status: int = 200,
    body: bytes | None = None,
) -> Response:
    """Act once for the request's Idempotency-Key and answer with what `act` returns, as JSON.

    The route names the model of that answer (`response_model`); the tests hold what is sent to it.

    `body` stands for the request's own where that was read already. Raises KeyMissing, TokenNeeded, and
    SameKeyOtherBody when the key was spent on another body.
    """
    key = check_can_write(request)
    answer = await once(request, acting, key, await request.body() if body is None else body, act)
    return Response(answer, status_code=status, media_type="application/json")


def check_can_write(request: Request) -> str:
    """The key of a write that may be done. Raises KeyMissing and TokenNeeded."""
    key = request.headers.get(KEY, "")
    if len(key) > MOST_OF_A_KEY:
        raise KeyMissing(f"Shorten the Idempotency-Key: it can have {MOST_OF_A_KEY} characters at most.")
    if not key.isprintable():
        raise KeyMissing("There is a hidden character in the Idempotency-Key: use letters, digits and signs.")
    if not key:
        raise KeyMissing
    if not request.state.by_bearer:
        raise TokenNeeded
    return key
