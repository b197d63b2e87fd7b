"""The desks of organisations: found by anybody, kept by their staff."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from schemas.identity import Desk
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.limits import limited, words_are_sought
from services.chassis.http.lists import AskedByApi, WordsToFind, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, queries, tokens
from services.identity.api import answers
from services.identity.commands import desks as commands
from services.identity.desk_forms import DeskWords
from services.identity.store import desks as store

router = APIRouter()
HERE = "/organisations/{ods}/desks"
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Searching = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.SEARCH, only_if=words_are_sought))]
Keeper = Annotated[Member, Depends(tokens.keeper)]


@router.get(HERE)
async def desks(request: Request, ods: str, acting: Searching, asked: AskedByApi, find: WordsToFind) -> answers.Desks:
    """One page of the desks that are kept now, by name; `words`: a part of the name."""
    async with open_transaction(request, acting) as tx:
        organisation = await queries.organisation(tx, ods)
        page = await store.desks(tx, asked, organisation.id, find)
    return answers.Desks(desks=list(page.items), **going_on(page))


@router.get(HERE + "/{id}")
async def one_desk(request: Request, ods: str, id: UUID, acting: Anyone) -> Desk:
    """One desk that is kept now."""
    async with open_transaction(request, acting) as tx:
        organisation = await queries.organisation(tx, ods)
        return await store.desk(tx, id, organisation.id)


@router.post(HERE, status_code=201, response_model=json_api.OnlyId)
async def add_desk(request: Request, ods: str, body: DeskWords, acting: Keeper) -> Response:
    """One more desk."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        return {"id": await commands.add_desk(tx, body.fields())}

    return await json_api.write(request, acting, act, status=201)


@router.put(HERE + "/{id}", response_model=json_api.OnlyId)
async def change_desk(request: Request, ods: str, id: UUID, body: DeskWords, acting: Keeper) -> Response:
    """The same desk in other words."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.change_desk(tx, id, body.fields())
        return {"id": id}

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/close", response_model=json_api.OnlyId)
async def close_desk(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    """It is not shown any more."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.close_desk(tx, id)
        return {"id": id}

    return await json_api.write(request, acting, act)
