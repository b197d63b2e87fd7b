"""What the pages of engagements and its API both show, read in the name of whoever asks."""

from dataclasses import dataclass
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from schemas.recruitment import Leader
from services.chassis.base.choices import Choice
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain import engagement as domain
from services.engagements.domain.engagement import PersonChoices, StaffChoices
from services.engagements.domain.intake import Intake
from services.engagements.store import engagements as store
from services.engagements.store import intakes
from services.engagements.store.engagements import Applicant, Mine


@dataclass(frozen=True)
class MyEngagement(Mine):
    """An engagement as its person sees it, and what may be done with it for them."""

    choices: PersonChoices


@dataclass(frozen=True)
class OwnApplicant(Applicant):
    """Somebody who showed interest, and what the coordinator who asks may do about it."""

    choices: StaffChoices


async def my_engagements(tx: Transaction[Person]) -> list[MyEngagement]:
    """The person's engagements, newest first."""
    return await _with_choices(tx, await store.of_person(tx, tx.acting.person_id))


async def my_engagement(tx: Transaction[Person], id: UUID) -> MyEngagement:
    """Raises NotFound, for somebody else's too."""
    found = await _with_choices(tx, await store.of_person(tx, tx.acting.person_id, id=id))
    if not found:
        raise NotFound
    return found[0]


async def _with_choices(tx: Transaction[Person], found: list[Mine]) -> list[MyEngagement]:
    leader = await mirrors.get(tx, Leader, tx.acting.person_id)
    return [
        MyEngagement(**vars(one), choices=domain.choices_of_person(one.engagement, leader, is_full=one.is_full))
        for one in found
    ]


async def my_interest(tx: Transaction[Person], opportunity: Opportunity) -> tuple[Engagement | None, Choice]:
    """What the person has with an opportunity already, and whether they may show interest in it now."""
    existing = await store.of_person_and_opportunity(tx, tx.acting.person_id, opportunity.id)
    leader = await mirrors.get(tx, Leader, tx.acting.person_id)
    return existing, domain.may_show_interest(opportunity, leader, existing=existing, now=tx.now)


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


async def own_applicants(tx: Transaction[Member], intake: Intake) -> list[OwnApplicant]:
    """Everybody who showed interest in an opportunity of the organisation that is acted for, first come first."""
    found = await store.of_intake(tx, tx.acting.organisation_id, intake.id)
    terms = await intakes.terms(tx, intake.opportunity)
    by = tx.acting.by
    return [
        OwnApplicant(**vars(one), choices=domain.choices_of_staff(one.engagement, one.leader, terms, by=by))
        for one in found
    ]


async def own_people_with_a_place(tx: Transaction[Member], opportunity_id: UUID) -> list[Applicant]:
    """Those of them who have a place: all are listed, however many showed interest."""
    return await store.of_intake(tx, tx.acting.organisation_id, opportunity_id, status="accepted")
