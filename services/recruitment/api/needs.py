"""The JSON API of what people need: their own, and what is shown to whom they said yes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, helping, json_api
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.recruitment import answers, needed
from services.recruitment.commands import needs as commands
from services.recruitment.commands import pool
from services.recruitment.domain.needs import NeedsAnswers
from services.recruitment.store import needs as store

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]
MayBeShown = Annotated[Member, Depends(entry.staff(*needed.READERS))]


@own.get("/mine/needs")
async def my_needs(request: Request, acting: SignedIn) -> answers.MyNeeds:
    """What the person needs to take part, and who may see it."""
    async with open_transaction(request, acting) as tx:
        found = await store.get(tx, acting.person_id)
    if found is None:
        raise NotFound
    return answers.MyNeeds.build(**dict(found.public()), words=found.words)


@own.put("/mine/needs", does="say_needs", response_model=json_api.OnlyId)
async def give_needs(request: Request, said: NeedsAnswers, acting: SignedIn) -> Response:
    """Say what one needs, and who may see it. It takes the place of what was said before."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.give_needs(tx, said)
        return {"id": str(acting.person_id)}

    return await json_api.write(request, acting, act)


@own.post("/mine/needs/confirm", does="confirm_needs", response_model=json_api.OnlyId)
async def confirm_needs(request: Request, acting: SignedIn) -> Response:
    """Say that it still holds. The person is asked again in a year."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.confirm(tx)
        return {"id": str(acting.person_id)}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/people/{id}/needs")
async def needs_of_person(request: Request, ods: str, id: UUID, acting: MayBeShown) -> answers.NeedsShown:
    """What somebody needs who let it be seen: by their coordinator, or where they have a place."""
    async with open_transaction(request, acting) as tx:
        leader, shown = await needed.needs_shown(tx, id)
    return answers.NeedsShown(person_id=leader.id, called=leader.called, **vars(shown))
