"""What was sent to an organisation, and what its approvers decide."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.payments import Claim
from services.chassis.base.hands import Member
from services.chassis.http import json_api
from services.chassis.http.lists import ManyAskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.payments import desk, queries
from services.payments.commands import claims as commands
from services.payments.domain.claim import Return, Seen
from services.payments.domain.deciding import StaffChoices

router = APIRouter()
Approver = Annotated[Member, Depends(desk.or_network("approver"))]


class OurClaim(Claim):
    """A claim as approvers of its organisation see it."""

    choices: StaffChoices


class OurClaims(OnePage):
    claims: list[OurClaim]


class Decided(BaseModel):
    """Where the claim stands now."""

    id: UUID
    status: str


def _ours(one: queries.OurClaim) -> OurClaim:
    return OurClaim.build(**dict(one.claim.public()), choices=one.choices)


@router.get("/organisations/{ods}/claims")
async def own_claims(request: Request, ods: str, acting: Approver, asked: ManyAskedByApi) -> OurClaims:
    """One page of what was sent to the organisation, the longest waiting first, whatever came of it."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_claims(tx, asked)
    return OurClaims(claims=[_ours(one) for one in page.items], **going_on(page))


@router.get("/organisations/{ods}/claims/{id}")
async def own_claim(request: Request, ods: str, id: UUID, acting: Approver) -> OurClaim:
    """One claim, and what whoever asks may do with it now."""
    async with open_transaction(request, acting) as tx:
        return _ours(await queries.own_claim(tx, id))


@router.post("/organisations/{ods}/claims/{id}/approve", response_model=Decided)
async def approve_claim(request: Request, ods: str, id: UUID, acting: Approver, seen: Seen | None = None) -> Response:
    """The claim is right and is paid in the next run. With `version` only the claim as it was seen."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.approve_claim(tx, id, seen=seen.version if seen else None)
        return {"id": str(id), "status": "approved"}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/claims/{id}/return", response_model=Decided)
async def return_claim(request: Request, ods: str, id: UUID, back: Return, acting: Approver) -> Response:
    """The claim goes back to its person, who is told why."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.return_claim(tx, id, why=back.why, seen=back.version)
        return {"id": str(id), "status": "returned"}

    return await json_api.write(request, acting, act)
