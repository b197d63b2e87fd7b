"""Claims of other organisations about which only the network's finance may decide."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from schemas.payments import Claim
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.lists import AskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.payments import queries

router = APIRouter()
Finance = Annotated[Member, Depends(entry.staff("finance"))]


class OthersClaims(OnePage):
    claims: list[Claim]


@router.get("/organisations/{ods}/claims-of-others")
async def claims_of_others(request: Request, ods: str, acting: Finance, asked: AskedByApi) -> OthersClaims:
    """One page of them, the longest waiting first; decided about under each one's own `ods_code`. 404 for every
    organisation but the network."""
    async with open_transaction(request, acting) as tx:
        page = await queries.claims_of_others(tx, asked)
    return OthersClaims(claims=[one.claim.public() for one in page.items], **going_on(page))
