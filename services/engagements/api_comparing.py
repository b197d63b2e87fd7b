"""The JSON API of people side by side, and of how they meet what the organisation chooses by."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries, queries_comparing
from services.engagements.answers import SideBySidePage, Status, compared, short
from services.engagements.commands import comparing
from services.engagements.domain.comparing import Marks

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
AT_ONCE = 50


@router.get("/organisations/{ods}/intakes/{opportunity_id}/side-by-side")
async def side_by_side(
    request: Request, ods: str, opportunity_id: UUID, acting: Coordinator, asked: AskedByApi, status: str = ""
) -> SideBySidePage:
    """Those among whom is chosen, first come first, against what the organisation chooses by."""
    async with open_transaction(request, acting) as tx:
        intake = await queries.own_intake(tx, opportunity_id)
        page = await queries_comparing.side_by_side(tx, replace(asked, size=AT_ONCE), intake, status or None)
    o = intake.opportunity
    people = [compared(one) for one in page.items]
    return SideBySidePage(criteria=o.criteria, names_hidden=o.names_hidden, engagements=people, **going_on(page))


@router.put("/organisations/{ods}/engagements/{id}/marks", response_model=Status)
async def mark(request: Request, ods: str, id: UUID, marks: Marks, acting: Coordinator) -> Response:
    """How somebody meets each thing that the organisation chooses by, in its order; null takes a mark back."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return short(await comparing.mark(tx, id, marks))

    return await json_api.write(request, acting, act)
