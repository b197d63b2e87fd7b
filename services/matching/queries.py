"""What the pages of matching and its API both show, read in the name of whoever asks."""

from uuid import UUID

from schemas.recruitment import Profile
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.matching.domain.fit import Subscription
from services.matching.store import matches as match_store
from services.matching.store import opportunities as store
from services.matching.store.matches import MyMatch
from services.matching.store.opportunities import Listed, OwnFilter

EVERY = OwnFilter()


async def opportunity(tx: Transaction, id: UUID) -> Listed:
    """Raises NotFound."""
    listed = await store.get(tx, id)
    if listed is None:
        raise NotFound
    return listed


async def own_opportunities(tx: Transaction[Member], asked: Asked, wanted: OwnFilter = EVERY) -> Page[Listed]:
    """Those of the organisation that is acted for, newest first."""
    return await store.of_organisation(tx, asked, tx.acting.organisation_id, wanted)


async def own_opportunity(tx: Transaction[Member], id: UUID) -> Listed:
    """One of the organisation that is acted for. Raises NotFound, for another organisation's too."""
    listed = await opportunity(tx, id)
    if listed.opportunity.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return listed


async def my_subscription(tx: Transaction[Person]) -> Subscription:
    """What the person is told of; before they first said so, what their profile says would fit them."""
    if saved := await match_store.subscription(tx, tx.acting.person_id):
        return saved[0]
    profile = await mirrors.get(tx, Profile, tx.acting.person_id)
    return Subscription(strands=profile.strands, modes=profile.modes) if profile else Subscription()


async def my_matches(tx: Transaction[Person], asked: Asked) -> Page[MyMatch]:
    """The person's matches, newest first."""
    return await match_store.of_person(tx, asked, tx.acting.person_id)


async def my_match(tx: Transaction[Person], id: UUID) -> MyMatch:
    """Raises NotFound, for somebody else's too."""
    found = await match_store.one_of_person(tx, tx.acting.person_id, id)
    if found is None:
        raise NotFound
    return found
