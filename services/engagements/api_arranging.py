"""The JSON API of what somebody with a place needs, and of what is arranged of it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.engagements.answers import NeedsOfPlace
from services.engagements.commands import arranging as commands
from services.engagements.domain.arranging import Arranging, asked_for

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


@router.get("/organisations/{ods}/engagements/{id}/needs")
async def needs_of_place(request: Request, ods: str, id: UUID, acting: Coordinator) -> NeedsOfPlace:
    """What somebody with a place needs, who lets organisations see it, and what is arranged."""
    async with open_transaction(request, acting) as tx:
        found = await commands.asked_for(tx, id)
    return NeedsOfPlace(
        id=id,
        person_id=found.engagement.person_id,
        asked_for=asked_for(found.needs),
        arranged=found.arranged.codes if found.arranged else (),
    )


@router.put("/organisations/{ods}/engagements/{id}/needs", response_model=json_api.OnlyId)
async def arrange_needs(request: Request, ods: str, id: UUID, said: Arranging, acting: Coordinator) -> Response:
    """Say what is arranged. It takes the place of what was said before; the person sees it."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.arrange(tx, id, said)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)
