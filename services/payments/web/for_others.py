"""The page of the network's finance: claims of other organisations about which nobody else may decide."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.payments import queries, words
from services.payments.web import lists

router = APIRouter()
Finance = Annotated[Member, Depends(entry.staff("finance"))]


@router.get(links.STAFF_CLAIMS_OF_OTHERS)
async def claims_of_others(request: Request, ods: str, acting: Finance, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page, today = await queries.claims_of_others(tx, asked), london_day(tx.now)
    return render(
        request,
        "for_others.jinja",
        things=page.items,
        list=view(request, page, lists.FOR_OTHERS),
        ods=ods,
        today=today,
        words=words,
        links=links,
    )
