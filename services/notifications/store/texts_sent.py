"""What became of texts at their phones."""

from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction


async def to_follow(tx: Transaction, *, since: datetime, limit: int) -> list[UUID]:
    """Texts that were sent since then, and of which nobody knows whether they are on their phone; the oldest first."""
    rows = await tx.fetch(
        "select id from message where channel = 'sms' and status = 'sent' and arrived is null and sent_at >= $1"
        " order by sent_at, id limit $2",
        *(since, limit),
    )
    return [row["id"] for row in rows]


async def note_arrived(tx: Transaction, id: UUID, arrived: str) -> None:
    await tx.change_one("update message set arrived = $2 where id = $1", id, arrived)


async def note_never_known(tx: Transaction, *, before: datetime) -> None:
    """Notify says nothing more of texts of before."""
    await tx.change_any(
        "update message set arrived = 'unknown' where channel = 'sms' and status = 'sent' and arrived is null"
        " and sent_at < $1",
        before,
    )
