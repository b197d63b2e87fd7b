"""That people gave bank details, and when. Each is its public state."""

from uuid import UUID

from schemas.payments import DetailsChange
from services.chassis.postgres.transaction import Row, Transaction


def _change(row: Row) -> DetailsChange:
    return DetailsChange(id=row["id"], version=row["version"], person_id=row["person_id"], changed_at=row["changed_at"])


async def add(tx: Transaction, change: DetailsChange) -> None:
    await tx.change_one(
        "insert into details_change (id, version, person_id, changed_at) values ($1, $2, $3, $4)",
        *(change.id, change.version, change.person_id, change.changed_at),
    )


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[DetailsChange]:
    """Those after an id, in id order."""
    rows = await tx.fetch(
        "select id, version, person_id, changed_at from details_change where id > $1 order by id limit $2", id, limit
    )
    return [_change(row) for row in rows]


async def lock(tx: Transaction, id: UUID) -> DetailsChange | None:
    row = await tx.lock_one(
        "select id, version, person_id, changed_at from details_change where id = $1 for update", id
    )
    return _change(row) if row else None


async def save(tx: Transaction, change: DetailsChange) -> None:
    """Nothing about it ever changes but its version, when it is said again."""
    await tx.change_one("update details_change set version = $2 where id = $1", change.id, change.version)


async def lock_of_person(tx: Transaction, person_id: UUID) -> list[DetailsChange]:
    """In id order."""
    rows = await tx.lock_all(
        "select id, version, person_id, changed_at from details_change where person_id = $1 order by id for update",
        person_id,
    )
    return [_change(row) for row in rows]


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from details_change where person_id = $1", person_id)
