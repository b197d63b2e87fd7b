"""Somebody says what worries them: who would read it is known, and said, before it is sent."""

from dataclasses import dataclass, field
from uuid import UUID

from schemas.engagements import Engagement
from schemas.identity import Account, Organisation
from schemas.matching import Opportunity
from schemas.payments import Claim
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.working_days import end_of_working_day
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications.commands.caring import list_concern
from services.notifications.domain import concern as domain
from services.notifications.domain.concern import LOOK_AGAIN, READERS, AboutYou, Concern, NobodyMayRead
from services.notifications.domain.readers import Readers, held_on, who_reads
from services.notifications.store import concerns as store
from services.notifications.store import contact as contact_store
from services.notifications.store import policies
from services.notifications.store import readers as readers_store

NOBODY_CHOSE = ("time_gone", "outcome_recorded")
"""Reasons of "not chosen" that no hand gave."""


class NobodyLeft(Refused, slug="nobody-left-to-read-it", status=422, field="keep_from"):
    """Nobody would be left to read it there. Send it to somebody else, or keep it from fewer people."""


class NotANo(Refused, slug="not-a-no", title="There is nothing to look at again", status=409):
    """There is no "no" here that somebody else could look at again. It may have changed since."""


@dataclass(frozen=True)
class What:
    """What a concern is about, as an address says it: a code, whose it is, and the role that it has to do with."""

    about: str
    at: str = ""
    role: UUID | None = None


@dataclass(frozen=True)
class Raising:
    """Before it is sent. `of`: whose matter it is; `may_go_to`: who would read it there; `may_not`: where nobody is
    left to read it. Neither has anybody: only somebody outside can help."""

    what: What
    of: Organisation | None
    subjects: frozenset[UUID]
    may_go_to: tuple[Readers, ...]
    may_not: tuple[Readers, ...]
    subject_names: tuple[str, ...] = ()
    known: frozenset[UUID] = field(default=frozenset())
    """The organisations whose readers are named to this person: of their roles, and the network."""


async def prepare(tx: Transaction[Person], what: What) -> Raising:
    """Raises NotFound for what is not there or not theirs, and AboutYou to a helper whom it is about."""
    mine = await _engagement(tx, what.role) if what.role else None
    of = await _organisation(tx, what, mine)
    office = await contact_store.network_office(tx)
    own = set(await readers_store.organisations_of(tx, tx.acting.person_id))
    network = {office.organisation_id} if office else set[UUID]()
    asked = {of.id} if of else own if what.about in ("coordinator", "other") else set[UUID]()
    places = await readers_store.of_organisations(tx, sorted(asked | network))
    accounts = await readers_store.accounts_at(tx, [one.organisation_id for one in places])
    subjects = await _subjects(tx, what, mine, accounts, network if what.about == "network" else asked)
    if tx.acting.helper in subjects:
        raise AboutYou
    not_for = subjects | {tx.acting.person_id}
    today = london_day(tx.now)
    read = [who_reads(one, accounts, READERS, not_for=frozenset(not_for), today=today) for one in places]
    names = {one.id: one.called for one in accounts if what.about != "team"}
    return Raising(
        what=what,
        of=of,
        subjects=frozenset(subjects - {tx.acting.person_id}),
        may_go_to=tuple(one for one in read if one.can),
        may_not=tuple(one for one in read if not one.can),
        subject_names=tuple(sorted(names[id] for id in subjects if id in names)) if what.about != "network" else (),
        known=frozenset(own | network),
    )


async def _engagement(tx: Transaction[Person], id: UUID) -> Engagement:
    found = await mirrors.get(tx, Engagement, id)
    if found is None or found.person_id != tx.acting.person_id:
        raise NotFound
    return found


async def _organisation(tx: Transaction[Person], what: What, mine: Engagement | None) -> Organisation | None:
    if what.about not in domain.ABOUT or (what.about == "contact" and mine is None):
        raise NotFound
    if mine:
        return await mirrors.get(tx, Organisation, mine.organisation_id)
    of = await mirrors.find(tx, Organisation, "ods_code", what.at) if what.at else None
    if of is None and (what.at or what.about in ("team", "organisation")):
        raise NotFound
    return of


async def _subjects(
    tx: Transaction[Person], what: What, mine: Engagement | None, accounts: list[Account], whose: set[UUID]
) -> set[UUID]:
    """Whom it is about, as far as it says so."""
    if what.about == "coordinator":
        leader = await mirrors.get(tx, Leader, tx.acting.person_id)
        return {id for id in (leader.coordinator_id, leader.cover_id) if id} if leader else set()
    if what.about == "contact" and mine:
        role = await mirrors.get(tx, Opportunity, mine.opportunity_id)
        hands = (
            role.contact_id if role else None,
            mine.offer.offered_by if mine.offer else None,
            mine.chat.proposed_by if mine.chat else None,
            mine.not_chosen_by,
        )
        return {id for id in hands if id}
    if what.about in ("team", "network"):
        today = london_day(tx.now)
        return {one.id for one in accounts if any(held_on(one, id, today) for id in whose)}
    return set()


@dataclass(frozen=True)
class Said:
    """What is sent: to which organisation (its ODS code), from whom it is kept besides, and the words."""

    to: str
    words: str
    keep_from: frozenset[UUID] = frozenset()
    anonymous: bool = False


