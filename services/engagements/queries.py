"""What the pages of engagements and its API both show, read in the name of whoever asks."""

from collections.abc import Sequence
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain.intake import Intake
from services.engagements.store import engagements as store
from services.engagements.store import intakes
from services.engagements.store.engagements import Applicant, Mine, Wanted

EVERYBODY = Wanted()


async def my_engagements(tx: Transaction[Person], asked: Asked) -> Page[Mine]:
    """The person's engagements, newest first."""
    return await store.of_person(tx, asked, tx.acting.person_id)


async def my_engagement(tx: Transaction[Person], id: UUID) -> Mine:
    """Raises NotFound, for somebody else's too."""
    found = await store.one_of_person(tx, tx.acting.person_id, id)
    if found is None:
        raise NotFound
    return found


async def is_on_its_way(tx: Transaction, opportunity_id: UUID) -> bool:
    """Whether the opportunity was heard of. Its intake is then opened in a moment, where there is none yet."""
    return await mirrors.get(tx, Opportunity, opportunity_id) is not None


async def find_own_intake(tx: Transaction[Member], opportunity_id: UUID) -> Intake | None:
    """One of the organisation that is acted for; None when it is on its way here, or does not exist.

    Raises NotFound for another organisation's.
    """
    intake = await intakes.get(tx, opportunity_id)
    opportunity = intake.opportunity if intake else await mirrors.get(tx, Opportunity, opportunity_id)
    if opportunity and opportunity.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return intake


async def own_intake(tx: Transaction[Member], opportunity_id: UUID) -> Intake:
    """Raises NotFound, for another organisation's too."""
    intake = await find_own_intake(tx, opportunity_id)
    if intake is None:
        raise NotFound
    return intake


async def own_applicants(
    tx: Transaction[Member], asked: Asked, opportunity_id: UUID, wanted: Wanted = EVERYBODY
) -> Page[Applicant]:
    """Who showed interest in an opportunity of the organisation that is acted for, first come first."""
    return await store.of_intake(tx, asked, tx.acting.organisation_id, opportunity_id, wanted)


async def own_people_with_a_place(tx: Transaction[Member], opportunity_id: UUID) -> Sequence[Applicant]:
    """Those of them who have a place: all are listed, however many showed interest."""
    return await store.with_place_in_intake(tx, tx.acting.organisation_id, opportunity_id)
