"""What the welcome team asked each person, and what they said."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.question import Question

LIMIT = 20

_QUESTION = (
    "id, application_id, person_id, organisation_id, words, times, how, asked_by, asked_at, said, chosen, entered_by,"
    " ended_at"
)


def _read(row: Row) -> Question:
    return Question(
        id=row["id"],
        application_id=row["application_id"],
        person_id=row["person_id"],
        organisation_id=row["organisation_id"],
        words=row["words"],
        times=tuple(row["times"]),
        how=row["how"],
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        said=row["said"],
        chosen=row["chosen"],
        entered_by=row["entered_by"],
        ended_at=row["ended_at"],
    )


async def add(tx: Transaction, q: Question) -> None:
    """The caller holds the lock of its application, of which no other question waits."""
    await tx.change_one(
        "insert into application_question (id, application_id, person_id, organisation_id, words, times, how, asked_by,"
        " asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(q.id, q.application_id, q.person_id, q.organisation_id, q.words, q.times, q.how, q.asked_by, q.asked_at),
    )


async def waiting(tx: Transaction, application_id: UUID) -> Question | None:
    row = await tx.fetchrow(
        "select " + _QUESTION + " from application_question where application_id = $1 and ended_at is null",
        application_id,
    )
    return _read(row) if row else None


async def end(
    tx: Transaction, q: Question, *, said: str | None = None, chosen: datetime | None = None, entered_by: UUID | None
) -> Question:
    """Its person has said this. The caller holds the lock of its application."""
    ended = replace(q, said=said, chosen=chosen, entered_by=entered_by, ended_at=tx.now)
    await tx.change_one(
        "update application_question set said = $2, chosen = $3, entered_by = $4, ended_at = $5 where id = $1",
        *(q.id, ended.said, ended.chosen, ended.entered_by, ended.ended_at),
    )
    return ended


async def end_waiting(tx: Transaction, application_id: UUID) -> None:
    """The welcome team went on without it, if there was one; or its person takes everything back."""
    await tx.change_any(
        "update application_question set ended_at = $2 where application_id = $1 and ended_at is null",
        *(application_id, tx.now),
    )


async def of(tx: Transaction, application_id: UUID) -> Few[Question]:
    """All that was asked, the newest first."""
    rows = await tx.fetch(
        "select " + _QUESTION + " from application_question where application_id = $1"
        " order by asked_at desc, id limit $2",
        *(application_id, LIMIT + 1),
    )
    return few(rows, LIMIT, _read)
