"""Finance's pages for rates: what is in force, put one in force, close one."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.periods import Period
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import MAKES, submit
from services.chassis.postgres.transaction import Transaction
from services.payments import queries, words
from services.payments.commands import rates as commands
from services.payments.forms import CloseForm, RateForm
from services.payments.store import rates as store
from services.payments.web import lists

router = APIRouter()
Finance = Annotated[Member, Depends(entry.staff("finance"))]
DONE = {"issued": "The rate is in force from its first day.", "closed": "The rate has its last day."}


@router.get("/payments/for/{ods}/rates")
async def listed(request: Request, ods: str, acting: Finance, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await queries.own_rate_cards(tx, asked)
        over = {card.id for card in page.items if Period.of(card).ends_before(london_day(tx.now))}
    return render(
        request,
        "rates.jinja",
        cards=page.items,
        list=view(request, page, lists.RATES),
        over=over,
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
    )


@router.get("/payments/for/{ods}/rates/new")
async def new(request: Request, ods: str, acting: Finance) -> Response:
    return render(request, "rate_new.jinja", values={}, errors={}, ods=ods, words=words)


@router.post("/payments/for/{ods}/rates/new")
async def issue(request: Request, ods: str, acting: Finance) -> Response:
    async def act(tx: Transaction[Member], form: RateForm) -> str:
        await commands.issue_rate(tx, form)
        return confirmed(f"/payments/for/{ods}/rates", "issued")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "rate_new.jinja", values=values, errors=errors, ods=ods, words=words)

    return await submit(request, acting, RateForm, act, again, kind=MAKES)


@router.get("/payments/for/{ods}/rates/{id}/close")
async def close_page(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    return await _close_page(request, acting, id, ({}, {}))


def _closes(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        last = (await store.one_of_organisation(tx, tx.acting.organisation_id, id)).valid_to
        return {f"valid_to_{part}": getattr(last, part, "") for part in ("day", "month", "year")}

    async def hold(tx: Transaction[Member]) -> None:
        await store.lock(tx, id, organisation_id=tx.acting.organisation_id)

    return Changes(now=now, hold=hold)


@router.post("/payments/for/{ods}/rates/{id}/close")
async def close(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    async def act(tx: Transaction[Member], form: CloseForm) -> str:
        await commands.close_rate(tx, id, form.valid_to)
        return confirmed(f"/payments/for/{ods}/rates", "closed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _close_page(request, acting, id, (values, errors))

    return await submit(request, acting, CloseForm, act, again, kind=_closes(id))


async def _close_page(
    request: Request, acting: Member, id: UUID, typed: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        card = await store.one_of_organisation(tx, acting.organisation_id, id)
        known = await _closes(id).shown(request, tx)
    values, errors = typed
    return render(
        request, "rate_close.jinja", card=card, values=values or known, errors=errors, ods=acting.ods_code, words=words
    )
