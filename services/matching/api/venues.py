"""The JSON API of venues: what a role or a job says of where it is, at a place that its organisation keeps."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.request import open_transaction
from services.matching.commands import venues as commands
from services.matching.commands.venues import Filled
from services.matching.entering import or_who_drafts
from services.matching.store import asked

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Drafter = Annotated[Member, Depends(or_who_drafts("coordinator"))]


class Venues(BaseModel):
    venues: list[Filled]


@router.get("/organisations/{ods}/venues")
async def venues(request: Request, ods: str, acting: Coordinator) -> Venues:
    """Places that the organisation keeps. Send `place`, `district` and, of a role, `getting_in` of one with a posting
    or with what changes of it."""
    async with open_transaction(request, acting) as tx:
        return Venues(venues=await commands.kept(tx))


@router.get("/organisations/{ods}/asked/{id}/venues")
async def venues_of_asked(request: Request, ods: str, id: UUID, acting: Drafter) -> Venues:
    """The same, to whoever drafts a role for the organisation that asked for it."""
    async with open_transaction(request, acting) as tx:
        await asked.one(tx, id)
        return Venues(venues=await commands.kept(tx))
