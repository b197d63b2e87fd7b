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
from services.chassis.http.sending import SAYS_ONCE, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries, words
from services.engagements.commands import staff as commands
from services.engagements.domain.intake import WhatChanged
from services.engagements.forms import WantedPeople
from services.engagements.web import asking, choosing, lists
from services.engagements.web.choosing import at_intake

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
DONE = (
    choosing.DONE
    | asking.DONE
    | {
        "attendance": "Saved. Whoever came and is paid gets a claim to check.",
        "outcome": "It is kept. Everybody who took part is being told what changed.",
    }
)


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
        promises=links.PROMISES_OF.format(ods=acting.ods_code),
        values=values,
        errors=errors,
        back=intake.link,
    )
