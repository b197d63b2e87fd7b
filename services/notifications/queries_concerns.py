"""What the pages and the API of concerns, complaints and calls both show, read in the name of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.engagements import Engagement
from schemas.identity import Organisation
from schemas.matching import Opportunity
from services.chassis.base.hands import SYSTEM, Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import story as story_commands
from services.notifications.commands.concerns import readers_at, whose
from services.notifications.domain import complaint as complaint_domain
from services.notifications.domain import concern as domain
from services.notifications.domain import handing_on
from services.notifications.domain.complaint import Complaint, ComplaintChoices
from services.notifications.domain.concern import Concern, StaffChoices
from services.notifications.domain.readers import Readers
from services.notifications.domain.story import StoryCall
from services.notifications.store import complaints as complaint_store
from services.notifications.store import concerns as store
from services.notifications.store import contact as contact_store
from services.notifications.store import readers as readers_store
from services.notifications.store import story as story_store
from services.notifications.store.concerns import Listed
from services.notifications.store.readers import Place


@dataclass(frozen=True)
class Topics:
    """What somebody can say something about: who looks after them, and the organisations of their roles."""

    coordinator: str
    organisations: Few[Place]


@dataclass(frozen=True)
class Mine:
    """A concern as its person reads it. `names`: of organisations and hands in it, by ODS code and id."""

    concern: Concern
    organisation: str
    names: dict[UUID, str]
    entered_by: str
    may_say_not_settled: bool
    asked: Readers | None = None
    """Who would read it there, where the person is asked whether an organisation may have it."""


@dataclass(frozen=True)
class Theirs:
    """The same as staff read it. `called`: "" of somebody who does not want their name told, or was forgotten."""

    concern: Concern
    called: str
    of: str
    names: dict[UUID, str]
    entered_by: str
    may: StaffChoices
    could_go_to: str = ""
    """What the organisation is called that the network could hand it on to, if the person agrees."""


MOST_TOPICS = 30


async def topics(tx: Transaction[Person]) -> Topics:
    found = await readers_store.deals(tx, tx.acting.person_id, limit=MOST_TOPICS)
    helper = tx.acting.helper  # whom it is about writes nothing down about it
    is_about_them = helper is not None and helper in (found.coordinator_id, found.cover_id)
    return Topics("" if is_about_them else found.coordinator, found.places)


async def mine(tx: Transaction[Person], asked: Asked) -> Page[Listed]:
    return await store.mine(tx, asked, tx.acting.person_id)


async def names_of(tx: Transaction, concerns: Sequence[Concern]) -> dict[UUID, str]:
    """What the organisations are called that have these."""
    found = await mirrors.get_each(tx, Organisation, sorted({one.organisation_id for one in concerns}))
    return {id: one.name for id, one in found.items()}


async def one_of_mine(tx: Transaction[Person], id: UUID) -> Mine:
    """Raises NotFound."""
    concern = await store.of_person(tx, id, tx.acting.person_id)
    names = await readers_store.called(tx, [one.by for one in concern.answers] + [concern.entered_by])
    by = names.get(concern.entered_by, "") if concern.entered_by != concern.person_id else ""
    may = bool(domain.may_say_not_settled(concern))
    asked = await readers_at(tx, concern, concern.offered_to) if handing_on.may_say(concern) else None
    return Mine(concern, (await names_of(tx, [concern])).get(concern.organisation_id, ""), names, by, may, asked)


async def ours(tx: Transaction[Member], asked: Asked, *, is_open: bool) -> Page[Theirs]:
    """One page of an organisation's, as whoever asks may read them."""
    page = await store.ours(tx, asked, whose(tx.acting), is_open=is_open)
    return page.with_items(await _theirs(tx, page.items))


async def one_of_ours(tx: Transaction[Member], id: UUID) -> Theirs:
    """Raises NotFound, also to whoever it is about."""
    concern = await store.of_staff(tx, id, whose(tx.acting))
    tx.note(Happened.LOOKED, what="concern")
    return (await _theirs(tx, [concern]))[0]


