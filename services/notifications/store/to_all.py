"""Messages to everybody who has a place in a role, each kept once."""

from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.to_all import ToAll


async def add(tx: Transaction, one: ToAll) -> None:
    await tx.change_one(
        "insert into written_to_all (id, opportunity_id, organisation_id, words, written_by, written_at)"
        " values ($1, $2, $3, $4, $5, $6)",
        *(one.id, one.opportunity_id, one.organisation_id, one.words, one.written_by, one.written_at),
    )


async def get(tx: Transaction, id: UUID) -> ToAll | None:
    row = await tx.fetchrow(
        "select id, opportunity_id, organisation_id, words, written_by, written_at from written_to_all where id = $1",
        id,
    )
    return ToAll(**dict(row)) if row else None


async def delete_old(tx: Transaction, *, before: datetime) -> None:
    await tx.change_any("delete from written_to_all where written_at < $1", before)
