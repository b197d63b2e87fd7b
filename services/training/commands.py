"""What can be done in training, each in one transaction. Whatever concerns a session locks its programme first."""

from collections.abc import Sequence
from uuid import UUID

from schemas.identity import Organisation
from schemas.recruitment import Leader
from schemas.training import CredentialAwarded, ProgrammeChanged, TrainingHelpErased
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.postgres import help_given, mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.training.domain import credential as credentials
from services.training.domain import enrolment as places
from services.training.domain import programme as programmes
from services.training.domain import register as registers
from services.training.domain.credential import Attended, Credential
from services.training.domain.enrolment import Enrolment
from services.training.domain.programme import Programme, ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft
from services.training.store import declared, enrolments, people
from services.training.store import programmes as store


class NotInPool(Refused, slug="not-in-the-pool", title="Join first", status=403):
    """Training is for people who have joined. Join first. If you were told today that you are in the pool, try again in
    a minute."""


async def offer_programme(tx: Transaction[Member], draft: ProgrammeDraft) -> UUID:
    """Offer a programme to the whole pool. Returns its id."""
    organisation, today = await _own_organisation(tx), london_day(tx.now)
    offered, event = programmes.offer(draft, by=organisation, id=new_id(), now=tx.now, today=today)
    await store.add(tx, offered)
    await tx.emit(event)
    return offered.id


async def withdraw_programme(tx: Transaction[Member], id: UUID) -> None:
    """It is no longer offered. What people completed stays."""
    withdrawn, event = programmes.withdraw(_own(tx, await store.lock(tx, id)), now=tx.now)
    await store.save(tx, withdrawn)
    await tx.emit(event)


async def add_session(tx: Transaction[Member], programme_id: UUID, draft: SessionDraft) -> UUID:
    """Add a session to a programme. Returns its id."""
    programme, id = _own(tx, await store.lock(tx, programme_id)), new_id()
    organisation, today = await _own_organisation(tx), london_day(tx.now)
    changed, event = programmes.add_session(programme, draft, by=organisation, id=id, now=tx.now, today=today)
    await store.add_session(tx, changed, changed.session(id))
    await store.save(tx, changed)
    await tx.emit(event)
    return id


async def enrol(tx: Transaction[Person], session_id: UUID) -> None:
    """Give the person who asks a place, whichever organisation runs the session. Asked twice, it is one place.

    Raises NotFound, NotInPool, NoLongerOffered, AlreadyHeld or Full.
    """
    programme = await store.lock_of_session(tx, session_id)
    if await enrolments.find(tx, session_id, tx.acting.person_id):
        return
    leader = await mirrors.get(tx, Leader, tx.acting.person_id)
    if leader is None or leader.status != "approved":
        raise NotInPool
    taken, event = programmes.take_place(programme, session_id, now=tx.now)
    # The enrolment comes first: it is what lets the person change the session and the programme (row policies).
    booked, said = places.book(programme, session_id, by=tx.acting.person_id, id=new_id())
    await enrolments.add(tx, booked)
    await tx.emit(said)
    await _save_and_emit(tx, taken, event, session_id)


async def cancel(tx: Transaction[Person], session_id: UUID) -> None:
    """The person who asks gives their place back. Raises NotFound, or AlreadyStarted."""
    programme = await store.lock_of_session(tx, session_id)
    theirs = await enrolments.find(tx, session_id, tx.acting.person_id)
    if theirs is None:
        raise NotFound
    given_back, event = programmes.give_place_back(programme, session_id, now=tx.now)
    await _save_and_emit(tx, given_back, event, session_id)
    await enrolments.delete(tx, theirs)
    await tx.emit(places.erase(theirs))


async def record_attendance(tx: Transaction[Member], session_id: UUID, register: Register) -> None:
    """Record who came; each of them gets the programme's credential. It can be put right on the same day in London.

    Raises NotFound, OwnAttendance, NotEnrolled, NotEveryone, NotStarted or AlreadyRecorded.
    """
    programme = _own(tx, await store.lock_of_session(tx, session_id))
    theirs = await enrolments.of_session(tx, session_id)
    enrolled = [one.person_id for one in theirs]
    registers.check(register, enrolled=enrolled, by=tx.acting.by)
    today = london_day(tx.now)
    recorded, event = programmes.record(programme, session_id, by=tx.acting.by, on=today, now=tx.now)
    changed = places.record(theirs, attended=register.attended)
    await enrolments.save(tx, *(one for one, _ in changed))
    await tx.emit(*(said for _, said in changed))
    if event:
        await _save_and_emit(tx, recorded, event, session_id)
    await _update_credentials(tx, recorded, enrolled)


