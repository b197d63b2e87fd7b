"""Answers as they are kept: those that can still be undone, and what a person was told when others were chosen."""

from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from schemas.engagements import Engagement
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.answering import DECLINED, NOT_CHOSEN, Answer

IN_JSON = TypeAdapter(Answer | None)


def _answer(row: Row) -> Answer:
    return Answer(**dict(row))


async def get(tx: Transaction, engagement_id: UUID, what: str) -> Answer | None:
    """As whoever asks may see it. The engagement's lock is the answer's too."""
    row = await tx.fetchrow(
        "select what, of_version, why, words, answered_by, answered_at, undo_until from answer"
        " where engagement_id = $1 and what = $2",
        *(engagement_id, what),
    )
    return _answer(row) if row else None


async def save(tx: Transaction, of: Engagement, a: Answer) -> None:
    """The caller holds the engagement's lock."""
    await tx.change_one(
        "insert into answer (engagement_id, what, organisation_id, person_id, of_version, why, words, answered_by,"
        " answered_at, undo_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " on conflict (engagement_id, what) do update set of_version = excluded.of_version, why = excluded.why,"
        " words = excluded.words, answered_by = excluded.answered_by, answered_at = excluded.answered_at,"
        " undo_until = excluded.undo_until",
        *(of.id, a.what, of.organisation_id, of.person_id, a.of_version, a.why, a.words),
        *(a.answered_by, a.answered_at, a.undo_until),
    )


async def forget(tx: Transaction, engagement_id: UUID, what: str) -> None:
    await tx.change_any("delete from answer where engagement_id = $1 and what = $2", engagement_id, what)


async def no_to_tell(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """Until when each no of a person can be undone, of those after an id, in id order."""
    return await _untold(tx, DECLINED, after, limit=limit)


async def not_chosen_to_tell(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """The same for "not chosen"."""
    return await _untold(tx, NOT_CHOSEN, after, limit=limit)


async def _untold(tx: Transaction, what: str, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    rows = await tx.fetch(
        "select engagement_id, undo_until from answer where what = $1 and undo_until is not null"
        " and engagement_id > $2 order by engagement_id limit $3",
        *(what, after, limit),
    )
    return {row["engagement_id"]: row["undo_until"] for row in rows}
