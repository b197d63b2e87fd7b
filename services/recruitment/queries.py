"""What the pages of recruitment and its API both show, read in the name of whoever asks."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.agreement import InForce
from services.recruitment.domain.application import SCREENER, Application
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


async def waiting_applications(
    tx: Transaction, asked: Asked, network_id: UUID, words: str = ""
) -> Page[ApplicationProgress]:
    """One page of those that wait for the network's screeners."""
    page = await applications.waiting(tx, asked, network_id, words)
    in_force = await policies_in_force(tx)
    return page.with_items([_progress(tx, one, in_force) for one in page.items])


async def own_application(tx: Transaction[Member], id: UUID) -> ApplicationProgress | None:
    """One that the organisation which is acted for screens, to its screeners; None for everybody else."""
    application = await applications.get(tx, id) if SCREENER in tx.acting.roles else None
    if application is None or application.screened_by.organisation_id != tx.acting.organisation_id:
        return None
    return _progress(tx, application, await policies_in_force(tx))


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
