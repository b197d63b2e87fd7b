"""The approver's pages: what waits longest first, approve it or send it back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, WordsToFind, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import HIDDEN_ONLY, SAYS_ONCE, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.payments import desk, queries, words
from services.payments.commands import claims as commands
from services.payments.domain.claim import Return, Seen
from services.payments.store.claim_lists import Listed
from services.payments.web import lists

router = APIRouter()
Approver = Annotated[Member, Depends(desk.or_network("approver"))]
DONE = {"approved": "Approved. Finance can pay it now.", "returned": "Sent back."}


@router.get("/claims/for/{ods}")
async def waiting(
    request: Request,
    ods: str,
    acting: Approver,
    asked: AskedByPage,
    find: WordsToFind,
    state: str = "",
) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[Listed]:
        return await queries.own_claims_in(tx, asked, state if state in lists.STATES else "sent", find)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.CLAIM_COLUMNS)
    async with open_transaction(request, acting) as tx:
        today = london_day(tx.now)
        page = await one_page(tx, asked)
        promise = await queries.promise(tx, acting.organisation_id)
    return render(
        request,
        "to_approve.jinja",
        things=page.items,
        list=view(request, page, lists.OURS),
        ods=ods,
        today=today,
        promise=promise,
        done=confirmation(request, DONE),
        links=links,
    )


@router.get("/claims/for/{ods}/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Approver) -> Response:
    return await _page(request, acting, id, template="to_approve_one.jinja")


async def _page(
    request: Request,
    acting: Member,
    id: UUID,
    *,
    template: str,
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.own_claim(tx, id)
        today, hands = london_day(tx.now), await queries.hands_in(tx, found.claim)
    return render(
        request,
        template,
        hands=hands,
        thing=found,
        c=found.claim,
        ods=acting.ods_code,
        today=today,
        may=found.choices,
        values=values or {},
        errors=errors or {},
        words=words,
        links=links,
    )


@router.post("/claims/for/{ods}/{id}/approve")
async def approve(request: Request, ods: str, id: UUID, acting: Approver) -> Response:
    async def act(tx: Transaction[Member], form: Seen) -> str:
        await commands.approve_claim(tx, id, seen=form.version)
        return confirmed(links.STAFF_CLAIMS.format(ods=ods), "approved")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, id, template="to_approve_one.jinja")

    return await submit(request, acting, Seen, act, again, kind=HIDDEN_ONLY)


@router.get("/claims/for/{ods}/{id}/return")
async def return_page(request: Request, ods: str, id: UUID, acting: Approver) -> Response:
    return await _page(request, acting, id, template="return.jinja")


@router.post("/claims/for/{ods}/{id}/return")
async def send_back(request: Request, ods: str, id: UUID, acting: Approver) -> Response:
    async def act(tx: Transaction[Member], form: Return) -> str:
        await commands.return_claim(tx, id, why=form.why, seen=form.version)
        return confirmed(links.STAFF_CLAIMS.format(ods=ods), "returned")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, id, template="return.jinja", values=values, errors=errors)

    return await submit(request, acting, Return, act, again, kind=SAYS_ONCE)
