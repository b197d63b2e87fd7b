"""A connection to PostgreSQL for as long as a block, and names in statements, which cannot be values."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from services.chassis.postgres.transaction import Connection

ANSWER_SECONDS = 10.0


@asynccontextmanager
async def connected(url: str, *, timeout: float = ANSWER_SECONDS, **options: Any) -> "AsyncGenerator[Connection]":
    """`timeout` is for connecting and for closing; `options` are asyncpg's."""
    connection = await asyncpg.connect(url, timeout=timeout, **options)
    try:
        yield connection
    finally:
        await connection.close(timeout=timeout)


def with_names(sql: str, **names: str) -> str:
    """A statement about databases or roles: each name is quoted and put in for its {word}."""
    return sql.format(**{word: '"' + name.replace('"', '""') + '"' for word, name in names.items()})
