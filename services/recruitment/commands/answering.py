"""What somebody says who was on an organisation's list: yes, or no to all of it; and what was said of their past."""

from dataclasses import replace
from uuid import UUID

from schemas.recruitment import Profile as PublicProfile
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction
from services.recruitment import metrics
from services.recruitment.commands import duplicates, joining, welcoming
from services.recruitment.domain import listed as domain
from services.recruitment.domain import profile as profiles
from services.recruitment.domain.application import APPROVED, LISTED, Application
from services.recruitment.store import applications, imports, register_lines
from services.recruitment.store import listed as store
from services.recruitment.store import profiles as profile_store


async def say_yes(tx: Transaction[Person], application_id: UUID) -> None:
    """By the link that they were sent. Raises SaidAlready, also where nobody lists them any more."""
    await _agree(tx, await _theirs(tx, application_id), None)


async def say_no(tx: Transaction[Person], application_id: UUID) -> None:
    """Everything of them is forgotten, here and everywhere. Raises SaidAlready."""
    await _refuse(tx, await _theirs(tx, application_id))


async def enter_yes(tx: Transaction[Member], application_id: UUID) -> None:
    """They said so by phone or letter to the network's welcome team."""
    await _agree(tx, await _entered(tx, application_id), tx.acting.by)


async def enter_no(tx: Transaction[Member], application_id: UUID) -> None:
    await _refuse(tx, await _entered(tx, application_id))


async def settle_answer(tx: Transaction, application_id: UUID) -> None:
    """What follows from an answer, once: a place in the pool, and one more in the numbers of the list."""
    application = await applications.lock_if_there(tx, application_id)
    if application is None or application.stage == LISTED:
        return
    for was in await store.take(tx, [application_id]):
        said = "yes" if application.stage == APPROVED else "no"
        await register_lines.forget_people(tx, [was.person_id])
        await imports.count_answers(tx, {was.import_id: 1}, said)
        tx.count(metrics.ANSWERED.labels(said).inc)
        if application.stage == APPROVED:
            await welcoming.take_into_pool(tx, application)
            await _live_where_the_list_said(tx, was)
        else:
            await store.forget_past(tx, [was.person_id])


async def correct_past(tx: Transaction[Person], id: UUID, by: domain.Correction) -> None:
    """Their past as they say it. Raises NotFound, or WrongWayRound."""
    known = await store.lock_past(tx, id, tx.acting.person_id)
    if known is None:
        raise NotFound
    right = domain.corrected(known.past, by, today=london_day(tx.now))
    await store.correct(tx, replace(known, past=right, corrected_at=tx.now), entered_by=tx.acting.helper)


async def take_out_past(tx: Transaction[Person], id: UUID) -> None:
    """It is no part of their past, or nobody's business. Raises NotFound."""
    if await store.lock_past(tx, id, tx.acting.person_id) is None:
        raise NotFound
    await store.take_out(tx, id)


async def _theirs(tx: Transaction[Person], application_id: UUID) -> Application:
    """Raises SaidAlready for one that is gone: what was refused leaves nothing behind."""
    application = await applications.lock_if_there(tx, application_id)
    if application is None or application.person_id != tx.acting.person_id:
        raise domain.SaidAlready
    return application


async def _entered(tx: Transaction[Member], application_id: UUID) -> Application:
    """Raises NotFound to everybody but the network's welcome team."""
    network = await joining.check_screener(tx)
    application = await applications.lock(tx, application_id)
    if application.screened_by.organisation_id != network.id:
        raise NotFound
    domain.may_answer_list(application, by=tx.acting.by).must()
    return application


async def _agree(tx: Transaction, application: Application, entered_by: UUID | None) -> None:
    agreed, event = domain.agree(application, entered_by=entered_by, now=tx.now)
    await store.answer(tx, agreed)
    await tx.emit(event)
    await tx.due(settle_answer, agreed.id, agreed.version)
    await tx.due(duplicates.look_for_duplicates, agreed.person_id, duplicates.VERSION)  # it is not for who entered it


async def _refuse(tx: Transaction, application: Application) -> None:
    gone, event = domain.forget(application, now=tx.now)
    await store.answer(tx, gone)
    await tx.emit(event)
    await tx.due(settle_answer, gone.id, gone.version)
    await tx.due(duplicates.look_for_duplicates, gone.person_id, duplicates.VERSION)  # nobody is asked about them now


async def _live_where_the_list_said(tx: Transaction, was: store.Listed) -> None:
    """The home district begins their profile, unless they have one."""
    if was.district is None or await profile_store.lock(tx, was.person_id):
        return
    first = profiles.Profile(was.person_id, await tx.first_version(PublicProfile, was.person_id))
    given, event = profiles.said(None, replace(first, district=was.district))
    await profile_store.save(tx, given)
    if event:
        await tx.emit(event)
