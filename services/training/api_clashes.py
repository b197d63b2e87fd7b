"""The JSON API of what is at the same time as training, for whoever thinks of taking a place."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.training import queries
from services.training.answers import Clashes

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]


@own.get("/mine/clashes/{programme_id}")
async def my_clashes(request: Request, programme_id: UUID, acting: SignedIn) -> Clashes:
    """What the person has at the time of a programme's sessions to come. Nothing stops them from taking a place."""
    async with open_transaction(request, acting) as tx:
        found = await queries.my_clashes(tx, programme_id)
    return Clashes(clashes=[one for few in found.values() for one in few], more=any(few.more for few in found.values()))