async def _theirs(tx: Transaction[Member], concerns: Sequence[Concern]) -> list[Theirs]:
    ids = [one.person_id for one in concerns if one.person_id and not one.anonymous]
    ids += [one.entered_by for one in concerns] + [said.by for one in concerns for said in one.answers]
    names = await readers_store.called(tx, ids)
    whose_matter = {id for one in concerns for id in (one.of_organisation, one.could_go_to) if id}
    organisations = await mirrors.get_each(tx, Organisation, sorted(whose_matter))
    office = await contact_store.network_office(tx)
    found: list[Theirs] = []
    for one in concerns:
        by = names.get(one.entered_by, "") if one.entered_by != one.person_id else ""
        of = organisations.get(one.of_organisation) if one.of_organisation else None
        at_network = office is not None and office.organisation_id == one.organisation_id
        called = names.get(one.person_id, "") if one.person_id and not one.anonymous else ""
        may = domain.choices_of_staff(one, at_network=at_network)
        on = organisations.get(one.could_go_to) if one.could_go_to else None
        found.append(Theirs(one, called, of.name if of else "", names, by, may, on.name if on else ""))
    return found


async def where_the_no_is(tx: Transaction[Member], concern: Concern) -> tuple[str, UUID] | None:
    """Of a no that is looked at again: its role's id for an engagement, its own for a claim; None where it is gone."""
    if concern.thing == "claim" and concern.thing_id:
        return "claim", concern.thing_id
    if concern.thing != "engagement" or concern.thing_id is None:
        return None
    async with tx.reading_as(SYSTEM) as seeing:
        found = await mirrors.get(seeing, Engagement, concern.thing_id)
    return ("engagement", found.opportunity_id) if found else None


async def complaints(tx: Transaction[Member], asked: Asked) -> Page[Complaint]:
    """Raises NotFound for every organisation but the one that runs the network."""
    await only_the_network(tx)
    return await complaint_store.ours(tx, asked, tx.acting.organisation_id, tx.acting.by)


@dataclass(frozen=True)
class OneComplaint:
    """`called`: of whoever has an account, by what they are called there; `names`: of whoever did something."""

    complaint: Complaint
    called: str
    names: dict[UUID, str]
    may: ComplaintChoices


async def complaint(tx: Transaction[Member], id: UUID) -> OneComplaint:
    """Raises NotFound."""
    await only_the_network(tx)
    found = await complaint_store.of_staff(tx, id, tx.acting.organisation_id, tx.acting.by)
    tx.note(Happened.LOOKED, what="complaint")
    return await _with_names(tx, found)


async def my_complaint(tx: Transaction[Person], id: UUID) -> OneComplaint:
    """Raises NotFound."""
    return await _with_names(tx, await complaint_store.of_person(tx, id, tx.acting.person_id))


async def _with_names(tx: Transaction, found: Complaint) -> OneComplaint:
    hands = [found.entered_by, found.acknowledged_by, found.settled_by, found.person_id]
    ids = [id for id in hands if id] + [one.by for one in found.progress]
    names = await readers_store.called(tx, ids)
    called = names.get(found.person_id, "") if found.person_id else found.called
    return OneComplaint(found, called, names, complaint_domain.choices(found))


async def only_the_network(tx: Transaction[Member]) -> None:
    """Raises NotFound."""
    if not await contact_store.is_network(tx, tx.acting.organisation_id):
        raise NotFound


@dataclass(frozen=True)
class MyCall:
    """The role, and the call that was asked for around its session, if one was."""

    engagement: Engagement
    role: Opportunity
    organisation: str
    call: StoryCall | None


async def my_call(tx: Transaction[Person], engagement_id: UUID) -> MyCall:
    """Raises NotFound, or NoStory."""
    engagement, role = await story_commands.place(tx, engagement_id)
    organisation = await mirrors.get(tx, Organisation, role.organisation_id)
    call = await story_store.of_person(tx, engagement_id, tx.acting.person_id)
    return MyCall(engagement, role, organisation.name if organisation else "", call)


@dataclass(frozen=True)
class CallAsked:
    call: StoryCall
    called: str
    title: str


async def calls_asked(tx: Transaction[Member], asked: Asked) -> Page[CallAsked]:
    """Whom to ring or meet around a session, the longest waiting first."""
    page = await story_store.ours(tx, asked, tx.acting.organisation_id)
    names = await readers_store.called(tx, [one.person_id for one in page.items])
    titles = await story_store.titles(tx, [one.engagement_id for one in page.items])
    tx.note(Happened.LOOKED, what="calls_asked", count=len(page.items))
    return page.with_items(
        [CallAsked(one, names.get(one.person_id, ""), titles.get(one.engagement_id, "")) for one in page.items]
    )
