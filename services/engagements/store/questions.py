"""What people asked about a role, and what they were answered."""

from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.asking import MOST, Question
from services.engagements.domain.engagement import ANSWERED_IN


def _question(row: Row) -> Question:
    return Question(**dict(row))


async def of_engagement(tx: Transaction, engagement_id: UUID) -> list[Question]:
    """The oldest first; nobody can ask more than are given here."""
    rows = await tx.fetch(
        "select id, asked, asked_at, answer, answered_at, answered_by from question where engagement_id = $1"
        " order by asked_at, id limit $2",
        *(engagement_id, MOST),
    )
    return [_question(row) for row in rows]


async def oldest_unanswered(tx: Transaction) -> datetime | None:
    """When it was asked; of those whose person has not left and was not answered otherwise."""
    return await tx.fetchval(
        "select q.asked_at from question q join engagement e on e.id = q.engagement_id"
        " where q.answered_at is null and e.status = any($1::text[]) order by q.asked_at limit 1",
        list(ANSWERED_IN),
    )


async def save(tx: Transaction, question: Question) -> None:
    """With its answer. The caller holds the engagement's lock."""
    await tx.change_one(
        "update question set answer = $2, answered_at = $3, answered_by = $4 where id = $1",
        *(question.id, question.answer, question.answered_at, question.answered_by),
    )


async def forget(tx: Transaction, id: UUID) -> None:
    """It was taken back."""
    await tx.change_one("delete from question where id = $1", id)
