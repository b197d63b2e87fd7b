"""Intakes are saved here, each with the moment at which what waits for its organisation is counted again."""

from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.engagements.domain import intake as places
from services.engagements.domain import objected
from services.engagements.domain.intake import Intake
from services.engagements.store import answerers, intakes
from services.engagements.store import engagements as store


async def add(tx: Transaction, intake: Intake) -> None:
    await intakes.add(tx, intake)
    await _count_again(tx, intake)


async def save(tx: Transaction, intake: Intake) -> None:
    """The caller holds the row's lock."""
    await intakes.save(tx, intake)
    await _count_again(tx, intake)


async def recount_what_waits(tx: Transaction, id: UUID) -> None:
    """Raise or clear what waits for coordinators: a session began, a date passed, or others have a place now."""
    intake = await intakes.lock(tx, id)
    to_look = objected.is_to_look(intake.opportunity, intake.objected_since, tx.now)
    network = await answerers.network_where_nobody_may(tx, intake) if to_look else None
    counted, event = places.recount(intake, await store.with_place(tx, id), network=network, now=tx.now)
    await save(tx, counted)
    if event:
        await tx.emit(event)


async def _count_again(tx: Transaction, intake: Intake) -> None:
    """Soon is after this commit; a later moment is waited for by the database's clock."""
    if intake.recount_at is not None and intake.recount_at <= tx.now:
        await tx.due(recount_what_waits, intake.id, intake.version)
    else:
        await tx.wake(recount_what_waits, intake.id, intake.recount_at)
