"""The JSON API of engagements. Everything that its pages do can be done here too."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.engagements import Engagement
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Hand, Transaction
from services.engagements import queries
from services.engagements.commands import mine, staff
from services.engagements.domain.engagement import InterestWords
from services.engagements.domain.intake import WhatChanged
from services.engagements.forms import Attendance, Interest, WantedPeople
from services.engagements.store import intakes
from services.engagements.store.engagements import Applicant, Mine

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


@router.post("/mine/interests", status_code=201)
async def show_interest(request: Request, interest: Interest, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        written = InterestWords(why=interest.why, needs=interest.needs)
        return _short(await mine.show_interest(tx, interest.opportunity_id, written))

    return await json_api.write(request, acting, act, status=201)


@router.get("/mine/engagements")
async def my_engagements(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> dict[str, Any]:
    """One page of the person's engagements, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_engagements(tx, asked)
    return {"engagements": [_mine(one) for one in page.items]} | going_on(page)


@router.get("/mine/engagements/{id}")
async def my_engagement(request: Request, id: UUID, acting: SignedIn) -> dict[str, Any]:
    async with open_transaction(request, acting) as tx:
        return _mine(await queries.my_engagement(tx, id))


@router.post("/mine/engagements/{id}/accept")
async def accept(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _do(request, acting, id, mine.accept)


@router.post("/mine/engagements/{id}/decline")
async def decline(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _do(request, acting, id, mine.decline)


@router.post("/mine/engagements/{id}/withdraw")
async def withdraw(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _do(request, acting, id, mine.withdraw)


@router.get("/organisations/{ods}/intakes/{opportunity_id}")
async def intake(
    request: Request,
    ods: str,
    opportunity_id: UUID,
    acting: Coordinator,
    asked: ManyAskedByApi,
    wanted: WantedPeople,
) -> dict[str, Any]:
    """Places, sessions, and who showed interest. What people need is given once they have a place."""
    async with open_transaction(request, acting) as tx:
        found = await queries.own_intake(tx, opportunity_id)
        page = await queries.own_applicants(tx, asked, opportunity_id, wanted)
    return {
        "intake": json_api.as_json(found.public()),
        "title": found.opportunity.title,
        "sessions": [json_api.as_json(session) for session in found.opportunity.sessions],
        "engagements": [_applicant(person) for person in page.items],
    } | going_on(page)


@router.post("/organisations/{ods}/engagements/{id}/offer")
async def offer(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _do(request, acting, id, staff.offer_place)


@router.post("/organisations/{ods}/engagements/{id}/not-chosen")
async def not_chosen(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _do(request, acting, id, staff.not_choose)


@router.post("/organisations/{ods}/intakes/{opportunity_id}/sessions/{session_id}/attendance")
async def attendance(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, form: Attendance, acting: Coordinator
) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, int]:
        attended, absent = frozenset(form.attended), frozenset(form.absent)
        await staff.record_attendance(tx, opportunity_id, session_id, attended=attended, absent=absent)
        return {"attended": len(attended), "absent": len(absent)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/intakes/{opportunity_id}/outcome", status_code=201)
async def outcome(request: Request, ods: str, opportunity_id: UUID, form: WhatChanged, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await staff.record_outcome(tx, opportunity_id, form.what_changed)
        return {"opportunity_id": str(opportunity_id)}

    return await json_api.write(request, acting, act, status=201)


@router.get("/outcomes")
async def outcomes(request: Request, acting: Anyone, asked: AskedByApi, organisation: str = "") -> dict[str, Any]:
    """One page of what changed, newest first. `organisation`: an ODS code. No sign-in."""
    async with open_transaction(request, acting) as tx:
        page = await intakes.outcomes(tx, asked, ods_code=organisation.upper() or None)
    outcomes = [
        {
            "opportunity_id": str(one.opportunity.id),
            "title": one.opportunity.title,
            "organisation": one.organisation,
            **json_api.as_json(one.outcome),
        }
        for one in page.items
    ]
    return {"outcomes": outcomes} | going_on(page)


async def _do(
    request: Request, acting: Hand, id: UUID, command: Callable[[Transaction[Hand], UUID], Awaitable[Engagement]]
) -> Response:
    async def act(tx: Transaction[Hand]) -> dict[str, str]:
        return _short(await command(tx, id))

    return await json_api.write(request, acting, act)


def _short(of: Engagement) -> dict[str, str]:
    return {"id": str(of.id), "status": of.status}


def _mine(of: Mine) -> dict[str, Any]:
    more = {"title": of.opportunity.title, "organisation": of.organisation, "what_changed": of.what_changed}
    claims = [{"id": str(c.id), "session_id": str(c.session_id), "status": c.status} for c in of.claims]
    return {**json_api.as_json(of.engagement), **more, "why": of.why, "needs": of.needs, "claims": claims}


def _applicant(of: Applicant) -> dict[str, Any]:
    about = {"called": of.called, "reference": of.reference, "why": of.why, "trained_in": of.trained_in}
    return {**json_api.as_json(of.engagement), **about, "needs": of.needs, "access": of.access}
