"""Ask to join, fill in the form, say more, choose a time for a talk, ask for a second look, and take it back."""

from datetime import datetime
from uuid import UUID

from schemas.identity import Account, Organisation
from services.chassis.base.access import london_day
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotAllowed, NotTheNetwork, TryAgainSoon
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.recruitment.commands import agreeing, duplicates, pool, signed_forms
from services.recruitment.domain import applying as domain
from services.recruitment.domain.agreement import TO_JOIN, InForce, check_agreed
from services.recruitment.domain.application import SCREENER, Applicant, Application, Draft, Screening
from services.recruitment.domain.profile import Answers
from services.recruitment.domain.question import Question
from services.recruitment.store import applications as store
from services.recruitment.store import closed as closed_store
from services.recruitment.store import leaders as leader_store
from services.recruitment.store import policies, questions

ERASE_AT_ONCE = 100


async def open_application(tx: Transaction, person_id: UUID, *, entered_by: UUID | None = None) -> UUID | None:
    """Somebody has given a name and one way to be reached, each where it belongs: they ask to join.

    Safe to repeat: None where there is nothing to open, because they ask already or are in the pool. Raises
    TryAgainSoon before their account, or the network, was heard of.
    """
    of = await _applicant(tx, person_id, entered_by=entered_by)
    if not domain.may_open(of.newest, of.leader, kind=of.kind, closed=of.closed):
        return None
    to, promised = await _network(tx), await policies.promised(tx, on=london_day(tx.now))
    asked, event = domain.open_asked(id=new_id(), of=of, to=to, now=tx.now, promised=promised)
    if not await store.add(tx, asked):
        return None
    await tx.emit(event)
    await tx.due(pool.call_applicant_by_name, asked.id, asked.version)
    await tx.due(duplicates.look_for_duplicates, person_id, duplicates.VERSION)
    return asked.id


async def send_application(
    tx: Transaction[Person], draft: Draft, answers: Answers | None = None, *, signed_form: SafeFile | None = None
) -> UUID:
    """The person wants to join the pool. Returns the application's id, of the one that they opened where there is one.

    `answers`, if there are any, become their profile: a helper asks for both at once. `signed_form`: the form on paper.
    """
    helper = tx.acting.helper
    sent = await _send(tx, draft, await _applicant(tx, tx.acting.person_id, entered_by=helper))
    if signed_form:
        await signed_forms.keep(tx, sent, signed_form)
    if answers and answers.says_something:
        await pool.save_profile(tx, sent.person_id, answers, entered_by=helper)
    return sent.id


async def say_more(tx: Transaction[Person], words: str) -> None:
    """The person answers what they were asked. Raises NothingAsked where that was answered, or is over."""
    newest = await _newest(tx)
    said, event = domain.say_more(newest, now=tx.now, promised=await policies.promised(tx, on=london_day(tx.now)))
    await questions.end(tx, await _asked(tx, said), said=words, entered_by=tx.acting.helper)
    await store.save(tx, said)
    await tx.emit(event)


async def choose_time(tx: Transaction[Person], at: datetime) -> None:
    """The person takes one of the times that they were offered. Raises NothingAsked, NotOffered or TimeIsOver."""
    newest = await _newest(tx)
    domain.may_say_more(newest).must()
    assert newest, "there is one that asks"
    question = await _asked(tx, newest)
    if at not in question.times or question.how is None:
        raise domain.NotOffered
    promised = await policies.promised(tx, on=london_day(tx.now))
    agreed, event = domain.choose_time(newest, at=at, how=question.how, now=tx.now, promised=promised)
    await questions.end(tx, question, chosen=at, entered_by=tx.acting.helper)
    await store.save(tx, agreed)
    await tx.emit(event)


async def look_again(tx: Transaction[Person]) -> None:
    """The person asks that somebody else look at an answer of "not now".

    Raises NothingToLookAt, LookedAgain or ClosedForAnother.
    """
    newest = await _newest(tx)
    domain.may_look_again(newest, closed=await _is_closed(tx, tx.acting.person_id)).must()
    promised = await policies.promised(tx, on=london_day(tx.now))
    again, event = domain.look_again(newest, now=tx.now, promised=promised)
    await store.save(tx, again)
    await signed_forms.keep_on(tx, again)
    await tx.emit(event)


