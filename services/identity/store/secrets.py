"""Machines' long-lived secrets, without the secrets themselves: a hash is kept, and until when each is good."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction

_COLUMNS = "id, account_id, made_at, made_by, ends_at, ended_at"


@dataclass(frozen=True)
class MachineSecret:
    """`ends_at`: when it is good no more by itself; `ended_at`: when somebody ended it."""

    id: UUID
    account_id: UUID
    made_at: datetime
    made_by: UUID
    ends_at: datetime
    ended_at: datetime | None = None

    def works(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.ends_at


async def add(tx: Transaction, secret: MachineSecret, secret_hash: str) -> None:
    await tx.change_one(
        "insert into machine_secret (id, account_id, secret_hash, made_at, made_by, ends_at)"
        " values ($1, $2, $3, $4, $5, $6)",
        *(secret.id, secret.account_id, secret_hash, secret.made_at, secret.made_by, secret.ends_at),
    )


async def presented(tx: Transaction, secret_hash: str) -> MachineSecret | None:
    """The secret that was presented. Its hash must be named first."""
    row = await tx.fetchrow("select " + _COLUMNS + " from machine_secret where secret_hash = $1", secret_hash)
    return MachineSecret(*row.values()) if row else None


async def of_machine(tx: Transaction, account_id: UUID) -> list[MachineSecret]:
    """Its secrets that still work. The account must be named first."""
    rows = await tx.fetch(
        "select " + _COLUMNS + " from machine_secret where account_id = $1 and ended_at is null and ends_at > $2"
        " order by made_at",
        *(account_id, tx.now),
    )
    return [MachineSecret(*row.values()) for row in rows]


async def end(tx: Transaction, secret_id: UUID, now: datetime) -> None:
    await tx.change_one("update machine_secret set ended_at = $2 where id = $1", secret_id, now)


async def soon_over(tx: Transaction, *, before: datetime, limit: int) -> list[MachineSecret]:
    """Those that end by themselves before then and of which nobody was told; locked, the first to end first."""
    rows = await tx.lock_all(
        "select " + _COLUMNS + " from machine_secret where ended_at is null and told_at is null and ends_at < $1"
        " order by ends_at, id limit $2 for update",
        *(before, limit),
    )
    return [MachineSecret(*row.values()) for row in rows]


async def note_told(tx: Transaction, secret_ids: list[UUID], now: datetime) -> None:
    await tx.change_any("update machine_secret set told_at = $2 where id = any($1::uuid[])", secret_ids, now)
