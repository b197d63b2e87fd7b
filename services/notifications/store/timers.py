"""What has a moment still to come, for the sweeper that sets timers which are missing."""

from datetime import timedelta
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Transaction

MISSED = timedelta(days=1)
"""What was due so long ago and is not done, because nothing rang, is done yet."""


async def with_sessions_to_come(tx: Transaction, after: UUID, *, limit: int) -> list[Opportunity]:
    """Roles with a session to come, of those after an id, in id order."""
    rows = await tx.fetch(
        "select state from mirror_opportunity o where not o.erased and o.id > $1"
        " and exists (select from jsonb_array_elements(o.state -> 'sessions') as session"
        " where session ->> 'cancelled' is null and (session ->> 'starts_at')::timestamptz > $2)"
        " order by o.id limit $3",
        *(after, tx.now, limit),
    )
    return [Opportunity.model_validate_json(row["state"]) for row in rows]


async def offers_to_run_out(tx: Transaction, after: UUID, *, limit: int) -> list[Engagement]:
    """Offers with a day to answer by that is to come, of more than two days, of those after an id, in id order."""
    rows = await tx.fetch(
        "select state from mirror_engagement where not erased and state ->> 'status' = 'offered' and id > $1"
        " and (state -> 'offer' ->> 'reply_by')::timestamptz > $2 and (state -> 'offer' ->> 'reply_by')::timestamptz"
        " > (state -> 'offer' ->> 'offered_at')::timestamptz + interval '2 days' order by id limit $3",
        *(after, tx.now, limit),
    )
    return [Engagement.model_validate_json(row["state"]) for row in rows]


async def answers_promised(tx: Transaction, after: UUID, *, limit: int) -> list[Engagement]:
    """Interest that waits for an answer by a day, of those after an id, in id order."""
    rows = await tx.fetch(
        "select state from mirror_engagement where not erased and state ->> 'status' = 'interested' and id > $1"
        " and (state ->> 'answer_by')::timestamptz > $2 order by id limit $3",
        *(after, tx.now - MISSED, limit),
    )
    return [Engagement.model_validate_json(row["state"]) for row in rows]


async def talks_to_come(tx: Transaction, after: UUID, *, limit: int) -> list[Engagement]:
    """Engagements with a talk that is agreed and to come, of those after an id, in id order."""
    rows = await tx.fetch(
        "select state from mirror_engagement where not erased and id > $1"
        " and (state #>> '{chat,starts_at}')::timestamptz > $2 order by id limit $3",
        *(after, tx.now, limit),
    )
    return [Engagement.model_validate_json(row["state"]) for row in rows]
