"""How many statements a command asks of PostgreSQL: for many things few."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from services.chassis.postgres.transaction import Transaction

FEW = 16
"""As many as a command for one thing may ask. One for each of a dozen besides would be more."""


@contextmanager
def asked() -> Generator[list[str]]:
    """What is asked in the block, by whichever transaction."""
    found: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for method in ("fetch", "fetchrow", "fetchval", "execute"):
            patch.setattr(Transaction, method, _noting(method, found))
        yield found


def _noting(method: str, found: list[str]) -> object:
    ask = getattr(Transaction, method)

    async def note(tx: Transaction, sql: str, *values: object) -> object:
        found.append(" ".join(sql.split())[:80])
        return await ask(tx, sql, *values)

    return note
