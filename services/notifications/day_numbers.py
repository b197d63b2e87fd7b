"""A phone number for the day, as its person sees it, and the sheet of those who agreed."""

from dataclasses import dataclass
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.contact import NUMBERS
from services.notifications.store import contact as contact_store
from services.notifications.store import day_numbers as store
from services.notifications.store.day_numbers import DayNumber, Seen, Taken, ToRingOnTheDay


@dataclass(frozen=True)
class Mine:
    """`number`: None while they have not agreed; `usual`: the number on which they are rung anyway, to begin with."""

    number: DayNumber | None
    usual: str
    seen: Few[Seen]
    taken: Few[Taken]


@dataclass(frozen=True)
class PhoneSheet:
    """`places`: so many have a place, whether they agreed or not."""

    opportunity: Opportunity
    people: Few[ToRingOnTheDay]
    places: int


async def mine(tx: Transaction[Person]) -> Mine:
    id = tx.acting.person_id
    contact = await contact_store.get(tx, id)
    usual = (contact.address or "") if contact and contact.channel in NUMBERS else ""
    return Mine(await store.get(tx, id), usual, await store.who_may_see(tx, id), await store.taken(tx, id))


async def sheet(tx: Transaction[Member], opportunity_id: UUID) -> PhoneSheet:
    """Of a role of the organisation that is acted for. Raises NotFound."""
    opportunity = await mirrors.get(tx, Opportunity, opportunity_id)
    if opportunity is None or opportunity.organisation_id != tx.acting.organisation_id:
        raise NotFound
    people = await store.sheet(tx, opportunity_id)
    return PhoneSheet(opportunity, people, await store.count_places(tx, opportunity_id))
