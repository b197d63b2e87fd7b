"""What people need at the sessions of a role, as engagements has said it, and what of it they were told."""

from collections.abc import Sequence
from uuid import UUID

from schemas.engagements import Arrangement
from services.chassis.postgres.transaction import Transaction


async def of_engagement(tx: Transaction, engagement_id: UUID) -> list[Arrangement]:
    """Of all sessions of one place, in the order of their times."""
    rows = await tx.fetch(
        "select state from mirror_arrangement where engagement_id = $1 and not erased"
        " order by state ->> 'starts_at', id",
        engagement_id,
    )
    return [Arrangement.model_validate_json(row["state"]) for row in rows]


async def told(tx: Transaction, person_id: UUID, about: UUID, stages: Sequence[str]) -> frozenset[str]:
    """The stages of these that they were told, or are being told."""
    rows = await tx.fetch(
        "select stage from message where person_id = $1 and about = $2 and stage = any($3::text[])",
        *(person_id, about, list(stages)),
    )
    return frozenset(row["stage"] for row in rows)
