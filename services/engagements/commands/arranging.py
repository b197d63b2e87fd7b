"""What coordinators arrange of what people with a place need."""

from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain import arranging as domain
from services.engagements.domain.arranging import Arranging
from services.engagements.store import arranging as store
from services.engagements.store import engagements
from services.engagements.store.arranging import AskedFor


async def asked_for(tx: Transaction[Member], engagement_id: UUID) -> AskedFor:
    """What somebody with a place at the organisation needs. Raises NotFound where there is none to be seen."""
    found = await store.asked_for(tx, tx.acting.organisation_id, engagement_id)
    if found is None:
        raise NotFound
    tx.note(Happened.LOOKED, of=found.engagement.person_id, what="needs")
    return found


async def arrange(tx: Transaction[Member], engagement_id: UUID, said: Arranging) -> AskedFor:
    """Say what is arranged. Raises NotFound, and NotAskedFor for what the person does not need (any more)."""
    await engagements.lock(tx, engagement_id)
    found = await asked_for(tx, engagement_id)
    await store.save(tx, found.engagement, domain.arrange(said.arranged, found.needs, by=tx.acting.by, now=tx.now))
    return found
