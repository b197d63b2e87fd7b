"""A coordinator's page: who came to a session, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.matching import Session
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.lists import Search, View, WordsToFind
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import submit
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries, words
from services.engagements.commands import staff as commands
from services.engagements.domain.attendance import HOURS, hours_typed, recorded, wrong_answers
from services.engagements.domain.preparing import PREPARED, WrongPreparation
from services.engagements.domain.saying import Said
from services.engagements.domain.sessions import held
from services.engagements.forms import ANSWER, AttendanceForm
from services.engagements.store import intakes, policies
from services.engagements.store import said as said_store
from services.engagements.store.applicants import Applicant
from services.engagements.web.choosing import at_intake

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
MOST_ON_A_PAGE = 20
"""People on one page, which stays below 60 kB with all that they say of what was recorded. Others are searched for."""
SEARCH = Search("Find somebody who has a place", "A part of what they are called, or the reference")
PAGE = "/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}"


@dataclass(frozen=True)
class Asked:
    """Somebody of whom it can be recorded whether they came, what is recorded, and what they said of it."""

    person: Applicant
    record: str
    said: Said | None

    @property
    def comes_first(self) -> tuple[bool, bool]:
        """Who says that a record is wrong, then who has none."""
        return self.said is None or not self.record, bool(self.record)

    def is_called(self, words: str) -> bool:
        return words.casefold() in self.person.called.casefold() or words.upper() == self.person.reference


@router.get(PAGE)
async def attendance(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator, words: WordsToFind
) -> Response:
    return await _page(request, acting, (opportunity_id, session_id), {}, {}, words)


@router.post(PAGE)
async def record_attendance(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator
) -> Response:
    async def act(tx: Transaction[Member], form: AttendanceForm) -> str:
        hours = hours_typed(form.each_hours, wrong_answers(form.neither))
        prepared = hours_typed(form.each_preparation, of=PREPARED, why=WrongPreparation)
        how_long = {"hours": hours, "prepared": prepared}
        await commands.record_attendance(
            tx, opportunity_id, session_id, attended=form.attended, absent=form.absent, **how_long
        )
        return at_intake(ods, opportunity_id, "attendance")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, (opportunity_id, session_id), values, errors)

    return await submit(request, acting, AttendanceForm, act, again, kind=_attendance(opportunity_id, session_id))


async def _page(
    request: Request,
    acting: Member,
    of: tuple[UUID, UUID],
    values: dict[str, Any],
    errors: dict[str, str],
    wanted: str = "",
) -> Response:
    """`of`: the opportunity's id and the session's. `wanted`: words by which somebody is searched for."""
    async with open_transaction(request, acting) as tx:
        intake = await queries.own_intake(tx, of[0])
        session = intake.session(of[1])
        people = await queries.own_people_with_a_place(tx, of[0])
        recorded_now = _answers(people, session)
        known = await _attendance(*of, recorded_now).shown(request, tx)
        begun, records = session.starts_at <= tx.now, session in held(intake.opportunity, tx.now)
        not_mine_to_say = {acting.by, *await queries.whom_i_helped(tx, people)}
        said = await said_store.of_session(tx, of[1])
        most = await policies.preparation(tx, intake.organisation_id, on=london_day(session.starts_at))
    asked = sorted((_asked(one, session, said) for one in people), key=lambda one: one.comes_first)
    mine = [one for one in asked if one.person.engagement.person_id not in not_mine_to_say]
    found = _of_form(mine, values) or [one for one in mine if one.is_called(wanted)]
    return render(
        request,
        "attendance.jinja",
        o=intake.opportunity,
        s=session,
        begun=begun,
        records=records,
        people=found[:MOST_ON_A_PAGE],
        myself=len(mine) < len(asked),
        more=len(found) > MOST_ON_A_PAGE,
        list=_search(request, wanted) if records and len(mine) > MOST_ON_A_PAGE else None,
        ods=acting.ods_code,
        values={**known, **values},
        errors=errors,
        answer=ANSWER,
        hours=HOURS,
        prepared=PREPARED,
        most_prepared=most,
        words=words,
        back=intake.link,
    )


def _of_form(people: Sequence[Asked], sent: dict[str, Any]) -> list[Asked]:
    """Those whom a form that comes back was about, however the order of all has changed since."""
    return [one for one in people if f"{ANSWER}{one.person.engagement.id}" in sent]


def _search(request: Request, wanted: str) -> View:
    return View(request.url.path, count="", search=SEARCH, values={SEARCH.name: wanted} if wanted else {})


def _asked(of: Applicant, session: Session, said: dict[UUID, Said]) -> Asked:
    was = recorded(of.engagement, session.id)
    record = "" if was is None else words.came(was, session)
    return Asked(of, record, said.get(of.engagement.id))


def _attendance(opportunity_id: UUID, session_id: UUID, known: dict[str, str] | None = None) -> Changes[Member]:
    """`known`: what is recorded, where it was read in the same transaction already."""

    async def now(tx: Transaction[Member]) -> dict[str, str]:
        if known is not None:
            return known
        session = (await queries.own_intake(tx, opportunity_id)).session(session_id)
        return _answers(await queries.own_people_with_a_place(tx, opportunity_id), session)

    async def hold(tx: Transaction[Member]) -> None:
        await queries.own_intake(tx, opportunity_id)
        await intakes.lock(tx, opportunity_id)

    async def said(tx: Transaction[Member]) -> str:
        people = await queries.own_people_with_a_place(tx, opportunity_id)
        records = [was for one in people if (was := recorded(one.engagement, session_id))]
        last = max(((was.recorded_at, was.recorded_by) for was in records if was.recorded_at), default=None)
        return await last_changed(tx, at=last[0], by=last[1]) if last else ""

    return Changes(now=now, hold=hold, left_out_stays=True, said=said)


def _answers(people: Sequence[Applicant], session: Session) -> dict[str, str]:
    """Yes, no, or nothing yet; hours where they are not as planned. A record that its person says is wrong is asked for
    again: nobody confirms it by sending the rest of the page.
    """
    found: dict[str, str] = {}
    for one in people:
        was = recorded(one.engagement, session.id)
        stands = was if was and was.said_wrong_at is None else None
        answer, hours = f"{ANSWER}{one.engagement.id}", f"{HOURS}{one.engagement.id}"
        prepared = stands.preparation_hours if stands else None
        found[f"{PREPARED}{one.engagement.id}"] = f"{prepared:g}" if prepared else ""
        found[answer] = ("yes" if stands.attended else "no") if stands else ""
        found[hours] = f"{stands.hours:g}" if stands and stands.attended and stands.hours != session.hours else ""
    return found
