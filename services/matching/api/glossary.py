"""The JSON API of the glossary: found by anybody, kept by the network's staff."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, OnePage, WordsToFind, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching.commands import glossary as commands
from services.matching.domain.glossary import Entry, EntryWords
from services.matching.store import glossary as store

router = APIRouter()
HERE = "/organisations/{ods}/glossary"
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Keeper = Annotated[Member, Depends(entry.staff("coordinator", "admin"))]


class Term(BaseModel):
    """One word, what to say instead, what it means, and since when it stands there so."""

    id: UUID
    term: str
    plain: str
    explanation: str
    since: datetime


class Terms(OnePage):
    terms: list[Term]


@router.get("/glossary")
async def glossary(request: Request, acting: Anyone, asked: AskedByApi, find: WordsToFind) -> Terms:
    """One page of the glossary, by word; `words`: a part of the word, or of its plain words. No sign-in."""
    async with open_transaction(request, acting) as tx:
        page = await store.entries(tx, asked, find)
    return Terms(terms=[_said(one) for one in page.items], **going_on(page))


@router.get(HERE + "/{id}")
async def one_term(request: Request, ods: str, id: UUID, acting: Keeper) -> Term:
    """One word of the glossary, for those who keep it."""
    async with open_transaction(request, acting) as tx:
        await commands.must_be_the_network(tx)
        return _said(await store.get(tx, id))


@router.post(HERE, status_code=201, response_model=json_api.OnlyId)
async def add_term(request: Request, ods: str, body: EntryWords, acting: Keeper) -> Response:
    """One more word. It holds at once, on every draft that is not posted yet."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        return {"id": str(await commands.add_term(tx, body))}

    return await json_api.write(request, acting, act, status=201)


@router.put(HERE + "/{id}", response_model=json_api.OnlyId)
async def change_term(request: Request, ods: str, id: UUID, body: EntryWords, acting: Keeper) -> Response:
    """The same word in other words."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.change_term(tx, id, body)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.delete(HERE + "/{id}", response_model=json_api.OnlyId)
async def take_out_term(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    """Nobody is shown it any more."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.take_out_term(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


def _said(one: Entry) -> Term:
    return Term(id=one.id, term=one.term, plain=one.plain, explanation=one.explanation, since=one.since)
