"""What the network's welcome team does: take an application, ask for more, talk, answer, undo it, and look again."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from schemas.identity import Account
from schemas.recruitment import Leader, LeaderApproved
from services.chassis.base.access import london_day
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member, Person
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotFound, TryAgainSoon
from services.chassis.postgres import files
from services.chassis.postgres.transaction import Transaction, new_id
from services.recruitment.commands import agreeing, duplicates, joining, pool, signed_forms
from services.recruitment.domain import leader as leaders
from services.recruitment.domain import welcome as domain
from services.recruitment.domain.application import APPROVED, SCREENER, Application
from services.recruitment.domain.question import Question
from services.recruitment.store import applications as store
from services.recruitment.store import leaders as leader_store
from services.recruitment.store import policies, questions, welcome

REFERENCE_TRIES = 20


async def give_signed_form(tx: Transaction[Member], id: UUID, form: SafeFile) -> None:
    """Add a photo or scan of the form on paper to an application that waits, or put another in its place.

    Raises AlreadyAnswered: whoever answered has seen what was there then.
    """
    application = await _to_answer(tx, id)
    if not application.waits or application.answer:
        raise domain.AlreadyAnswered
    await files.forget_about(tx, id)
    await signed_forms.keep(tx, application, form)


async def take(tx: Transaction[Member], id: UUID) -> None:
    """Hold it from now on. Raises HeldAlready where a colleague does: it is handed over by one of the team."""
    held, event = domain.take(await _to_answer(tx, id), by=tx.acting.by)
    await store.save(tx, held)
    await tx.emit(event)


async def hand_over(tx: Transaction[Member], id: UUID, to: UUID) -> None:
    """A colleague holds it from now on. Raises NotOfTheTeam for somebody who has not the role today."""
    application = await _to_answer(tx, id)
    if await welcome.welcomer(tx, to, application.screened_by.organisation_id, on=london_day(tx.now)) is None:
        raise domain.NotOfTheTeam
    held, event = domain.hand_over(application, by=tx.acting.by, to=to)
    await store.save(tx, held)
    await tx.emit(event)


async def step_back(tx: Transaction[Member], id: UUID) -> None:
    """Whoever asks lives with the person, or is close to them: they let go of it, for good. Raises AlreadyAnswered:
    whoever answered undoes that first.
    """
    left, event = domain.step_back(await _to_answer(tx, id), by=tx.acting.by)
    await store.save(tx, left)
    await tx.emit(event)
    await tx.due(duplicates.look_for_duplicates, left.person_id, duplicates.VERSION)


async def ask_more(
    tx: Transaction[Member], id: UUID, words: str, *, times: tuple[datetime, ...] = (), how: str | None = None
) -> None:
    """Ask the person to say more, or which of these times for a talk suits them; they read the words.

    Raises AskedAlready, SaysHow or TimesAreOver.
    """
    application = await _to_answer(tx, id)
    asked, event = domain.ask_more(application, by=tx.acting.by, offers_times=bool(times), now=tx.now)
    if times:
        domain.check_offer(times, how, now=tx.now)
    await store.save(tx, asked)
    await questions.add(
        tx,
        Question(
            id=new_id(),
            application_id=id,
            person_id=asked.person_id,
            organisation_id=asked.screened_by.organisation_id,
            words=words,
            times=tuple(sorted(set(times))),
            how=how if times else None,
            asked_by=tx.acting.by,
            asked_at=tx.now,
        ),
    )
    await tx.emit(event)


async def agree_talk(tx: Transaction[Member], id: UUID, *, at: datetime, how: str) -> None:
    """A time for a talk is agreed, by phone or relay or as they met; or they have talked. Raises NoSuchTime."""
    application = await _to_answer(tx, id)
    promised = await policies.promised(tx, on=london_day(tx.now))
    agreed, event = domain.agree_talk(application, by=tx.acting.by, at=at, how=how, now=tx.now, promised=promised)
    await store.save(tx, agreed)
    await questions.end_waiting(tx, id)
    await tx.emit(event)


async def approve_application(tx: Transaction[Member], id: UUID, *, tell_now: bool = False) -> Application:
    """Say yes. When the time in which it can be undone is over, or at once with `tell_now`, they are in the pool."""
    application = await _to_answer(tx, id)
    undo_for = timedelta(0) if tell_now else await policies.undo_for(tx, on=london_day(tx.now))
    approved, event = domain.approve(application, by=tx.acting.by, now=tx.now, undo_for=undo_for)
    return await _answered(tx, approved, event)


async def decline_application(
    tx: Transaction[Member], id: UUID, *, reason: str, would_help: str, tell_now: bool = False
) -> Application:
    """Say "not now", with a reason and what would help, which the person reads when the time for undoing is over."""
    application = await _to_answer(tx, id)
    undo_for = timedelta(0) if tell_now else await policies.undo_for(tx, on=london_day(tx.now))
    why = (reason, would_help)
    declined, event = domain.decline(application, by=tx.acting.by, why=why, now=tx.now, undo_for=undo_for)
    return await _answered(tx, declined, event)


async def undo_answer(tx: Transaction[Member], id: UUID) -> None:
    """It waits as before. Raises NothingToUndo when its time is over, NotYourAnswer for another hand."""
    back, event = domain.undo(await _to_answer(tx, id), by=tx.acting.by, now=tx.now)
    await store.save(tx, back)
    await tx.wake(tell_answer, id, None)
    await tx.emit(event)


async def tell_now(tx: Transaction[Member], id: UUID) -> Application:
    """Tell the person before the time for undoing is over. Raises what `undo_answer` raises."""
    application = await _to_answer(tx, id)
    told, event = domain.tell_now(application, by=tx.acting.by, now=tx.now)
    await tx.wake(tell_answer, id, None)
    return await _answered(tx, told, event)


async def tell_answer(tx: Transaction, id: UUID) -> None:
    """The time in which an answer could be undone is over; woken for it. Too early, it waits for that moment again."""
    application = await store.lock_if_there(tx, id)
    if application is None or not application.waits or application.undo_until is None:
        return  # undone, told, or taken back by its person
    if tx.now < application.undo_until:
        await tx.wake(tell_answer, id, application.undo_until)
        return
    await _answered(tx, *domain.tell(application, now=tx.now))


async def keep_welcomer(tx: Transaction, account: Account) -> None:
    """Keep for which organisations they are in the welcome team, and until when; nobody else is kept."""
    as_team = [one for one in account.memberships if SCREENER in one.roles and Period.of(one).has_days]
    held = {one.organisation_id: one for one in sorted(as_team, key=lambda one: one.valid_from)}
    await welcome.keep_welcomer(tx, account.id, account.called, list(held.values()))


async def forget_welcomer(tx: Transaction, account_id: UUID) -> None:
    await welcome.forget_welcomer(tx, account_id)
    await store.forget_close(tx, account_id)


async def _to_answer(tx: Transaction[Member], id: UUID) -> Application:
    """Raises NotFound for an application that another organisation answers."""
    network = await joining.check_screener(tx)
    application = await store.lock(tx, id)
    if application.screened_by.organisation_id != network.id:
        raise NotFound
    if tx.acting.by in application.close_to:
        raise domain.CloseToThem
    return application


async def _answered(
    tx: Transaction, application: Application, event: domain.Answered | domain.ApplicationChanged
) -> Application:
    """Keep an answer. One that is told has its effects: a place in the pool, or what is kept no longer."""
    await store.save(tx, application)
    if application.undo_until:
        await tx.emit(event)
        await tx.wake(tell_answer, application.id, application.undo_until)
        return application
    await questions.end_waiting(tx, application.id)
    await tx.emit(event)
    if application.stage == APPROVED:
        await take_into_pool(tx, application)
    else:
        await signed_forms.end(tx, application)
        await tx.due(pool.empty_profile_of_applicant, application.id, application.version)
    return application


async def take_into_pool(tx: Transaction, approved: Application) -> None:
    existing = await leader_store.lock(tx, approved.person_id)
    async with tx.reading_as(Person(person_id=approved.person_id, by=approved.person_id)) as theirs:
        agreed = await policies.code_agreed(theirs, approved.person_id)
    if existing is None:
        _, joined = await _join(tx, approved, agreed)
    else:
        leader, joined = leaders.join_again(
            existing,
            called=approved.called,
            now=tx.now,
            coordinator_id=approved.answer.by if approved.answer else None,
            code_agreed=agreed,
        )
        await leader_store.save(tx, leader)
    await tx.emit(joined)
    await tx.due(agreeing.say_code_agreed, approved.person_id, joined.state.version)


async def _join(tx: Transaction, approved: Application, code_agreed: str | None) -> tuple[Leader, LeaderApproved]:
    """A new leader with a reference that nobody else has."""
    first = await tx.first_version(Leader, approved.person_id)
    for _ in range(REFERENCE_TRIES):
        letters = "".join(secrets.choice(leaders.REFERENCE_LETTERS) for _ in range(leaders.REFERENCE_LENGTH))
        leader, event = leaders.join(
            person_id=approved.person_id,
            called=approved.called,
            reference=leaders.reference(letters),
            now=tx.now,
            first_version=first,
            coordinator_id=approved.answer.by if approved.answer else None,
            code_agreed=code_agreed,
        )
        if await leader_store.add(tx, leader):
            return leader, event
    raise TryAgainSoon
