"""Which answers can still be undone, as each side's own home page goes by it."""

from uuid import UUID

from schemas.engagements import Undoing
from services.chassis.postgres.transaction import Row, Transaction


def _undoing(row: Row) -> Undoing:
    return Undoing.model_validate_json(row["state"])


async def find(tx: Transaction, engagement_id: UUID, side: str) -> Undoing | None:
    """The engagement's lock is its too. Nobody but the system finds the other side's."""
    row = await tx.fetchrow("select state from undoing where engagement_id = $1 and side = $2", engagement_id, side)
    return _undoing(row) if row else None


async def add(tx: Transaction, u: Undoing) -> None:
    await tx.change_one(
        "insert into undoing (id, version, engagement_id, organisation_id, person_id, side, state)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        *(u.id, u.version, u.engagement_id, u.organisation_id, u.person_id, u.side, u.model_dump_json()),
    )


async def save(tx: Transaction, u: Undoing) -> None:
    await tx.change_one(
        "update undoing set version = $2, state = $3 where id = $1", u.id, u.version, u.model_dump_json()
    )


async def lock(tx: Transaction, id: UUID) -> Undoing | None:
    row = await tx.lock_one("select state from undoing where id = $1 for update", id)
    return _undoing(row) if row else None


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Undoing]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select state from undoing where id > $1 order by id limit $2", id, limit)
    return [_undoing(row) for row in rows]


async def of_person(tx: Transaction, person_id: UUID) -> list[Undoing]:
    """In id order."""
    rows = await tx.fetch("select state from undoing where person_id = $1 order by id", person_id)
    return [_undoing(row) for row in rows]
