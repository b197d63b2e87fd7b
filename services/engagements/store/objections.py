"""What people who took part have against a draw, and what they were answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction, new_id


@dataclass(frozen=True)
class Objection:
    """`upheld`: None while it waits for an answer."""

    id: UUID
    draw_id: UUID
    engagement_id: UUID
    opportunity_id: UUID
    words: str
    made_at: datetime
    answered_at: datetime | None
    upheld: bool | None
    answer: str


_OBJECTION = "id, draw_id, engagement_id, opportunity_id, words, made_at, answered_at, upheld, answer"
MOST_SHOWN = 50


def _objection(row: Row) -> Objection:
    return Objection(**dict(row))


async def of_mine(tx: Transaction, engagement_id: UUID) -> list[Objection]:
    """Of one person to the draws of one role, newest first: one to each draw."""
    rows = await tx.fetch(
        "select " + _OBJECTION + " from draw_objection where engagement_id = $1 order by made_at desc, id desc",
        engagement_id,
    )
    return [_objection(row) for row in rows]


async def of_role(tx: Transaction, opportunity_id: UUID) -> Few[Objection]:
    """To any of its draws, also those that were set aside: what waits before what was answered, the oldest first."""
    rows = await tx.fetch(
        "select " + _OBJECTION + " from draw_objection where opportunity_id = $1"
        " order by answered_at is not null, made_at, id limit $2",
        *(opportunity_id, MOST_SHOWN + 1),
    )
    return few(rows, MOST_SHOWN, _objection)


async def get(tx: Transaction, id: UUID) -> Objection | None:
    row = await tx.fetchrow("select " + _OBJECTION + " from draw_objection where id = $1", id)
    return _objection(row) if row else None


async def count_waiting(tx: Transaction, draw_id: UUID) -> int:
    return await tx.fetchval("select count(*) from draw_objection where draw_id = $1 and answered_at is null", draw_id)


async def waits_since(tx: Transaction, opportunity_id: UUID) -> datetime | None:
    """Of the oldest that waits for an answer."""
    return await tx.fetchval(
        "select min(made_at) from draw_objection where opportunity_id = $1 and answered_at is null", opportunity_id
    )


async def add(tx: Transaction, *, draw_id: UUID, engagement_id: UUID, words: str) -> UUID:
    """The caller holds the locks of intake and engagement."""
    id = new_id()
    await tx.change_one(
        "insert into draw_objection (id, draw_id, engagement_id, opportunity_id, organisation_id, person_id, words,"
        " made_at) select $1, $2, e.id, e.opportunity_id, e.organisation_id, e.person_id, $4, $5 from engagement e"
        " where e.id = $3",
        *(id, draw_id, engagement_id, words, tx.now),
    )
    return id


async def answer(tx: Transaction, of: Objection, *, upheld: bool, words: str, by: UUID) -> None:
    """The caller holds the intake's lock."""
    await tx.change_one(
        "update draw_objection set answered_at = $2, answered_by = $3, upheld = $4, answer = $5"
        " where id = $1 and answered_at is null",
        *(of.id, tx.now, by, upheld, words),
    )
