"""The pool, and the evidence for a rung."""

from uuid import UUID

from schemas.recruitment import Leader
from schemas.training import Credential
from services.chassis.postgres.transaction import Row, Transaction

CREDENTIALS_LIMIT = 100


def _read(row: Row | None) -> Leader | None:
    return Leader.model_validate_json(row["state"]) if row else None


async def lock(tx: Transaction, person_id: UUID) -> Leader | None:
    return _read(await tx.lock_one("select state from leader where id = $1 for update", person_id))


async def get(tx: Transaction, person_id: UUID) -> Leader | None:
    return _read(await tx.fetchrow("select state from leader where id = $1", person_id))


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Leader]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select state from leader where id > $1 order by id limit $2", id, limit)
    return [Leader.model_validate_json(row["state"]) for row in rows]


async def add(tx: Transaction, leader: Leader) -> bool:
    """False when the reference is somebody else's already."""
    added = await tx.change_any(
        "insert into leader (id, version, state) values ($1, $2, $3) on conflict (reference) do nothing",
        *(leader.id, leader.version, leader.model_dump_json()),
    )
    return added == 1


async def save(tx: Transaction, leader: Leader) -> None:
    """The caller holds the row's lock."""
    await tx.change_one(
        "update leader set version = $2, state = $3 where id = $1",
        *(leader.id, leader.version, leader.model_dump_json()),
    )


async def note_evidence(tx: Transaction, *, engagement_id: UUID, person_id: UUID) -> None:
    await tx.change_any(
        "insert into rung_evidence (engagement_id, person_id, noted_at) values ($1, $2, $3)"
        " on conflict (engagement_id) do nothing",
        *(engagement_id, person_id, tx.now),
    )


async def forget_evidence(tx: Transaction, engagement_id: UUID) -> None:
    await tx.change_any("delete from rung_evidence where engagement_id = $1", engagement_id)


async def credentials(tx: Transaction, person_id: UUID) -> list[Credential]:
    """The training that a person completed, newest first."""
    rows = await tx.fetch(
        "select state from mirror_credential where person_id = $1 and not erased"
        " order by state ->> 'awarded_at' desc limit $2",
        *(person_id, CREDENTIALS_LIMIT),
    )
    return [Credential.model_validate_json(row["state"]) for row in rows]


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from rung_evidence where person_id = $1", person_id)
    await tx.change_any("delete from leader where id = $1", person_id)