async def ask_who_came(tx: Transaction, programme_id: UUID) -> None:
    """Ask the organisation who came to the sessions that have started; woken at each start."""
    programme = await store.lock(tx, programme_id)
    if programme.asks_at and programme.asks_at <= tx.now:
        programme, event = programmes.ask_who_came(programme, now=tx.now)
        for session in programme.sessions:
            await store.save_session(tx, session)
        await store.save(tx, programme)
        await tx.emit(event)
    await tx.wake(ask_who_came, programme_id, programme.asks_at)


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete the person's places, credentials and what was declared of them; a place in a session still to be recorded
    is free again."""
    for programme_id in await people.programmes_of(tx, person_id):
        programme = await store.lock(tx, programme_id)
        for one in await enrolments.of_person(tx, person_id, programme_id):
            programme = await _empty_place(tx, programme, one)
            await tx.emit(places.erase(one))
    theirs = await people.lock_credentials(tx, person_id)
    await people.delete_credential(tx, *(one.id for one in theirs))
    await tx.emit(*(credentials.erase(one) for one in theirs))
    await store.forget_recorder(tx, person_id)
    await declared.forget(tx, person_id)
    await help_given.forget(tx, person_id, TrainingHelpErased)


async def take_back(tx: Transaction, id: UUID) -> None:
    """A place that topics know was given back is so in an older database too, which was restored; nothing is said."""
    if found := await enrolments.get(tx, id):
        programme = await store.lock(tx, found.programme_id)
        if locked := await enrolments.lock(tx, id):
            await _empty_place(tx, programme, locked)


async def _empty_place(tx: Transaction, programme: Programme, theirs: Enrolment) -> Programme:
    """Nobody has the place any more. It is free where the session is still to be recorded."""
    if programme.session(theirs.session_id).recorded_on is None:
        programme, event = programmes.empty_place(programme, theirs.session_id)
        await _save_and_emit(tx, programme, event, theirs.session_id)
    await enrolments.delete(tx, theirs)
    return programme


async def _save_and_emit(tx: Transaction, programme: Programme, event: ProgrammeChanged, session_id: UUID) -> None:
    """The programme, of which this one session changed."""
    await store.save_session(tx, programme.session(session_id))
    await store.save(tx, programme)
    await tx.emit(event)
    await tx.wake(ask_who_came, programme.id, programme.asks_at)


async def _update_credentials(tx: Transaction, programme: Programme, of: Sequence[UUID]) -> None:
    """Make each person's credential agree with the newest session of the programme that they attended."""
    existing = {one.person_id: one for one in await people.lock_credentials_of(tx, programme.id, of)}
    newest = await people.newest_attended(tx, programme.id, of)
    gone = [one for person_id, one in existing.items() if person_id not in newest]
    awarded: list[tuple[Credential, CredentialAwarded]] = []
    again: list[tuple[Credential, CredentialAwarded]] = []
    for person_id, (session_id, starts_at) in newest.items():
        by = Attended(session_id, starts_at, london_day(starts_at))
        if person_id not in existing:
            awarded.append(credentials.award(programme, by, to=person_id, id=new_id()))
        elif changed := credentials.award_again(existing[person_id], programme, by):
            again.append(changed)
    await people.delete_credential(tx, *(one.id for one in gone))
    await people.add_credential(tx, *(one for one, _ in awarded))
    await people.save_credential(tx, *(one for one, _ in again))
    erased = [credentials.erase(one) for one in gone]
    await tx.emit(*erased, *(event for _, event in [*awarded, *again]))


def _own(tx: Transaction[Member], programme: Programme) -> Programme:
    """Raises NotFound for another organisation's as for one that does not exist."""
    if programme.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return programme


async def _own_organisation(tx: Transaction[Member]) -> Organisation:
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None:
        raise NotFound
    return organisation
