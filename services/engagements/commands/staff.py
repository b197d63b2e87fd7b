"""What an organisation's coordinators do after people were chosen: record attendance, and what changed.

Nobody does any of it for themselves.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Any
from uuid import UUID

from schemas.engagements import Engagement
from schemas.event import Event
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.help_given import helped_by_whoever_acts
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands import counting
from services.engagements.commands.settling import settle
from services.engagements.domain import engagement as domain
from services.engagements.domain import intake as places
from services.engagements.domain.answering import OUTCOME_RECORDED
from services.engagements.domain.attendance import CameAndDidNot, NobodyNamed, check_hours, record
from services.engagements.domain.intake import Intake
from services.engagements.domain.preparing import check_preparation
from services.engagements.store import engagements as store
from services.engagements.store import intakes, policies, said


async def record_attendance(
    tx: Transaction[Member],
    opportunity_id: UUID,
    session_id: UUID,
    *,
    attended: Set[UUID],
    absent: Set[UUID],
    hours: Mapping[UUID, float] | None = None,
    prepared: Mapping[UUID, float] | None = None,
) -> None:
    """Who came to a session and who did not, by engagement id. Said again: only what differs is news. `hours`: of those
    who were there for another time than was planned; `prepared`: hours of preparation, where the policy pays for them.

    Raises NotFound, NobodyNamed, CameAndDidNot, HoursWithoutComing, NoPreparation, TooMuchPreparation, NotYourOwn,
    HelpedThem, DidNotTakePlace, TooEarly or NoPlace; then nothing is recorded.
    """
    hours, prepared = hours or {}, prepared or {}
    if not attended | absent:
        raise NobodyNamed
    if attended & absent:
        raise CameAndDidNot
    check_hours(hours, attended)
    intake = await _lock_intake(tx, opportunity_id)
    session = intake.session(session_id)
    most = await policies.preparation(tx, intake.organisation_id, on=london_day(session.starts_at))
    check_preparation(prepared, attended, most=most)
    by_id = {one.id: one for one in await store.lock_of_intake(tx, opportunity_id)}
    if not attended | absent <= by_id.keys():
        raise NotFound
    helped = await helped_by_whoever_acts(tx, [one.person_id for one in by_id.values()])
    events: list[Event[Engagement]] = []
    for id in sorted(attended | absent):
        lasted: dict[str, Any] = {"hours": hours.get(id), "preparation": prepared.get(id)}
        who: dict[str, Any] = {"by": tx.acting, "helped": helped}
        if news := record(by_id[id], session, attended=id in attended, now=tx.now, **lasted, **who):
            by_id[id], event = news
            events.append(event)
    await store.save(tx, *(event.state for event in events))
    await said.answered(tx, session_id, *(event.state.id for event in events))
    counted, due = places.recount(intake, _with_place(by_id.values()), now=tx.now)
    await counting.save(tx, counted)
    await tx.emit(*events, *([due] if due else []))


async def record_outcome(tx: Transaction[Member], opportunity_id: UUID, what_changed: str) -> None:
    """Say what changed. Everybody who took part can read it; whoever still waited for an answer has one.

    Raises NotFound, OutcomeAlreadyRecorded, OutcomeTooEarly or AttendanceFirst.
    """
    intake = await _lock_intake(tx, opportunity_id)
    engagements = await store.lock_of_intake(tx, opportunity_id)
    told = [(one, news) for one in engagements if (news := _told(tx, one))]
    intake = await settle(tx, intake, *told)
    recorded, event = places.record_outcome(intake, what_changed, _with_place(engagements), now=tx.now)
    await counting.save(tx, recorded)
    await tx.emit(event)


def _told(tx: Transaction, one: Engagement) -> Event[Engagement] | None:
    """What follows for one person when the outcome is recorded; nothing where theirs had ended before."""
    if one.status == "accepted":
        return domain.end(one, now=tx.now)[1]
    return domain.not_choose(one, why=OUTCOME_RECORDED, now=tx.now)[1] if one.status in domain.OPEN else None


def _with_place(engagements: Iterable[Engagement]) -> list[Engagement]:
    return [one for one in engagements if one.status == "accepted"]


async def _lock_intake(tx: Transaction[Member], opportunity_id: UUID) -> Intake:
    """Raises NotFound for another organisation's as for one that does not exist."""
    intake = await intakes.lock(tx, opportunity_id)
    if intake.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return intake
