"""What was sent or paid, and is recorded otherwise since: for an organisation's finance."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.payments import Claim
from services.chassis.base.hands import Member
from services.chassis.http import json_api
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.payments import desk, queries
from services.payments.commands import claims as commands
from services.payments.domain.correcting import CorrectionChoices

router = APIRouter()
Finance = Annotated[Member, Depends(desk.or_network("finance"))]
ONE = "/organisations/{ods}/corrected/{id}"


class CorrectedClaim(Claim):
    """A claim beside what the record says now. `recorded_pence`: what that earns, where it is another amount."""

    attended: bool
    recorded_pence: int | None
    corrected_at: datetime | None
    settled_at: datetime | None
    choices: CorrectionChoices


@router.get(ONE)
async def corrected_claim(request: Request, ods: str, id: UUID, acting: Finance) -> CorrectedClaim:
    """A claim, and what is recorded of its session now."""
    async with open_transaction(request, acting) as tx:
        found = await queries.corrected_claim(tx, id)
    one = found.claim
    return CorrectedClaim.build(
        **dict(one.public()),
        attended=one.attended,
        recorded_pence=one.recorded_pence,
        corrected_at=one.corrected_at,
        settled_at=one.settled_at,
        choices=found.choices,
    )


@router.post(ONE + "/settle", response_model=json_api.OnlyId)
async def settle_correction(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    """What was paid too much or too little is dealt with, outside of the network. Nobody is asked about it any more."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.settle_correction(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)
