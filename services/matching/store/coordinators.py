"""Who can answer for an opportunity of the organisation that is acted for, today."""

from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import called_at
from services.matching.domain.who_answers import NotACoordinator


async def can_answer(tx: Transaction[Member], account_id: UUID) -> bool:
    return bool(await called_at(tx, account_id, tx.acting.organisation_id, london_day(tx.now)))


async def must_answer(tx: Transaction[Member], account_id: UUID | None) -> None:
    """Nobody by name is fine. Raises NotACoordinator."""
    if account_id and not await can_answer(tx, account_id):
        raise NotACoordinator
