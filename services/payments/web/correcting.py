"""Finance's page: a paid claim whose session was recorded otherwise since, with both facts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import button
from services.chassis.postgres.transaction import Transaction
from services.payments import desk, queries, words
from services.payments.commands import claims as commands

router = APIRouter()
Finance = Annotated[Member, Depends(desk.or_network("finance"))]
PAGE = links.STAFF_CORRECTED
DONE = {"settled": "It is noted that this is dealt with. Nobody is asked about it any more."}


@router.get(PAGE)
async def corrected(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.corrected_claim(tx, id)
    return render(
        request,
        "corrected.jinja",
        thing=found,
        c=found.claim,
        may=found.choices,
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


@router.post(PAGE + "/settle")
async def settle(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.settle_correction(tx, id)
        return confirmed(PAGE.format(ods=ods, id=id), "settled")

    return await button(request, acting, act)
