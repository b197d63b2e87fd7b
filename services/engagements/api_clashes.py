"""The JSON API of what is at the same time as a role, for whoever thinks of showing interest in it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.chassis.base.hands import Person
from services.chassis.base.refusals import NotFound
from services.chassis.http import helping
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.engagements import queries_clashes as queries
from services.engagements.answers import Clashes
from services.engagements.store import intakes

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]


@own.get("/mine/clashes/{opportunity_id}")
async def my_clashes(request: Request, opportunity_id: UUID, acting: SignedIn) -> Clashes:
    """What the person has at the time of a role's sessions to come. Nothing stops them from showing interest."""
    async with open_transaction(request, acting) as tx:
        if await intakes.get(tx, opportunity_id) is None:
            raise NotFound
        found = await queries.clashes_with(tx, opportunity_id)
    return Clashes(clashes=found, more=found.more)
