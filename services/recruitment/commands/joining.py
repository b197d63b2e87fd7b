"""Ask to join, take it back, be entered by phone, and be answered by the network's screeners."""

import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from schemas.identity import Account, Organisation
from schemas.recruitment import Leader, LeaderApproved
from services.chassis.base.access import london_day
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotAllowed, NotFound, NotTheNetwork, TryAgainSoon
from services.chassis.postgres import files, mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.recruitment.commands import pool
from services.recruitment.domain import application as domain
from services.recruitment.domain import leader as leaders
from services.recruitment.domain.agreement import TO_JOIN, check_agreed
from services.recruitment.domain.application import Applicant, Application, Draft, Screening
from services.recruitment.domain.profile import Answers
from services.recruitment.store import applications as store
from services.recruitment.store import leaders as leader_store
from services.recruitment.store import policies

REFERENCE_TRIES = 20
ERASE_AT_ONCE = 100


async def send_application(
    tx: Transaction[Person], draft: Draft, answers: Answers | None = None, *, signed_form: SafeFile | None = None
) -> UUID:
    """The person wants to join the pool. Returns the application's id.

    `answers`, if there are any, become their profile: a helper asks for both at once. `signed_form`: the form on paper.
    """
    account = await mirrors.get(tx, Account, tx.acting.person_id)
    if account is None:
        raise TryAgainSoon
    helper = tx.acting.helper
    sent = await _send(tx, draft, Applicant(account.id, account.called, account.kind, entered_by=helper))
    if signed_form:
        await _keep_signed_form(tx, sent, signed_form)
    if answers and answers.says_something:
        await pool.save_profile(tx, account.id, answers, entered_by=helper)
    return sent.id


async def give_signed_form(tx: Transaction[Member], id: UUID, form: SafeFile) -> None:
    """A screener adds a photo or scan of the form on paper to an application that waits, or puts another in its place.

    Raises AlreadyAnswered: whoever answered has seen what was there then.
    """
    application = await _to_answer(tx, id)
    if application.stage != "sent":
        raise domain.AlreadyAnswered
    await files.forget_about(tx, id)
    await _keep_signed_form(tx, application, form)


async def withdraw_application(tx: Transaction[Person]) -> None:
    """The person who asks takes back the application that waits."""
    theirs = await store.lock_of_person(tx, tx.acting.person_id)
    withdrawn, event = domain.withdraw(theirs[-1] if theirs else None, now=tx.now)
    await store.save(tx, withdrawn)
    await _end_signed_form(tx, withdrawn)
    await tx.emit(event)
    await tx.due(pool.empty_profile_of_applicant, withdrawn.id, withdrawn.version)


async def approve_application(tx: Transaction[Member], id: UUID) -> Leader:
    """Say yes: the application is approved and its person is in the pool, in one transaction."""
    application = await _to_answer(tx, id)
    approved, event = domain.approve(application, by=tx.acting.by, now=tx.now)
    existing = await leader_store.lock(tx, application.person_id)
    await store.save(tx, approved)
    await tx.emit(event)
    if existing is None:
        leader, joined = await _join(tx, approved)
    else:
        leader, joined = leaders.join_again(existing, called=approved.called, now=tx.now)
        await leader_store.save(tx, leader)
    await tx.emit(joined)
    return leader


async def decline_application(tx: Transaction[Member], id: UUID, reason: str) -> None:
    """Say no, with a reason that the person reads."""
    application = await _to_answer(tx, id)
    declined, event = domain.decline(application, by=tx.acting.by, reason=reason, now=tx.now)
    await store.save(tx, declined)
    await _end_signed_form(tx, declined)
    await tx.emit(event)
    await tx.due(pool.empty_profile_of_applicant, declined.id, declined.version)


async def erase_unsuccessful_applications(tx: Transaction) -> int:
    """Erase applications that did not lead to joining, once the policy's time is over; returns how many."""
    policy = (await policies.in_force(tx, on=london_day(tx.now)))["unsuccessful_applications"]
    assert policy.days
    old = await store.lock_unsuccessful(tx, older_than_days=policy.days, limit=ERASE_AT_ONCE)
    await pool.erase_applications(tx, old)
    return len(old)


async def check_screener(tx: Transaction[Member]) -> Organisation:
    """The network's organisation, for which the person who asks screens today.

    Raises NotAllowed without the role and NotTheNetwork for every other organisation.
    """
    if domain.SCREENER not in tx.acting.roles:
        raise NotAllowed
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None or organisation.kind != "network":
        raise NotTheNetwork
    return organisation


async def _send(tx: Transaction, draft: Draft, of: Applicant) -> Application:
    today = london_day(tx.now)
    before = await store.lock_of_person(tx, of.person_id)
    of = replace(of, newest=before[-1] if before else None, leader=await leader_store.get(tx, of.person_id))
    domain.may_send(of.newest, of.leader, kind=of.kind).must()  # before anything is asked about the draft
    in_force = await policies.in_force(tx, on=today)
    check_agreed(draft.model_dump(include=set(TO_JOIN)), in_force)
    network = await store.network(tx, on=today)
    if network is None:
        raise TryAgainSoon
    to = Screening(network.id, network.ods_code)
    promised = timedelta(days=in_force["screening"].days or 0)
    sent, event = domain.send(draft, id=new_id(), of=of, to=to, now=tx.now, answer_within=promised)
    if not await store.add(tx, sent):
        raise domain.AlreadySent
    for kind in TO_JOIN:
        await policies.note_agreement(tx, of.person_id, in_force[kind], entered_by=of.entered_by)
    await tx.emit(event)
    await tx.due(pool.call_applicant_by_name, sent.id, sent.version)
    return sent


async def _keep_signed_form(tx: Transaction, application: Application, form: SafeFile) -> None:
    """For as long as the application itself."""
    belongs = files.Belongs(
        about=application.id,
        kind=domain.SIGNED_FORM,
        person_id=application.person_id,
        organisation_id=application.screened_by.organisation_id,
    )
    await files.keep(tx, form, belongs, erase_on=files.WITH_ITS_THING)


async def _end_signed_form(tx: Transaction, application: Application) -> None:
    """It did not lead to joining: the policy in force says until when. By the day after, it has gone with the rest."""
    policy = (await policies.in_force(tx, on=london_day(tx.now)))["unsuccessful_applications"]
    last = london_day(tx.now) + timedelta(days=policy.days or 0)
    await files.erase_about(tx, application.id, on=last + timedelta(days=1))


async def _to_answer(tx: Transaction[Member], id: UUID) -> Application:
    """Raises NotFound for an application that this organisation does not screen."""
    network = await check_screener(tx)
    application = await store.lock(tx, id)
    if application.screened_by.organisation_id != network.id:
        raise NotFound
    return application


async def _join(tx: Transaction, approved: Application) -> tuple[Leader, LeaderApproved]:
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
        )
        if await leader_store.add(tx, leader):
            return leader, event
    raise TryAgainSoon
