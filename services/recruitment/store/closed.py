"""Whose record was closed in favour of whose: what its person reads, with the reference of the one that is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction


@dataclass(frozen=True)
class ClosedRecord:
    """`kept_reference`: of the end of a chain, where the one that was kept was closed too."""

    person_id: UUID
    kept_id: UUID
    kept_reference: str
    closed_at: datetime
    undo_until: datetime


_CLOSED = "person_id, kept_id, kept_reference, closed_at, undo_until"


async def get(tx: Transaction, person_id: UUID) -> ClosedRecord | None:
    row = await tx.fetchrow("select " + _CLOSED + " from closed_record where person_id = $1", person_id)
    return ClosedRecord(**row) if row else None


async def kept_for(tx: Transaction, people: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of those of these people who are closed: whose record is kept, at the end of the chain."""
    rows = await tx.fetch(
        "select ended.person_id, ended.kept_id from (with recursive kept as (select person_id, kept_id"
        " from closed_record where person_id = any($1::uuid[])"
        " union select kept.person_id, c.kept_id from kept join closed_record c on c.person_id = kept.kept_id)"
        " select person_id, kept_id from kept) as ended"
        " where not exists (select from closed_record c where c.person_id = ended.kept_id)",
        people,
    )
    return {row["person_id"]: row["kept_id"] for row in rows}


async def add(tx: Transaction, closed: ClosedRecord) -> None:
    await tx.change_one(
        "insert into closed_record (person_id, kept_id, kept_reference, closed_at, undo_until)"
        " values ($1, $2, $3, $4, $5)",
        *(closed.person_id, closed.kept_id, closed.kept_reference, closed.closed_at, closed.undo_until),
    )


async def say_reference(tx: Transaction, person_id: UUID, reference: str) -> None:
    """All who were closed for this one, or for one of those, read this reference."""
    await tx.change_any(
        "update closed_record set kept_reference = $2 where person_id in (with recursive those as ("
        "select person_id from closed_record where kept_id = $1"
        " union select c.person_id from closed_record c join those on c.kept_id = those.person_id)"
        " select person_id from those)",
        *(person_id, reference),
    )


async def forget_closing(tx: Transaction, person_id: UUID) -> None:
    """Theirs is open again, where it was closed."""
    await tx.change_any("delete from closed_record where person_id = $1", person_id)


async def forget(tx: Transaction, person_id: UUID) -> list[UUID]:
    """Of somebody who is gone; and whoever was closed for them is closed for nobody: their ids are returned."""
    rows = await tx.fetch(
        "delete from closed_record where person_id = $1 or kept_id = $1 returning person_id", person_id
    )
    return sorted(row["person_id"] for row in rows if row["person_id"] != person_id)
