"""The coordinators' pages: who showed interest, who came, and what changed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation
from services.chassis.http.lists import AskedByPage, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import SAYS_ONCE, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries, words
from services.engagements.commands import staff as commands
from services.engagements.domain.intake import WhatChanged
from services.engagements.domain.sessions import held
from services.engagements.forms import ANSWER, AttendanceForm, WantedPeople
from services.engagements.store import intakes
from services.engagements.store.applicants import Applicant
from services.engagements.web import choosing, lists
from services.engagements.web.choosing import at_intake

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
MOST_ON_A_PAGE = 150
"""People on one attendance page: a form takes at most 200 fields."""
DONE = choosing.DONE | {
    "attendance": "Saved. Whoever came and is paid gets a claim to check.",
    "outcome": "It is kept. Everybody who took part is being told what changed.",
}


@router.get("/engagements/for/{ods}/{opportunity_id}")
async def intake_page(
    request: Request,
    ods: str,
    opportunity_id: UUID,
    acting: Coordinator,
    asked: AskedByPage,
    wanted: WantedPeople,
) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[queries.OwnApplicant]:
        return await queries.own_applicants(tx, asked, await queries.own_intake(tx, opportunity_id), wanted)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.APPLICANT_COLUMNS)
    async with open_transaction(request, acting) as tx:
        intake = await queries.find_own_intake(tx, opportunity_id)
        if intake is None:
            comes = await queries.is_on_its_way(tx, opportunity_id)
            return render(request, "on_its_way.jinja", status=200 if comes else 404)
        page = await queries.own_applicants(tx, asked, intake, wanted)
        first, now = await queries.next_on_reserve(tx, intake), tx.now
    return render(
        request,
        "intake.jinja",
        i=intake,
        o=intake.opportunity,
        people=page.items,
        first=first,
        list=view(request, page, lists.APPLICANTS),
        sessions=[(s, s.id in intake.attendance_due, intake.records(s, now)) for s in intake.nearest(now)],
        now=now,
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


@router.get("/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}")
async def attendance(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator
) -> Response:
    return await _attendance_page(request, acting, (opportunity_id, session_id), {}, {})


@router.post("/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}")
async def record_attendance(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator
) -> Response:
    async def act(tx: Transaction[Member], form: AttendanceForm) -> str:
        await commands.record_attendance(tx, opportunity_id, session_id, attended=form.attended, absent=form.absent)
        return at_intake(ods, opportunity_id, "attendance")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _attendance_page(request, acting, (opportunity_id, session_id), values, errors)

    return await submit(request, acting, AttendanceForm, act, again, kind=_attendance(opportunity_id, session_id))


async def _attendance_page(
    request: Request, acting: Member, of: tuple[UUID, UUID], values: dict[str, Any], errors: dict[str, str]
) -> Response:
    """`of`: the opportunity's id and the session's."""
    async with open_transaction(request, acting) as tx:
        intake = await queries.own_intake(tx, of[0])
        session = intake.session(of[1])
        people = await queries.own_people_with_a_place(tx, of[0])
        known = await _attendance(*of).shown(request, tx)
        begun, records = session.starts_at <= tx.now, session in held(intake.opportunity, tx.now)
        not_mine_to_say = {acting.by, *await queries.whom_i_helped(tx, people)}
    with_place = sorted(people, key=lambda p: _recorded(p, of[1]) != "")
    return render(
        request,
        "attendance.jinja",
        o=intake.opportunity,
        s=session,
        begun=begun,
        records=records,
        people=[p for p in with_place if p.engagement.person_id not in not_mine_to_say][:MOST_ON_A_PAGE],
        myself=any(p.engagement.person_id in not_mine_to_say for p in with_place),
        more=len(with_place) > MOST_ON_A_PAGE,
        ods=acting.ods_code,
        values={**known, **values},
        errors=errors,
        answer=ANSWER,
        back=intake.link,
    )


def _attendance(opportunity_id: UUID, session_id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, str]:
        people = await queries.own_people_with_a_place(tx, opportunity_id)
        return {f"{ANSWER}{one.engagement.id}": _recorded(one, session_id) for one in people}

    async def hold(tx: Transaction[Member]) -> None:
        await queries.own_intake(tx, opportunity_id)
        await intakes.lock(tx, opportunity_id)

    async def said(tx: Transaction[Member]) -> str:
        people = await queries.own_people_with_a_place(tx, opportunity_id)
        recorded = [
            (one.recorded_at, one.recorded_by)
            for person in people
            for one in person.engagement.sessions
            if one.session_id == session_id and one.recorded_at
        ]
        last = max(recorded, key=lambda one: one[0], default=None)
        return await last_changed(tx, at=last[0], by=last[1]) if last else ""

    return Changes(now=now, hold=hold, left_out_stays=True, said=said)


def _recorded(of: Applicant, session_id: UUID) -> str:
    """What is recorded: yes, no, or nothing yet."""
    for one in of.engagement.sessions:
        if one.session_id == session_id and one.attended is not None:
            return "yes" if one.attended else "no"
    return ""


@router.get("/engagements/for/{ods}/{opportunity_id}/outcome")
async def outcome(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    return await _outcome_page(request, acting, opportunity_id, {}, {})


@router.post("/engagements/for/{ods}/{opportunity_id}/outcome")
async def record_outcome(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: WhatChanged) -> str:
        await commands.record_outcome(tx, opportunity_id, form.what_changed)
        return at_intake(ods, opportunity_id, "outcome")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _outcome_page(request, acting, opportunity_id, values, errors)

    return await submit(request, acting, WhatChanged, act, again, kind=SAYS_ONCE)


async def _outcome_page(
    request: Request, acting: Member, opportunity_id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        intake = await queries.own_intake(tx, opportunity_id)
    return render(
        request,
        "outcome.jinja",
        i=intake,
        o=intake.opportunity,
        ods=acting.ods_code,
        values=values,
        errors=errors,
        back=intake.link,
    )
