"""What the pages of engagements and its API both show, read in the name of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity, Pay, Session
from schemas.recruitment import Leader, Needs
from services.chassis.base.access import london_day
from services.chassis.base.choices import Choice
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.base.working_days import end_of_working_day
from services.chassis.postgres import mirrors
from services.chassis.postgres.help_given import helped_by_whoever_acts
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain import engagement as domain
from services.engagements.domain.answering import NOT_CHOSEN
from services.engagements.domain.choosing import PersonChoices, StaffChoices, choices_of_person, choices_of_staff
from services.engagements.domain.intake import Intake
from services.engagements.domain.offers import is_late_yes, last_moment, stands_until, usual_reply_by
from services.engagements.domain.preparing import most_paid
from services.engagements.queries_clashes import clashes_of_mine
from services.engagements.store import answers, applicants, intakes, names, policies, reserve
from services.engagements.store import engagements as store
from services.engagements.store.applicants import Applicant, Wanted
from services.engagements.store.clashes import Clash
from services.engagements.store.engagements import Mine

EVERYBODY = Wanted()


@dataclass(frozen=True)
class MyEngagement(Mine):
    """An engagement as its person sees it, and what may be done with it for them."""

    choices: PersonChoices

    @property
    def comes_late(self) -> bool:
        """A yes now is one to the reserve list: the offer holds no place, and none is left."""
        return is_late_yes(self.engagement, is_full=self.is_full)

    @property
    def stands_until(self) -> datetime | None:
        """Until when an offer can be answered; None where there is none that is open, or it has no day."""
        return stands_until(self.engagement)

    @property
    def pay(self) -> Pay | None:
        """What was offered; before that, what the opportunity says."""
        offer = self.engagement.offer
        return offer.pay if offer else self.opportunity.pay


@dataclass(frozen=True)
class MyRole(MyEngagement):
    """The same with what they have at the time of its sessions to come."""

    clashes: Few[Clash]


@dataclass(frozen=True)
class NeededTraining:
    """Training that an opportunity asks for, by its title, and whether somebody has done it (and it is still good)."""

    code: str
    title: str
    done: bool


@dataclass(frozen=True)
class OwnApplicant(Applicant):
    """Somebody who showed interest, and what the coordinator who asks may do about it.

    `busy`: at which sessions to come they have something else.
    """

    training: tuple[NeededTraining, ...]
    choices: StaffChoices
    busy: tuple[Session, ...]


async def my_roles(tx: Transaction[Person], asked: Asked) -> Page[MyRole]:
    """The person's engagements, newest first."""
    page = await store.of_person(tx, asked, tx.acting.person_id)
    return page.with_items(await _with_clashes(tx, await _with_choices(tx, page.items)))


async def my_role(tx: Transaction[Person], id: UUID) -> MyRole:
    """Raises NotFound, for somebody else's too."""
    return (await _with_clashes(tx, [await my_engagement(tx, id)]))[0]


async def my_engagement(tx: Transaction[Person], id: UUID) -> MyEngagement:
    """Raises NotFound, for somebody else's too."""
    found = await store.one_of_person(tx, tx.acting.person_id, id)
    if found is None:
        raise NotFound
    return (await _with_choices(tx, [found]))[0]


async def _with_choices(tx: Transaction[Person], found: Sequence[Mine]) -> list[MyEngagement]:
    leader = await mirrors.get(tx, Leader, tx.acting.person_id)
    return [
        MyEngagement(
            **vars(one),
            choices=choices_of_person(one.engagement, one.opportunity, leader, one.said_no, now=tx.now),
        )
        for one in found
    ]


async def _with_clashes(tx: Transaction[Person], mine: Sequence[MyEngagement]) -> list[MyRole]:
    clashes = await clashes_of_mine(tx, [one.engagement for one in mine])
    return [MyRole(**vars(one), clashes=clashes.get(one.opportunity.id, Few())) for one in mine]


async def my_interest(tx: Transaction[Person], opportunity: Opportunity) -> tuple[Engagement | None, Choice]:
    """What the person has with an opportunity already, and whether they may show interest in it now."""
    existing = await store.of_person_and_opportunity(tx, tx.acting.person_id, opportunity.id)
    leader = await mirrors.get(tx, Leader, tx.acting.person_id)
    return existing, domain.may_show_interest(opportunity, leader, existing=existing, now=tx.now)


async def what_i_wrote(tx: Transaction[Person], existing: Engagement | None) -> dict[str, str]:
    """With the interest of before, for whoever shows it again."""
    words = await store.INTEREST_WORDS.get(tx, existing.id) if existing else None
    if words is None:
        return {}
    meets = {f"meets_{place}": one for place, one in enumerate(words.meets, start=1)}
    return {"why": words.why, "needs": words.needs, "conflict": words.conflict} | meets


async def answered_by(tx: Transaction, opportunity: Opportunity) -> datetime:
    """The day on which an organisation says that it answers whoever shows interest now."""
    answering = await policies.answering(tx, opportunity.organisation_id, on=london_day(tx.now))
    return end_of_working_day(opportunity.apply_by, answering.working_days)


async def my_needs(tx: Transaction[Person]) -> Needs | None:
    """What the person told recruitment that they need; nobody asks it again. None where they said nothing."""
    found = await mirrors.get(tx, Needs, tx.acting.person_id)
    return found if found and found.said_on else None


