"""Messages to everybody who has a place in a role, each kept once."""

from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.to_all import ToAll
from services.notifications.store import said


async def add(tx: Transaction, one: ToAll) -> None:
    await tx.change_one(
        "insert into written_to_all (id, opportunity_id, organisation_id, words, link, has_file, written_by,"
        " written_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(one.id, one.opportunity_id, one.organisation_id, one.words, one.link, one.has_file),
        *(one.written_by, one.written_at),
    )


async def get(tx: Transaction, id: UUID) -> ToAll | None:
    row = await tx.fetchrow(
        "select id, opportunity_id, organisation_id, words, written_by, written_at, link, has_file from written_to_all"
        " where id = $1",
        id,
    )
    return ToAll(**dict(row)) if row else None


async def delete_old(tx: Transaction, *, before: datetime) -> None:
    """With the files that nobody got."""
    rows = await tx.fetch("select id from written_to_all where written_at < $1 and has_file", before)
    await said.forget_shared(tx, [row["id"] for row in rows])
    await tx.change_any("delete from written_to_all where written_at < $1", before)
