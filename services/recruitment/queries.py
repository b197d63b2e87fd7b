"""What the pages of recruitment and its API both show, read in the name of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from schemas.identity import Account, Organisation
from schemas.recruitment import Leader
from schemas.training import Credential, Programme
from schemas.words import training_called
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres import files, mirrors
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.policies import Edition, on_day
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.agreement import Days, InForce
from services.recruitment.domain.application import (
    SCREENER,
    SIGNED_FORM,
    Application,
    PersonChoices,
    StaffChoices,
    choices_of_person,
    choices_of_staff,
)
from services.recruitment.store import applications, leaders, policies


@dataclass(frozen=True)
class ApplicationProgress:
    """An application, how long it has waited, and the day by which the network promises an answer.

    `days_waiting` are whole days on the calendar in London: 0 on the day on which it was sent.
    """

    application: Application
    days_waiting: int
    answer_by: date
    is_late: bool


@dataclass(frozen=True)
class ToScreen(ApplicationProgress):
    """An application, and what the screener who asks may do with it."""

    choices: StaffChoices


@dataclass(frozen=True)
class Joining:
    """How far a person is with joining: their newest application, their place in the pool, and what they may do."""

    progress: ApplicationProgress | None
    leader: Leader | None
    choices: PersonChoices


async def policies_in_force(tx: Transaction) -> InForce:
    """The edition of each policy that is in force today, by kind."""
    return await policies.in_force(tx, on=london_day(tx.now))


@dataclass(frozen=True)
class AskedAbout:
    """Whom we ask what would fit them and what they need. `leader`: their place in the pool, if they have one."""

    leader: Leader | None


async def asked_about(tx: Transaction[Person]) -> AskedAbout | None:
    """The person who asks; None for somebody who is not in the pool and has not asked to join."""
    leader = await leaders.get(tx, tx.acting.person_id)
    if leader is not None and leader.status == "approved":
        return AskedAbout(leader)
    newest = await applications.newest_of_person(tx, tx.acting.person_id)
    return AskedAbout(None) if newest and newest.waits else None


async def my_joining(tx: Transaction[Person]) -> Joining:
    """How far the person who asks is."""
    person_id = tx.acting.person_id
    account = await mirrors.get(tx, Account, person_id)
    newest, leader = await applications.newest_of_person(tx, person_id), await leaders.get(tx, person_id)
    return Joining(
        progress=_progress(tx, newest, await policies.promised_answers(tx)) if newest else None,
        leader=leader,
        choices=choices_of_person(newest, leader, kind=account.kind if account else "person"),
    )


async def waiting_applications(
    tx: Transaction[Member], asked: Asked, network_id: UUID, words: str = ""
) -> Page[ToScreen]:
    """One page of those that wait for the network's screeners."""
    page = await applications.waiting(tx, asked, network_id, words)
    promised = await policies.promised_answers(tx)
    return page.with_items([_to_screen(tx, one, promised) for one in page.items])


async def own_application(tx: Transaction[Member], id: UUID) -> ToScreen | None:
    """One that the organisation which is acted for screens, to its screeners; None for everybody else."""
    application = await applications.get(tx, id) if SCREENER in tx.acting.roles else None
    if application is None or application.screened_by.organisation_id != tx.acting.organisation_id:
        return None
    tx.note(Happened.LOOKED, of=application.person_id, what="application")
    return _to_screen(tx, application, await policies.promised_answers(tx))


async def signed_form(tx: Transaction, found: ApplicationProgress | None) -> KeptFile | None:
    """What is known of the photo or scan of the form on paper, where there is one."""
    return await files.newest(tx, found.application.id, SIGNED_FORM) if found else None


async def open_signed_form(tx: Transaction, found: ApplicationProgress | None) -> tuple[KeptFile, bytes]:
    """The same with its bytes. Raises NotFound where there is none, or no application that whoever asks may see."""
    form = await signed_form(tx, found)
    if form is None:
        raise NotFound
    return form, await files.content(tx, form.id)


async def leader_in_pool(tx: Transaction, person_id: UUID) -> Leader:
    """Raises NotFound for somebody who is not in the pool today."""
    leader = await leaders.get(tx, person_id)
    if leader is None or leader.status != "approved":
        raise NotFound
    tx.note(Happened.LOOKED, of=leader.id, what="leader")
    return leader


def _to_screen(tx: Transaction[Member], application: Application, promised: Sequence[Edition[Days]]) -> ToScreen:
    progress = _progress(tx, application, promised)
    return ToScreen(**vars(progress), choices=choices_of_staff(application, by=tx.acting.by))


def _progress(tx: Transaction, application: Application, promised: Sequence[Edition[Days]]) -> ApplicationProgress:
    """What was promised on the day on which it was sent still counts when another edition has begun since."""
    today, sent_on = london_day(tx.now), london_day(application.sent_at)
    promise = on_day(promised, sent_on) or promised[-1]
    answer_by = london_day(application.sent_at + timedelta(days=promise.value.days))
    return ApplicationProgress(
        application=application,
        days_waiting=(today - sent_on).days,
        answer_by=answer_by,
        is_late=answer_by < today,
    )


@dataclass(frozen=True)
class Completed:
    """Training that a person completed, by its title, and the organisation that ran it."""

    credential: Credential
    title: str
    organisation: str


async def my_training(tx: Transaction[Person]) -> Few[Completed]:
    """What the person completed, newest first. Of training that was not heard of yet its code's words are shown."""
    held = await leaders.credentials(tx, tx.acting.person_id)
    programmes = await mirrors.get_each(tx, Programme, [one.programme_id for one in held])
    ran = await mirrors.get_each(tx, Organisation, [one.organisation_id for one in held])
    titles = {id: one.title for id, one in programmes.items()}
    names = {id: one.name for id, one in ran.items()}
    return held.each(
        lambda one: Completed(
            one,
            titles.get(one.programme_id) or training_called(one.credential),
            names.get(one.organisation_id, ""),
        )
    )
