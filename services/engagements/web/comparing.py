"""The coordinators' pages of people side by side, and of how each meets what the organisation chooses by."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import submit
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries, queries_comparing, words
from services.engagements.commands import comparing as commands
from services.engagements.commands.settling import lock_theirs
from services.engagements.domain.comparing import Marked
from services.engagements.forms import MarkForm
from services.engagements.store import marks as mark_store
from services.engagements.store.compared import at_once
from services.engagements.web import lists

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
MARKS = "/engagements/for/{ods}/people/{id}/marks"
DONE = {"marked": "The marks are kept. Your colleagues see them, and whose they are."}


@router.get(links.STAFF_SIDE_BY_SIDE)
async def side_by_side(
    request: Request, ods: str, opportunity_id: UUID, acting: Coordinator, asked: AskedByPage, status: str = ""
) -> Response:
    async with open_transaction(request, acting) as tx:
        intake = await queries.own_intake(tx, opportunity_id)
        asked = replace(asked, size=at_once(intake.opportunity.criteria))
        page, now = await queries_comparing.side_by_side(tx, asked, intake, status or None), tx.now
    return render(
        request,
        "side_by_side.jinja",
        i=intake,
        o=intake.opportunity,
        people=page.items,
        list=view(request, page, lists.COMPARED),
        now=now,
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


@router.get(MARKS)
async def marks_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _marks(id).shown(request, tx)
    return await _marks_page(request, acting, id, values, {})


@router.post(MARKS)
async def mark(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: MarkForm) -> str:
        theirs = await commands.mark(tx, id, form.marks)
        return confirmed(links.STAFF_SIDE_BY_SIDE.format(ods=ods, opportunity_id=theirs.opportunity_id), "marked")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _marks_page(request, acting, id, values, errors)

    return await submit(request, acting, MarkForm, act, again, kind=_marks(id))


def _marks(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        found = await queries_comparing.to_mark(tx, id)
        return {f"mark_{place}": of.marked.mark if of.marked else "" for place, of in enumerate(found.against, start=1)}

    async def hold(tx: Transaction[Member]) -> None:
        await lock_theirs(tx, id)

    async def said(tx: Transaction[Member]) -> str:
        marked = max((await mark_store.of_engagement(tx, id)).values(), key=_when, default=None)
        return await last_changed(tx, by=marked.by, at=marked.at, what="It was marked") if marked else ""

    return Changes(now=now, hold=hold, said=said)


def _when(of: Marked) -> Any:
    return of.at


async def _marks_page(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries_comparing.to_mark(tx, id)
    o = found.intake.opportunity
    return render(
        request,
        "marks.jinja",
        p=found,
        may=found.may,
        o=o,
        values=values,
        errors=errors,
        words=words,
        back=links.STAFF_SIDE_BY_SIDE.format(ods=acting.ods_code, opportunity_id=o.id),
    )
