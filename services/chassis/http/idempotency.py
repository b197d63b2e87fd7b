"""A write that a client may repeat is done once: its key is spent in the transaction that does it."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request
from pydantic_core import to_jsonable_python

from services.chassis.http.request import open_transaction, site_of
from services.chassis.postgres import spent_keys
from services.chassis.postgres.transaction import Hand, Transaction


async def once(
    request: Request, acting: Hand, key: str, body: bytes, act: Callable[[Transaction[Hand]], Awaitable[Any]]
) -> str:
    """Act in one transaction and spend the key in it; a spent key answers as it did. Returns the answer's JSON.

    Raises NotAsSeen where the request says that it saw something else (If-Match), whose key is then not spent.
    """
    bound = bound_to(request, body)
    async with open_transaction(request, acting) as tx:
        if (answer := await spent_keys.answer_to(tx, key, bound)) is not None:
            return answer
        if tx.condition:  # before anything is done, also outside of this transaction; it is asked again under locks
            await tx.condition(tx)
        answer = json.dumps(to_jsonable_python(await act(tx)))
        await spent_keys.spend(tx, key, bound, answer)
    if tx.made_due:
        await site_of(request).wake_workers()
    return answer


def bound_to(request: Request, body: bytes) -> bytes:
    """What a key is spent on: a body, and where it was sent."""
    return hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()
