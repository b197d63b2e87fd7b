"""Put a rate in force, and close it."""

from datetime import date
from uuid import UUID

from schemas.identity import Organisation
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.payments.domain import rate_card
from services.payments.domain.rate_card import Draft
from services.payments.store import rates as store


async def issue_rate(tx: Transaction[Member], draft: Draft) -> UUID:
    """An edition of a rate of the organisation that asks. Returns its id."""
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None:
        raise NotFound
    card, event = rate_card.issue(draft, by=organisation, id=new_id(), today=london_day(tx.now))
    await store.add(tx, card)
    await tx.emit(event)
    return card.id


async def close_rate(tx: Transaction[Member], id: UUID, valid_to: date) -> None:
    """Give an edition its last day; nothing is said when it has that one already."""
    card = await store.lock(tx, id, organisation_id=tx.acting.organisation_id)
    closed = rate_card.close(card, valid_to=valid_to, today=london_day(tx.now))
    if closed:
        await store.save(tx, closed[0])
        await tx.emit(closed[1])
