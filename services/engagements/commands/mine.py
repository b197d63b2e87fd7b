"""What a person does: show interest, accept or decline an offer, give a place back."""

from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from schemas.recruitment import Leader
from services.chassis.base.hands import Person
from services.chassis.base.refusals import NotFound, TryAgainSoon
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.engagements.commands import counting
from services.engagements.commands.system import agree_with_neighbours
from services.engagements.domain import engagement as domain
from services.engagements.domain import intake as places
from services.engagements.domain.engagement import AlreadyInterested, InterestWords
from services.engagements.domain.intake import Intake
from services.engagements.store import engagements as store
from services.engagements.store import intakes


async def show_interest(tx: Transaction[Person], opportunity_id: UUID, words: InterestWords) -> Engagement:
    """Once for each person and opportunity. The organisation's coordinators are asked to answer.

    Raises NotFound, TryAgainSoon (the opportunity is on its way here), AlreadyInterested, PastClosing or JoinFirst.
    """
    opportunity, person_id = (await _intake(tx, opportunity_id)).opportunity, tx.acting.person_id
    existing = await store.of_person_and_opportunity(tx, person_id, opportunity_id)
    leader = await mirrors.get(tx, Leader, person_id)
    shown, event = domain.show_interest(
        opportunity, leader, existing=existing, id=new_id(), person_id=person_id, now=tx.now
    )
    if not await store.add(tx, shown, words):
        raise AlreadyInterested
    await tx.emit(event)
    await tx.due(agree_with_neighbours, shown.id, shown.version)
    return shown


async def _intake(tx: Transaction, opportunity_id: UUID) -> Intake:
    intake = await intakes.get(tx, opportunity_id)
    if intake is None and await mirrors.get(tx, Opportunity, opportunity_id):
        raise TryAgainSoon("This opportunity is so new that it has not reached us yet. Please try again in a moment.")
    if intake is None:
        raise NotFound
    return intake


async def accept(tx: Transaction[Person], id: UUID) -> Engagement:
    """Take the place: the intake's row is locked first, so that no more people have a place than there are places.

    Raises NotFound, AlreadyAccepted, NotOffered, JoinFirst, NoPlaceLeft or AgreeFirst.
    """
    intake, mine = await _lock_both(tx, id)
    leader = await mirrors.get(tx, Leader, mine.person_id)
    accepted, event = domain.accept(mine, intake, leader, now=tx.now)
    taken, counted = places.take(intake, now=tx.now)
    await counting.save(tx, taken)
    await store.save(tx, accepted)
    await tx.emit(event)
    await tx.emit(counted)
    return accepted


async def decline(tx: Transaction[Person], id: UUID) -> Engagement:
    """Say no to an offer. Raises NotFound or NotOffered."""
    _, mine = await _lock_both(tx, id)
    declined, event = domain.decline(mine, now=tx.now)
    await store.save(tx, declined)
    await tx.emit(event)
    return declined


async def withdraw(tx: Transaction[Person], id: UUID) -> Engagement:
    """No longer want the role; a place is given back. Raises NotFound, NotOpen or TooLateToGiveBack."""
    intake, mine = await _lock_both(tx, id)
    withdrawn, event = domain.withdraw(mine, now=tx.now)
    await store.save(tx, withdrawn)
    await tx.emit(event)
    if mine.status == "accepted":
        freed, counted = places.free(intake, now=tx.now)
        await counting.save(tx, freed)
        await tx.emit(counted)
    return withdrawn


async def _lock_both(tx: Transaction[Person], id: UUID) -> tuple[Intake, Engagement]:
    """The person's own engagement and its intake. Raises NotFound for anybody else's."""
    mine = await store.get(tx, id)
    if mine.person_id != tx.acting.person_id:
        raise NotFound
    return await intakes.lock(tx, mine.opportunity_id), await store.lock(tx, id)
