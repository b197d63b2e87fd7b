"""The JSON API of words that mean the same in a search: read by anybody, kept by the network's staff."""

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
from services.matching.commands import synonyms as commands
from services.matching.commands.glossary import must_be_the_network
from services.matching.domain.synonyms import SynonymWords
from services.matching.store import synonyms as store

router = APIRouter()
HERE = "/organisations/{ods}/synonyms"
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Keeper = Annotated[Member, Depends(entry.staff("coordinator", "admin"))]


class SameWords(BaseModel):
    """Words that mean the same: a search for one finds the others. Since when they stand there so."""

    id: UUID
    words: list[str]
    since: datetime


class Synonyms(OnePage):
    groups: list[SameWords]


@router.get("/synonyms")
async def synonyms(request: Request, acting: Anyone, asked: AskedByApi, find: WordsToFind) -> Synonyms:
    """One page of the words that mean the same in a search; `words`: a part of one. No sign-in."""
    async with open_transaction(request, acting) as tx:
        page = await store.some(tx, asked, find)
    return Synonyms(groups=[_said(one) for one in page.items], **going_on(page))


@router.get(HERE + "/{id}")
async def one_group(request: Request, ods: str, id: UUID, acting: Keeper) -> SameWords:
    """One group of words, for those who keep them."""
    async with open_transaction(request, acting) as tx:
        await must_be_the_network(tx)
        return _said(await store.get(tx, id))


@router.post(HERE, status_code=201, response_model=json_api.OnlyId)
async def add_synonyms(request: Request, ods: str, body: SynonymWords, acting: Keeper) -> Response:
    """One more group. It holds at once, in every search."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        return {"id": str(await commands.add(tx, body))}

    return await json_api.write(request, acting, act, status=201)


@router.put(HERE + "/{id}", response_model=json_api.OnlyId)
async def change_synonyms(request: Request, ods: str, id: UUID, body: SynonymWords, acting: Keeper) -> Response:
    """Other words in the same group."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.change(tx, id, body)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.delete(HERE + "/{id}", response_model=json_api.OnlyId)
async def take_out_synonyms(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    """They do not count as the same any more."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.take_out(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


def _said(one: store.Group) -> SameWords:
    return SameWords(id=one.id, words=list(one.words), since=one.since)
