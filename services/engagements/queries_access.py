"""What people need and how far it is: to the organisation where they have a place, and to themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.identity import Account
from schemas.matching import Opportunity, Session
from services.chassis.base.access import london_day
from services.chassis.base.choices import Choice
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries
from services.engagements.domain.arrangement import Arranged, can_be_arranged, may_answer, may_look
from services.engagements.domain.arranging import Booking, asked_for, of_need
from services.engagements.domain.looking_back import WasThere
from services.engagements.domain.session_page import may_see
from services.engagements.queries import MyEngagement
from services.engagements.store import access
from services.engagements.store import arranging as store
from services.engagements.store.access import AskedFor, OfPerson


@dataclass(frozen=True)
class AtSession:
    """What one person needs at one session. `may_change`: it is still to come."""

    session: Session
    arranged: Arranged
    may_change: bool


@dataclass(frozen=True)
class OfPlace(AskedFor):
    """What somebody with a place needs, at each of its sessions, for its organisation."""

    opportunity: Opportunity
    codes: tuple[str, ...]
    sessions: tuple[AtSession, ...]

    @property
    def to_come(self) -> list[AtSession]:
        return [one for one in self.sessions if one.may_change]

    def bookings(self, need: str) -> list[Booking]:
        """Of one need, at each session to come where it is needed."""
        return [one for at in self.to_come for one in at.arranged.bookings if one.need == need]


@dataclass(frozen=True)
class MyAccess:
    """The same for its person: what is arranged of what they need."""

    mine: MyEngagement
    sessions: tuple[AtSession, ...]


@dataclass(frozen=True)
class MyAccessAtSession:
    """At one session, with what they said of it afterwards, and whether they may say so now."""

    mine: MyEngagement
    at: AtSession
    answers: tuple[WasThere, ...]
    may_answer: Choice


@dataclass(frozen=True)
class AccessOfSession:
    """What everybody with a place needs at one session: one page of it."""

    opportunity: Opportunity
    session: Session
    page: Page[OfPerson]


async def of_session(tx: Transaction[Member], opportunity_id: UUID, session_id: UUID, asked: Asked) -> AccessOfSession:
    """Raises NotFound."""
    intake = await queries.own_intake(tx, opportunity_id)
    session = intake.session(session_id)
    page = await access.of_session(tx, asked, tx.acting.organisation_id, session_id)
    for one in page.items:
        tx.note(Happened.LOOKED, of=one.arranged.state.person_id, what="needs")
    return AccessOfSession(intake.opportunity, session, page)


async def one_at_session(
    tx: Transaction[Member], opportunity_id: UUID, session_id: UUID, engagement_id: UUID
) -> tuple[Session, OfPerson]:
    """What one of them needs there. Raises NotFound."""
    session = (await queries.own_intake(tx, opportunity_id)).session(session_id)
    found = await access.one(tx, engagement_id, session_id)
    if found is None or found.arranged.state.organisation_id != tx.acting.organisation_id:
        raise NotFound
    tx.note(Happened.LOOKED, of=found.arranged.state.person_id, what="needs")
    return session, found


async def booking_at_session(
    tx: Transaction[Member], opportunity_id: UUID, session_id: UUID, of: tuple[UUID, str]
) -> tuple[Session, OfPerson, Booking]:
    """One need of it. `of`: the engagement's id and the need. Raises NotFound."""
    session, found = await one_at_session(tx, opportunity_id, session_id, of[0])
    return session, found, of_need(found.arranged.bookings, of[1])


async def of_place(tx: Transaction[Member], engagement_id: UUID) -> OfPlace:
    """What somebody with a place at the organisation needs. Raises NotFound where there is none to be seen."""
    found = await access.asked_for(tx, tx.acting.organisation_id, engagement_id)
    if found is None:
        raise NotFound
    tx.note(Happened.LOOKED, of=found.engagement.person_id, what="needs")
    intake = await queries.own_intake(tx, found.engagement.opportunity_id)
    sessions = _at_sessions(tx, intake.opportunity, await store.of_engagements(tx, [engagement_id]))
    return OfPlace(**vars(found), opportunity=intake.opportunity, codes=asked_for(found.needs), sessions=sessions)


async def booking_of_place(tx: Transaction[Member], engagement_id: UUID, need: str) -> tuple[OfPlace, Booking | None]:
    """One need at all sessions to come; the booking where it is the same at each of them. Raises NotFound."""
    found = await of_place(tx, engagement_id)
    each = found.bookings(need)
    if need not in found.codes:
        raise NotFound
    return found, each[0] if each and all(said(one) == said(each[0]) for one in each) else None


def said(of: Booking) -> tuple[object, ...]:
    """What somebody says of a need, without when and by whom."""
    return (of.state, of.with_whom, of.why_failed, of.who_pays, of.who_pays_words, of.owner)


async def colleagues(tx: Transaction[Member]) -> Few[Account]:
    return await access.colleagues(tx, tx.acting.organisation_id, on=london_day(tx.now))


async def called(tx: Transaction[Member], bookings: Sequence[Booking]) -> dict[UUID, str]:
    """What those are called who see to something, by id, as far as whoever asks sees their colleagues."""
    accounts = await mirrors.get_each(tx, Account, [*{one.owner for one in bookings if one.owner}])
    return {id: account.called for id, account in accounts.items()}


async def mine(tx: Transaction[Person], id: UUID) -> MyAccess:
    """All sessions at which something was or is arranged for the person. Raises NotFound, also for another's."""
    return await of_mine(tx, await queries.my_engagement(tx, id))


async def of_mine(tx: Transaction[Person], one: MyEngagement) -> MyAccess:
    every = await store.of_engagements(tx, [one.engagement.id]) if may_see(one.engagement) else []
    return MyAccess(one, _at_sessions(tx, one.opportunity, every))


async def mine_at(tx: Transaction[Person], id: UUID, session_id: UUID) -> MyAccessAtSession:
    """Raises NotFound, also where nothing is arranged for them at that session."""
    found = await mine_here(tx, await queries.my_engagement(tx, id), session_id)
    if found is None:
        raise NotFound
    return found


async def mine_here(tx: Transaction[Person], one: MyEngagement, session_id: UUID) -> MyAccessAtSession | None:
    """The same of an engagement that was read already; None where nothing is arranged there."""
    found = await access.one(tx, one.engagement.id, session_id) if may_see(one.engagement) else None
    if found is None:
        return None
    [at] = _at_sessions(tx, one.opportunity, [found.arranged])
    return MyAccessAtSession(one, at, found.answers, may_answer(found.arranged.state, tx.now))


def _at_sessions(tx: Transaction, opportunity: Opportunity, every: Sequence[Arranged]) -> tuple[AtSession, ...]:
    """Those of which something is known, in the order of their times."""
    of = {one.state.session_id: one for one in every if one.bookings}
    in_order = sorted(opportunity.sessions, key=lambda one: one.starts_at)
    return tuple(
        AtSession(one, of[one.id], can_be_arranged(of[one.id].state, tx.now)) for one in in_order if one.id in of
    )


def to_look_at(of: OfPerson) -> bool:
    """Whether its person says that something was not there, and nobody has looked at that."""
    return bool(may_look(of.arranged.state))
