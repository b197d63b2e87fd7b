"""What a helper did for a person is kept in the room where it was done, in the transaction that did it."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Request

from schemas.helping import DONE
from services.chassis.base.hands import Person
from services.chassis.postgres import help_given
from services.chassis.postgres.transaction import Transaction

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def does(what: str) -> Callable[[Endpoint], Endpoint]:
    """What a helper changes by this route is kept under this code of `schemas.helping.DONE`."""
    if what not in DONE:
        raise ValueError(f"{what} has no words in schemas/helping.py")

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.does = what  # pyright: ignore[reportFunctionMemberAccess]
        return endpoint

    return declare


async def keep_what_was_done(request: Request, tx: Transaction[Any], kept: help_given.Kept | None) -> None:
    """Before the commit: if staff changed something of somebody by a route that says what it does."""
    what = getattr(request.scope.get("endpoint"), "does", "")
    acting = tx.acting
    if what and tx.changed and isinstance(acting, Person) and acting.helper and acting.helping_for:
        await help_given.add(tx, what, kept)
