"""A coordinator's page: what somebody with a place needs, and what is arranged of it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import submit
from services.chassis.postgres.transaction import Transaction
from services.engagements import words
from services.engagements.commands import arranging as commands
from services.engagements.domain.arranging import Arranging, asked_for
from services.engagements.store import engagements

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
PAGE = "/engagements/for/{ods}/people/{id}/needs"
DONE = {"arranged": "Saved. The person sees it on the page of their role."}


@router.get(PAGE)
async def arranging_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _arranging(id).shown(request, tx)
    return await _page(request, acting, id, (values, {}))


@router.post(PAGE)
async def arrange(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Arranging) -> str:
        await commands.arrange(tx, id, form)
        return confirmed(PAGE.format(ods=ods, id=id), "arranged")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, id, (values, errors))

    return await submit(request, acting, Arranging, act, again, kind=_arranging(id))


async def _page(request: Request, acting: Member, id: UUID, shown: tuple[dict[str, Any], dict[str, str]]) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await commands.asked_for(tx, id)
    return render(
        request,
        "arranging.jinja",
        called=found.called,
        person_id=found.engagement.person_id,
        asked={code: words.NEEDED.get(code, code) for code in asked_for(found.needs)},
        values=shown[0],
        errors=shown[1],
        back=links.STAFF_INTAKE.format(ods=acting.ods_code, opportunity_id=found.engagement.opportunity_id),
        ods=acting.ods_code,
        done=confirmation(request, DONE),
        links=links,
    )


def _arranging(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        found = await commands.asked_for(tx, id)
        return {"arranged": found.arranged.codes if found.arranged else ()}

    async def hold(tx: Transaction[Member]) -> None:
        await commands.asked_for(tx, id)
        await engagements.lock(tx, id)

    async def said(tx: Transaction[Member]) -> str:
        last = (await commands.asked_for(tx, id)).arranged
        return await last_changed(tx, at=last.at, by=last.by) if last else ""

    return Changes(now=now, hold=hold, said=said)