async def agree(tx: Transaction[Person], given: dict[str, str]) -> None:
    """The person agrees to what they were not asked when they joined with a name alone, or to the edition after that.

    Raises CodeNotAgreed or NoticeNotAgreed, unless these are the editions in force.
    """
    in_force = await policies.in_force(tx, on=london_day(tx.now))
    check_agreed(given, in_force)
    await _note_agreements(tx, tx.acting.person_id, in_force, entered_by=tx.acting.helper)
    await agreeing.say_code_agreed(tx, tx.acting.person_id)


async def withdraw_application(tx: Transaction[Person]) -> None:
    """The person who asks takes back the application that waits."""
    withdrawn, event = domain.withdraw(await _newest(tx), now=tx.now)
    await store.save(tx, withdrawn)
    await questions.end_waiting(tx, withdrawn.id)
    await signed_forms.end(tx, withdrawn)
    await tx.emit(event)
    await tx.due(pool.empty_profile_of_applicant, withdrawn.id, withdrawn.version)


async def erase_unsuccessful_applications(tx: Transaction) -> int:
    """Erase applications that did not lead to joining, once the policy's time is over; returns how many."""
    policy = (await policies.in_force(tx, on=london_day(tx.now)))["unsuccessful_applications"]
    assert policy.days
    old = await store.lock_unsuccessful(tx, older_than_days=policy.days, limit=ERASE_AT_ONCE)
    await pool.erase_applications(tx, old)
    await tx.due_each(duplicates.look_for_duplicates, {one.person_id: duplicates.VERSION for one in old})
    return len(old)


async def check_screener(tx: Transaction[Member]) -> Organisation:
    """The network's organisation, in whose welcome team the person who asks is today.

    Raises NotAllowed without the role and NotTheNetwork for every other organisation.
    """
    if SCREENER not in tx.acting.roles:
        raise NotAllowed
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None or organisation.kind != "network":
        raise NotTheNetwork
    return organisation


async def _send(tx: Transaction, draft: Draft, of: Applicant) -> Application:
    domain.may_send(
        of.newest, of.leader, kind=of.kind, closed=of.closed
    ).must()  # before anything is asked about the draft
    in_force = await policies.in_force(tx, on=london_day(tx.now))
    check_agreed(draft.model_dump(include=set(TO_JOIN)), in_force)
    to, promised = await _network(tx), await policies.promised(tx, on=london_day(tx.now))
    sent, event = domain.send(draft, id=new_id(), of=of, to=to, now=tx.now, promised=promised)
    if of.newest and of.newest.id == sent.id:
        await store.save(tx, sent)
    elif not await store.add(tx, sent):
        raise domain.AlreadySent
    await _note_agreements(tx, of.person_id, in_force, entered_by=of.entered_by)
    await tx.emit(event)
    await tx.due(pool.call_applicant_by_name, sent.id, sent.version)
    await tx.due(duplicates.look_for_duplicates, of.person_id, duplicates.VERSION)
    return sent


async def _note_agreements(tx: Transaction, person_id: UUID, in_force: InForce, *, entered_by: UUID | None) -> None:
    for kind in TO_JOIN:
        await policies.note_agreement(tx, person_id, in_force[kind], entered_by=entered_by)


async def _applicant(tx: Transaction, person_id: UUID, *, entered_by: UUID | None) -> Applicant:
    """With their applications locked. Raises TryAgainSoon before their account was heard of."""
    account = await mirrors.get(tx, Account, person_id)
    if account is None:
        raise TryAgainSoon
    before = await store.lock_of_person(tx, person_id)
    return Applicant(
        account.id,
        account.called,
        account.kind,
        entered_by=entered_by,
        newest=before[-1] if before else None,
        leader=await leader_store.get(tx, person_id),
        closed=await _is_closed(tx, person_id),
    )


async def _is_closed(tx: Transaction, person_id: UUID) -> bool:
    """In favour of another record, and that can still be undone."""
    closed = await closed_store.get(tx, person_id)
    return closed is not None and tx.now < closed.undo_until


async def _newest(tx: Transaction[Person]) -> Application | None:
    """The application that the person who asks sent last, locked."""
    theirs = await store.lock_of_person(tx, tx.acting.person_id)
    return theirs[-1] if theirs else None


async def _asked(tx: Transaction, application: Application) -> Question:
    """The question that waits. The caller holds the lock of the application, which says that there is one."""
    question = await questions.waiting(tx, application.id)
    if question is None:
        raise domain.NothingAsked
    return question


async def _network(tx: Transaction) -> Screening:
    """Raises TryAgainSoon before it was heard of."""
    network = await store.network(tx, on=london_day(tx.now))
    if network is None:
        raise TryAgainSoon
    return Screening(network.id, network.ods_code)
