"""Being in the pool: profile, called name, rung, a pause, who may act, leaving, and being forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from schemas.engagements import Engagement
from schemas.event import Erased
from schemas.identity import Account, Organisation
from schemas.recruitment import ApplicationErased, LeaderErased, ProfileErased, RecruitmentHelpErased
from schemas.recruitment import Profile as PublicProfile
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import files, help_given, mirrors
from services.chassis.postgres.transaction import Transaction
from services.recruitment.commands import coordinating, duplicates, needs
from services.recruitment.domain import leader as domain
from services.recruitment.domain import profile as profiles
from services.recruitment.domain.application import Application
from services.recruitment.domain.needs import Needs, NeedsAnswers, as_older_clients_say, matched_on
from services.recruitment.domain.profile import Answers, Profile
from services.recruitment.store import applications, imports, listed, notes, permissions, policies, register_lines
from services.recruitment.store import leaders as store
from services.recruitment.store import needs as needs_store
from services.recruitment.store import profiles as profile_store


async def give_profile(tx: Transaction[Person], answers: Answers) -> None:
    """The person who asks says what would fit them; nothing is said when it is the same as before."""
    await save_profile(tx, tx.acting.person_id, answers, entered_by=tx.acting.helper)


async def save_profile(tx: Transaction, person_id: UUID, answers: Answers, *, entered_by: UUID | None) -> None:
    """What would fit a person. Raises AskToJoinFirst for somebody who is not in the pool and has not asked to join."""
    if not await _is_here(tx, person_id):
        raise profiles.AskToJoinFirst
    notice = (await policies.in_force(tx, on=london_day(tx.now)))["health_data"].version
    before, theirs = await profile_store.lock(tx, person_id), await needs_store.lock(tx, person_id)
    if answers.access_needs is not None and (theirs or answers.access_needs):
        said = as_older_clients_say(theirs, answers.access_needs, agreed=answers.health_consent)
        theirs = await needs.save(tx, theirs, said, person_id=person_id, entered_by=entered_by, notice=notice)
    given, event = profiles.give(
        before,
        answers,
        person_id=person_id,
        entered_by=entered_by,
        notice=notice,
        now=tx.now,
        access_needs=matched_on(theirs),
        first_version=await tx.first_version(PublicProfile, person_id),
    )
    await profile_store.save(tx, given)
    if event:
        await tx.emit(event)


async def give_needs(tx: Transaction[Person], answers: NeedsAnswers) -> None:
    """The person who asks says what they need, and who may see it. Raises AskToJoinFirst as `save_profile` does."""
    person_id = tx.acting.person_id
    if not await _is_here(tx, person_id):
        raise profiles.AskToJoinFirst
    notice = (await policies.in_force(tx, on=london_day(tx.now)))["health_data"].version
    profile, before = await profile_store.lock(tx, person_id), await needs_store.lock(tx, person_id)
    given = await needs.save(tx, before, answers, person_id=person_id, entered_by=tx.acting.helper, notice=notice)
    await _match_on(tx, profile, given)


async def _match_on(tx: Transaction, profile: Profile | None, given: Needs) -> None:
    """Tell matching with the profile what it looks at of the needs. The caller holds the locks of both."""
    known = profile or Profile(given.person_id, await tx.first_version(PublicProfile, given.person_id))
    if known.access_needs == matched_on(given):
        return
    changed, event = profiles.said(profile, replace(known, access_needs=matched_on(given)))
    await profile_store.save(tx, changed)
    if event:
        await tx.emit(event)


async def leave_pool(tx: Transaction[Person]) -> None:
    """The person who asks leaves the pool. What would have fitted them is emptied after that."""
    await applications.lock_of_person(tx, tx.acting.person_id)
    leader = await store.lock(tx, tx.acting.person_id)
    if leader is None:
        raise domain.NotInPool
    left, event = domain.leave(leader, now=tx.now)
    await store.save(tx, left)
    await tx.emit(event)
    await tx.wake(come_back_in_time, left.id, None)
    await tx.due(empty_profile_of_leader, left.id, left.version)


async def pause(tx: Transaction[Person], until: date | None) -> None:
    """The person is told of no new roles up to that day, or until they come back. Said again, it is that instead.

    Raises NothingToPause, PauseIsOver or PauseTooLong.
    """
    leader = await store.lock(tx, tx.acting.person_id)
    paused = domain.pause(leader, until, now=tx.now, today=london_day(tx.now))
    if paused:
        await store.save(tx, paused[0])
        await tx.emit(paused[1])
        await tx.wake(come_back_in_time, paused[0].id, store.pause_ends(paused[0]))


async def come_back(tx: Transaction[Person]) -> None:
    """The person is told of new roles again. Raises NotPaused."""
    back, event = domain.come_back(await store.lock(tx, tx.acting.person_id), today=london_day(tx.now))
    await store.save(tx, back)
    await tx.emit(event)
    await tx.wake(come_back_in_time, back.id, None)


async def come_back_in_time(tx: Transaction, person_id: UUID) -> None:
    """The last day of a pause has passed. One that goes on longer by now has its own moment."""
    if ended := domain.end_pause(await store.lock(tx, person_id), today=london_day(tx.now)):
        await store.save(tx, ended[0])
        await tx.emit(ended[1])


async def say_who_may_act(tx: Transaction[Person], organisation_id: UUID, says: domain.Says) -> None:
    """Whether an organisation may do things for the person. Their coordinator may write it down, whose hand is kept.

    Raises NotAPatientLeader, OnlyThemOrTheirCoordinator, or NotFound for an organisation that is not there.
    """
    acting = tx.acting
    leader = await store.lock(tx, acting.person_id)
    if leader is None:
        raise domain.NotAPatientLeader
    if acting.helper and not leader.is_looked_after_by(acting.helper, london_day(tx.now)):
        raise domain.OnlyThemOrTheirCoordinator
    if await mirrors.get(tx, Organisation, organisation_id) is None:
        raise NotFound
    if says:
        await permissions.say(tx, leader.id, organisation_id, says == "yes", entered_by=acting.helper)
    else:
        await permissions.forget_said(tx, leader.id, organisation_id)
    if said := domain.say_who_may_act(leader, organisation_id, says):
        await store.save(tx, said[0])
        await tx.emit(said[1])


async def empty_profile_of_leader(tx: Transaction, person_id: UUID) -> None:
    """Nothing of a profile is kept for somebody who neither is in the pool nor asks to join."""
    if await _is_here(tx, person_id):
        return
    profile = await profile_store.lock(tx, person_id)
    if profile and (emptied := profiles.empty(profile)):
        await profile_store.save(tx, emptied[0])
        await tx.emit(emptied[1])
    await needs.empty(tx, person_id)


async def empty_profile_of_applicant(tx: Transaction, application_id: UUID) -> None:
    """The same for whoever took an application back, or was declined."""
    if application := await applications.get(tx, application_id):
        await empty_profile_of_leader(tx, application.person_id)


async def call_by_name(tx: Transaction, person_id: UUID) -> None:
    """Make the name on a person's applications and in the pool the one they ask to be called by now."""
    account = await mirrors.get(tx, Account, person_id)
    if account is None:
        return
    for application in await applications.lock_of_person(tx, person_id):
        if application.called != account.called:
            await applications.rename(tx, application.id, account.called)
    leader = await store.lock(tx, person_id)
    if leader and (renamed := domain.rename(leader, account.called)):
        await store.save(tx, renamed[0])
        await tx.emit(renamed[1])