async def preparation_paid(tx: Transaction, mine: MyEngagement) -> int:
    """Up to so many hours of preparation are paid for the next session; 0: none, or the rate is not by the hour."""
    to_come = mine.opportunity.to_come(tx.now)
    on = london_day(to_come[0].starts_at if to_come else tx.now)
    return most_paid(mine.pay, await policies.preparation(tx, mine.engagement.organisation_id, on=on))


async def is_on_its_way(tx: Transaction, opportunity_id: UUID) -> bool:
    """Whether the opportunity was heard of. Its intake is then opened in a moment, where there is none yet."""
    return await mirrors.get(tx, Opportunity, opportunity_id) is not None


async def job(tx: Transaction, opportunity_id: UUID) -> Opportunity | None:
    """The opportunity, if it is a job, which has no intake."""
    known = await mirrors.get(tx, Opportunity, opportunity_id)
    return known if known and known.job else None


async def find_own_intake(tx: Transaction[Member], opportunity_id: UUID) -> Intake | None:
    """One of the organisation that is acted for; None when it is on its way here, or does not exist.

    Raises NotFound for another organisation's, and for a job.
    """
    intake = await intakes.get(tx, opportunity_id)
    opportunity = intake.opportunity if intake else await mirrors.get(tx, Opportunity, opportunity_id)
    if opportunity and (opportunity.organisation_id != tx.acting.organisation_id or opportunity.job):
        raise NotFound
    return intake


async def own_intake(tx: Transaction[Member], opportunity_id: UUID) -> Intake:
    """Raises NotFound, for another organisation's too."""
    intake = await find_own_intake(tx, opportunity_id)
    if intake is None:
        raise NotFound
    return intake


async def own_applicants(
    tx: Transaction[Member], asked: Asked, intake: Intake, wanted: Wanted = EVERYBODY
) -> Page[OwnApplicant]:
    """Who showed interest in an opportunity of the organisation that is acted for, first come first."""
    hidden = intake.opportunity.names_hidden
    page = await applicants.of_intake(tx, asked, tx.acting.organisation_id, intake.id, wanted, hidden=hidden)
    return page.with_items(await as_own(tx, intake, page.items))


async def as_own(tx: Transaction[Member], intake: Intake, those: Sequence[Applicant]) -> list[OwnApplicant]:
    """With the training that was asked for, and what may be done about each. That needs are looked at is noted."""
    people = [one.engagement.person_id for one in those]
    terms, by = await intakes.terms(tx, intake.opportunity, people), tx.acting.by
    titles = await training_titles(tx, intake.opportunity.training)
    for one in those:
        if one.needs or one.access or one.ways_to_talk:
            tx.note(Happened.LOOKED, of=one.engagement.person_id, what="needs")
    return [
        OwnApplicant(
            **vars(one),
            training=tuple(NeededTraining(code, titles[code], code in one.trained_in) for code in titles),
            choices=choices_of_staff(one.engagement, one.leader, terms, one.answer, by=by, now=tx.now),
            busy=terms.busy_at(one.engagement.person_id, tx.now),
        )
        for one in those
    ]


@dataclass(frozen=True)
class ToOffer:
    """Somebody to whom a place may be offered, and what whoever offers it has to know: who waits before them, until
    when they are given to answer usually, the last moment that can be, and when they are busy.
    """

    engagement: Engagement
    intake: Intake
    called: str
    may: StaffChoices
    waits_before: Few[str]
    usual: datetime
    latest: datetime | None
    busy: tuple[Session, ...]


async def to_choose(tx: Transaction[Member], id: UUID) -> ToOffer:
    """Raises NotFound, for another organisation's too."""
    theirs = await store.get(tx, id)
    intake = await own_intake(tx, theirs.opportunity_id)
    leader = await mirrors.get(tx, Leader, theirs.person_id)
    terms = await intakes.terms(tx, intake.opportunity, [theirs.person_id])
    answer = await answers.get(tx, id, NOT_CHOSEN)
    return ToOffer(
        engagement=theirs,
        intake=intake,
        called=await names.of_one(tx, id),
        may=choices_of_staff(theirs, leader, terms, answer, by=tx.acting.by, now=tx.now),
        waits_before=await reserve.before(tx, theirs) if intake.on_reserve else Few(),
        usual=usual_reply_by(intake.opportunity, tx.now),
        latest=last_moment(intake.opportunity, tx.now),
        busy=terms.busy_at(theirs.person_id, tx.now),
    )


async def next_on_reserve(tx: Transaction[Member], intake: Intake) -> str:
    """What the first of the reserve list is called, where a place is free for them; else nothing."""
    return await reserve.first_called(tx, intake.id) if intake.offer_reserve_since else ""


async def whom_i_helped(tx: Transaction[Member], people: Sequence[Applicant]) -> frozenset[UUID]:
    """Those of them in whose name whoever asks has done something here."""
    return await helped_by_whoever_acts(tx, [one.engagement.person_id for one in people])


async def own_people_with_a_place(tx: Transaction[Member], opportunity_id: UUID) -> Sequence[Applicant]:
    """Those of them who have a place: all are listed, however many showed interest."""
    return await applicants.with_place_in_intake(tx, tx.acting.organisation_id, opportunity_id)
