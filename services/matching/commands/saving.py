"""How an opportunity is read by its own organisation, saved, said, and closed by its timer. The others act by these."""

from uuid import UUID

from schemas.event import Event
from schemas.identity import Organisation
from schemas.matching import Opportunity
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching.commands import feeds, fitting
from services.matching.domain import editions
from services.matching.domain import opportunity as opportunities
from services.matching.store import editions as store_editions
from services.matching.store import opportunities as store

Change = tuple[Opportunity, Event[Opportunity]]


async def save(tx: Transaction, *changes: Change) -> None:
    """Whoever was told of one that fits them no longer, and who else is told, is worked out after the commit."""
    await store.save(tx, *(one for one, _ in changes))
    await say(tx, *changes)
    await tx.due_each(fitting.match_opportunity, {one.id: one.version for one, _ in changes})


async def say(tx: Transaction, *changes: Change) -> None:
    """While one is open, it is woken to close. What it says anew is kept as an edition, and numbered for machines."""
    made = [editions.edition(one, event, by=tx.acting.hand_id, now=tx.now) for one, event in changes]
    await store_editions.keep(tx, [one for one in made if one])
    await tx.emit(*(event for _, event in changes))
    await tx.wake_each(close_opportunity, {one.id: opportunities.closes_at(one) for one, _ in changes})
    await tx.due_each(feeds.number_change, {one.id: one.version for one, _ in changes})


async def own(tx: Transaction[Member], id: UUID) -> Opportunity:
    """Raises NotFound for another organisation's as for one that does not exist."""
    opportunity = await store.lock(tx, id)
    if opportunity.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return opportunity


async def own_organisation(tx: Transaction[Member]) -> Organisation:
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None:
        raise NotFound
    return organisation


async def close_opportunity(tx: Transaction, id: UUID) -> None:
    """Close what has passed its closing moment; woken for it. Too early, it waits for that moment again."""
    opportunity = await store.lock(tx, id)
    closes_at = opportunities.closes_at(opportunity)
    if closes_at is None or tx.now < closes_at:
        await tx.wake(close_opportunity, id, closes_at)
        return
    closed, event = opportunities.close(opportunity, now=tx.now)
    await save(tx, (closed, event))