async def call_applicant_by_name(tx: Transaction, application_id: UUID) -> None:
    """The same after an application was sent: the name may have changed at that very moment."""
    if application := await applications.get(tx, application_id):
        await call_by_name(tx, application.person_id)


async def note_taking_part(tx: Transaction, engagement: Engagement) -> None:
    """Keep an engagement with an attended session as evidence, and raise the person from the first rung.

    When attendance is put right to "did not come", the evidence goes; a rung once reached is not taken back by itself.
    """
    if not any(session.attended for session in engagement.sessions):
        await store.forget_evidence(tx, engagement.id)
        return
    leader = await store.lock(tx, engagement.person_id)
    if leader is None:
        return
    await store.note_evidence(tx, engagement_id=engagement.id, person_id=engagement.person_id)
    if climbed := domain.climb(leader):
        await store.save(tx, climbed[0])
        await tx.emit(climbed[1])


async def forget_evidence(tx: Transaction, engagement_id: UUID) -> None:
    await store.forget_evidence(tx, engagement_id)


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete what recruitment holds of a person and say so for each thing. Safe to repeat.

    Whom they looked after, as staff, wait for another coordinator.
    """
    await coordinating.look_if_they_coordinate(tx, person_id, coordinating.VERSION)
    theirs = await applications.lock_of_person(tx, person_id)
    for was in await listed.take(tx, [one.id for one in theirs]):
        await imports.count_answers(tx, {was.import_id: 1}, "no")
    await erase_applications(tx, theirs)
    leader, profile = await store.lock(tx, person_id), await profile_store.lock(tx, person_id)
    if leader:
        await tx.emit(LeaderErased(Erased(id=leader.id, version=leader.version + 1)))
    if profile:
        await tx.emit(ProfileErased(Erased(id=profile.person_id, version=profile.version + 1)))
    freed = await duplicates.forget(tx, person_id)
    await tx.due_each(empty_profile_of_leader, dict.fromkeys(freed, duplicates.VERSION))
    await needs.forget(tx, person_id)
    await listed.forget_past(tx, [person_id])
    await register_lines.forget_people(tx, [person_id])
    await files.forget_person(tx, person_id)
    await store.forget(tx, person_id)
    await profile_store.forget(tx, person_id)
    await policies.forget(tx, person_id)
    await notes.forget(tx, person_id)
    await permissions.forget(tx, person_id)
    await help_given.forget(tx, person_id, RecruitmentHelpErased)


async def erase_applications(tx: Transaction, gone: Sequence[Application]) -> None:
    """The caller holds the lock of each."""
    await applications.delete(tx, *(one.id for one in gone))
    await tx.emit(*(ApplicationErased(Erased(id=one.id, version=one.version + 1)) for one in gone))


async def _is_here(tx: Transaction, person_id: UUID) -> bool:
    """In the pool, or asking to join. Locks the person's applications: what ends either waits for us."""
    waits = any(one.waits for one in await applications.lock_of_person(tx, person_id))
    leader = await store.get(tx, person_id)
    return waits or (leader is not None and leader.status == "approved")
