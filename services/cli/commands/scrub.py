"""`pln scrub`: write PostgreSQL's files anew, so that what was deleted is in none of them."""

import json

from services.cli.base.apart import apart
from services.cli.base.console import AsJson, done, one_sentence, say, waiting
from services.cli.base.database import connected
from services.cli.local.environment import running_network

LOCK_TIMEOUT = "60s"
TABLES_SECONDS = 3600.0


@one_sentence
def scrub(as_json: AsJson = False) -> None:
    """Write every table anew, with its indexes and statistics, and let the write-ahead log go. Services wait meanwhile.

    A deleted row is out of reach at once, but its bytes lie in the files until PostgreSQL happens to write over them.

    Example: pln scrub
    """
    dsn = running_network()["PLN_DATABASE_URL"]
    with waiting("Writing PostgreSQL's files anew", quiet=as_json):
        size = apart(lambda: write_anew(dsn))
    if as_json:
        say(json.dumps({"bytes": size}))
        return
    done(f"PostgreSQL's files were written anew ({size / 1e6:,.0f} MB)")


async def write_anew(dsn: str) -> int:
    """The statistics first, since they hold values of rows; then the tables; then the log. The bytes they take now."""
    async with connected(dsn) as connection:
        await connection.execute("select set_config('lock_timeout', $1, false)", LOCK_TIMEOUT)
        await connection.execute("analyze", timeout=TABLES_SECONDS)
        await connection.execute("vacuum (full)", timeout=TABLES_SECONDS)
        await connection.execute("checkpoint")
        await connection.execute("select pg_switch_wal()")
        await connection.execute("checkpoint")
        return int(await connection.fetchval("select pg_database_size(current_database())"))
