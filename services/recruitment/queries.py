"""What the pages of recruitment and its API both show, read in the name of whoever asks."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import files
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.agreement import InForce
from services.recruitment.domain.application import SCREENER, SIGNED_FORM, Application
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


async def policies_in_force(tx: Transaction) -> InForce:
    """The edition of each policy that is in force today, by kind."""
    return await policies.in_force(tx, on=london_day(tx.now))


async def my_application(tx: Transaction[Person]) -> ApplicationProgress | None:
    """The newest one of the person who asks."""
    application = await applications.newest_of_person(tx, tx.acting.person_id)
    return _progress(tx, application, await policies_in_force(tx)) if application else None


async def has_asked_to_join(tx: Transaction[Person]) -> bool:
    """Whether the person who asks waits for an answer or is in the pool: then there is nothing to ask for."""
    newest = await applications.newest_of_person(tx, tx.acting.person_id)
    leader = await leaders.get(tx, tx.acting.person_id)
    return bool(newest and newest.stage == "sent") or bool(leader and leader.status == "approved")


async def waiting_applications(
    tx: Transaction, network_id: UUID, *, page: int
) -> tuple[list[ApplicationProgress], bool]:
    """One page of those that wait for the network's screeners, oldest first, and whether there are more."""
    found, more = await applications.waiting(tx, network_id, page=page)
    in_force = await policies_in_force(tx)
    return [_progress(tx, one, in_force) for one in found], more


async def own_application(tx: Transaction[Member], id: UUID) -> ApplicationProgress | None:
    """One that the organisation which is acted for screens, to its screeners; None for everybody else."""
    application = await applications.get(tx, id) if SCREENER in tx.acting.roles else None
    if application is None or application.screened_by.organisation_id != tx.acting.organisation_id:
        return None
    return _progress(tx, application, await policies_in_force(tx))


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
    return leader


def _progress(tx: Transaction, application: Application, in_force: InForce) -> ApplicationProgress:
    today = london_day(tx.now)
    answer_by = london_day(application.sent_at + timedelta(days=in_force["screening"].days or 0))
    return ApplicationProgress(
        application=application,
        days_waiting=(today - london_day(application.sent_at)).days,
        answer_by=answer_by,
        is_late=answer_by < today,
    )
