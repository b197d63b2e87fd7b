"""The JSON API of the ways to get involved: read by anybody, kept by each organisation's coordinators."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching import words_of_ways
from services.matching.commands import ways_in as commands
from services.matching.domain.way_in import WayIn, WayInWords
from services.matching.forms import WayFilters
from services.matching.store import ways_in as store

router = APIRouter()
HERE = "/organisations/{ods}/ways-in"
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


class WayInSaid(BaseModel):
    """One way to get involved. `made_of_roles`: nobody wrote it, it says what the roles of the last year were; then
    `looks_for` are their titles, and `open_now` whether one of the kind is open. `run_by`: who runs it where that is
    not the organisation, whose `link` is then another website.
    """

    id: UUID
    organisation: str
    ods_code: str
    run_by: str
    made_of_roles: bool
    kind: str
    title: str
    summary: str
    looks_for: Sequence[str]
    works: Sequence[str]
    takes: str
    expertise: str
    how: str
    link: str
    since: datetime
    open_now: bool


class WaysInSaid(OnePage):
    ways_in: list[WayInSaid]


class OwnWaysIn(BaseModel):
    """All of one organisation, in its order."""

    ways_in: list[WayInSaid]


@router.get("/ways-in")
async def ways_in(request: Request, acting: Anyone, filters: WayFilters, asked: AskedByApi) -> WaysInSaid:
    """One page of the ways to get involved, by who runs them. No sign-in. `time`: see `takes`."""
    async with open_transaction(request, acting) as tx:
        page = await store.found(tx, asked, filters)
    return WaysInSaid(ways_in=[_said(one) for one in page.items], **going_on(page))


@router.get(HERE)
async def own_ways_in(request: Request, ods: str, acting: Coordinator) -> OwnWaysIn:
    """Those of one organisation, for its coordinators; at most 30, and what is made of its roles."""
    async with open_transaction(request, acting) as tx:
        return OwnWaysIn(ways_in=[_said(one) for one in await store.own(tx)])


@router.get(HERE + "/{id}")
async def own_way_in(request: Request, ods: str, id: UUID, acting: Coordinator) -> WayInSaid:
    """One that the organisation keeps."""
    async with open_transaction(request, acting) as tx:
        return _said(await store.get(tx, id))


@router.post(HERE, status_code=201, response_model=json_api.OnlyId)
async def add_way_in(request: Request, ods: str, body: WayInWords, acting: Coordinator) -> Response:
    """One more way to get involved: everybody sees it at once, the last of the organisation's."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        return {"id": str(await commands.add_way_in(tx, body))}

    return await json_api.write(request, acting, act, status=201)


@router.put(HERE + "/{id}", response_model=json_api.OnlyId)
async def change_way_in(request: Request, ods: str, id: UUID, body: WayInWords, acting: Coordinator) -> Response:
    """The same in other words."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.change_way_in(tx, id, body)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/up", response_model=json_api.OnlyId)
async def move_way_in_up(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """One place higher among the organisation's; the first stays where it is."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.move_way_in_up(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.delete(HERE + "/{id}", response_model=json_api.OnlyId)
async def take_out_way_in(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """Nobody is shown it any more."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.take_out_way_in(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


def _said(one: WayIn) -> WayInSaid:
    return WayInSaid.model_validate({**asdict(one), "title": words_of_ways.title(one)})