async def send(tx: Transaction[Person], what: What, said: Said) -> Concern:
    """Raises what `prepare` does; NobodyMayRead of `to`, and NobodyLeft of `keep_from`."""
    raising = await prepare(tx, what)
    to = next((one for one in raising.may_go_to if one.ods_code == said.to), None)
    if to is None:
        raise NobodyMayRead
    kept = frozenset(one.id for one in to.can if one.id in said.keep_from)
    left = [one for one in to.can if one.id not in kept and not one.made_by & kept]
    if not left:
        raise NobodyLeft
    subjects = raising.subjects | kept
    not_for = (subjects | set(to.cannot) | {one.id for one in to.can if one not in left}) - {tx.acting.person_id}
    days = (await policies.concerns(tx, on=london_day(tx.now))).answer_days
    concern = Concern(
        id=new_id(),
        kind="worry",
        person_id=tx.acting.person_id,
        entered_by=tx.acting.by,
        organisation_id=to.organisation_id,
        ods_code=to.ods_code,
        about=what.about,
        words=said.words,
        sent_at=tx.now,
        since=tx.now,
        answer_by=end_of_working_day(tx.now, days),
        reads=tuple(sorted(READERS)),
        of_organisation=raising.of.id if raising.of else None,
        subjects=tuple(sorted(subjects)),
        not_for=tuple(sorted(not_for)),
        anonymous=said.anonymous,
    )
    await store.add(tx, concern)
    await tx.due(list_concern, concern.id, 1)
    return concern


@dataclass(frozen=True)
class No:
    """A "no" that somebody was told: by whom, if a hand gave it, and who looks at it again."""

    thing: str
    id: UUID
    title: str
    organisation: str
    to: Readers
    subjects: frozenset[UUID]
    reads: frozenset[str]
    asked: UUID | None


async def a_no(tx: Transaction[Person], thing: str, id: UUID) -> No:
    """Raises NotFound for somebody else's, NotANo where nothing was refused, and NobodyMayRead where nobody is left."""
    organisation_id, opportunity_id, by, is_known = await _told(tx, thing, id)
    office = await contact_store.network_office(tx)
    ids = [organisation_id, *([office.organisation_id] if office else [])]
    places = {one.organisation_id: one for one in await readers_store.of_organisations(tx, ids)}
    accounts = await readers_store.accounts_at(tx, ids)
    subjects = frozenset({by} if by else ())
    not_for, today = subjects | {tx.acting.person_id}, london_day(tx.now)
    reads, to = LOOK_AGAIN[thing], None
    if is_known and organisation_id in places:
        to = who_reads(places[organisation_id], accounts, reads, not_for=not_for, today=today)
    if (to is None or not to.can) and office and office.organisation_id in places:
        reads = READERS
        to = who_reads(places[office.organisation_id], accounts, reads, not_for=not_for, today=today)
    if to is None or not to.can:
        raise NobodyMayRead
    role = await mirrors.get(tx, Opportunity, opportunity_id)
    asked = await store.no_about(tx, id, tx.acting.person_id)
    name = places[organisation_id].name if organisation_id in places else ""
    return No(thing, id, role.title if role else "", name, to, subjects, reads, asked)


async def _told(tx: Transaction[Person], thing: str, id: UUID) -> tuple[UUID, UUID, UUID | None, bool]:
    """Whose no it is, about which role, by which hand, and whether that is known."""
    if thing == "engagement":
        mine = await _engagement(tx, id)
        if mine.status != "not_chosen":
            raise NotANo
        is_known = mine.not_chosen_by is not None or mine.why_not in NOBODY_CHOSE
        return mine.organisation_id, mine.opportunity_id, mine.not_chosen_by, is_known
    claim = await mirrors.get(tx, Claim, id)
    if claim is None or thing != "claim" or claim.person_id != tx.acting.person_id:
        raise NotFound
    if claim.status != "returned":
        raise NotANo
    return claim.organisation_id, claim.opportunity_id, claim.returned_by, claim.returned_by is not None


async def look_again(tx: Transaction[Person], thing: str, id: UUID, words: str) -> UUID:
    """Ask somebody else to look at it; asked once of each no. Raises what `a_no` does, and AboutYou."""
    no = await a_no(tx, thing, id)
    if no.asked:
        return no.asked
    if tx.acting.helper in no.subjects:
        raise AboutYou
    days = (await policies.concerns(tx, on=london_day(tx.now))).second_look_days
    concern = Concern(
        id=new_id(),
        kind="no",
        person_id=tx.acting.person_id,
        entered_by=tx.acting.by,
        organisation_id=no.to.organisation_id,
        ods_code=no.to.ods_code,
        about="organisation",
        words=words,
        sent_at=tx.now,
        since=tx.now,
        answer_by=end_of_working_day(tx.now, days),
        reads=tuple(sorted(no.reads)),
        thing=thing,
        thing_id=id,
        subjects=tuple(sorted(no.subjects)),
        not_for=tuple(sorted((no.subjects | set(no.to.cannot)) - {tx.acting.person_id})),
    )
    await store.add(tx, concern)
    await tx.due(list_concern, concern.id, 1)
    return concern.id
