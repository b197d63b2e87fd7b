"""Browsers from which somebody has signed in, by a hash of the browser's secret and the account."""

from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction


async def hashes_of(tx: Transaction, account_id: UUID) -> set[str]:
    """The account must be named first. Nobody has many: those that were not used for long go."""
    rows = await tx.fetch(
        "select browser_hash from browser where account_id = $1 order by last_at desc limit 500", account_id
    )
    return {row["browser_hash"] for row in rows}


async def note(tx: Transaction, account_id: UUID, browser_hash: str, *, now: datetime) -> None:
    """It was used now."""
    await tx.change_one(
        "insert into browser (account_id, browser_hash, first_at, last_at) values ($1, $2, $3, $3)"
        " on conflict (account_id, browser_hash) do update set last_at = excluded.last_at",
        *(account_id, browser_hash, now),
    )


async def delete_old(tx: Transaction, *, before: datetime) -> None:
    await tx.change_any("delete from browser where last_at < $1", before)
