"""What people said of their own attendance, until the organisation has recorded it."""

from uuid import UUID

from schemas.engagements import Engagement
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.saying import Said

MOST = 500
"""No opportunity has more places."""


def _said(row: Row) -> Said:
    return Said(row["what"], row["words"], row["said_at"])


async def of_session(tx: Transaction, session_id: UUID) -> dict[UUID, Said]:
    """By engagement, as far as whoever asks may see them."""
    rows = await tx.fetch(
        "select engagement_id, what, words, said_at from said_of_session where session_id = $1"
        " order by said_at, engagement_id limit $2",
        *(session_id, MOST),
    )
    return {row["engagement_id"]: _said(row) for row in rows}


async def get(tx: Transaction, engagement_id: UUID, session_id: UUID) -> Said | None:
    row = await tx.fetchrow(
        "select what, words, said_at from said_of_session where engagement_id = $1 and session_id = $2",
        *(engagement_id, session_id),
    )
    return _said(row) if row else None


async def save(tx: Transaction, engagement: Engagement, session_id: UUID, said: Said) -> None:
    """The caller holds the engagement's lock."""
    await tx.change_one(
        "insert into said_of_session (engagement_id, session_id, organisation_id, person_id, what, words, said_at)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (engagement_id, session_id) do update set"
        " what = excluded.what, words = excluded.words, said_at = excluded.said_at",
        *(engagement.id, session_id, engagement.organisation_id, engagement.person_id),
        *(said.what, said.words, said.said_at),
    )


async def answered(tx: Transaction, session_id: UUID, *engagements: UUID) -> None:
    """It was recorded: what was said of it has done its work."""
    await tx.change_any(
        "delete from said_of_session where session_id = $1 and engagement_id = any($2::uuid[])",
        *(session_id, list(engagements)),
    )
