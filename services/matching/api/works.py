"""The JSON API of pieces of work: an organisation's own, and for everyone the roles of one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.matching import Opportunity, Work
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.lists import ManyAskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.commands import works as commands
from services.matching.domain import work as domain
from services.matching.domain.work import Kept, WorkChoices, WorkWords
from services.matching.forms import WorkFilters
from services.matching.store import works as store

router = APIRouter()
HERE = "/organisations/{ods}/work"
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]


class OwnWork(Work):
    """A piece of work, how many roles were posted as a part of it, and what coordinators may do with it now."""

    added_at: datetime
    ended_at: datetime | None
    roles: int
    choices: WorkChoices


class OwnWorks(OnePage):
    work: list[OwnWork]


class RolesOfWork(OnePage):
    """A piece of work in the words of its newest role, and its roles, open and past."""

    work: Work
    opportunities: list[Opportunity]


@router.get("/work/{id}")
async def roles_of_work(request: Request, id: UUID, acting: Anyone, asked: ManyAskedByApi) -> RolesOfWork:
    """One page of the roles of a piece of work, newest first. No sign-in. Each has the words it was posted with."""
    async with open_transaction(request, acting) as tx:
        newest, page = await queries.roles_of_work(tx, asked, id)
    roles = [one.opportunity for one in page.items]
    return RolesOfWork.model_validate({"work": newest.opportunity.work, "opportunities": roles, **going_on(page)})


@router.get(HERE)
async def own_works(
    request: Request, ods: str, acting: Coordinator, filters: WorkFilters, asked: ManyAskedByApi
) -> OwnWorks:
    """One page of the organisation's pieces of work, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await store.of_organisation(tx, asked, filters)
    return OwnWorks(work=[_own(one) for one in page.items], **going_on(page))


@router.post(HERE, status_code=201, response_model=json_api.OnlyId)
async def add_work(request: Request, ods: str, words: WorkWords, acting: Coordinator) -> Response:
    """Add a piece of work, by the five principles. New roles can be a part of it."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await commands.add_work(tx, words))}

    return await json_api.write(request, acting, act, status=201)


@router.get(HERE + "/{id}")
async def own_work(request: Request, ods: str, id: UUID, acting: Coordinator) -> OwnWork:
    """One of the organisation's pieces of work."""
    async with open_transaction(request, acting) as tx:
        return _own(await store.own(tx, id))


@router.put(HERE + "/{id}", response_model=json_api.OnlyId)
async def change_work(request: Request, ods: str, id: UUID, words: WorkWords, acting: Coordinator) -> Response:
    """Other words, for roles that are posted from now on. Those that were posted keep theirs."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.change_work(tx, id, words)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/end", response_model=json_api.OnlyId)
async def end_work(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """It has ended: no new role can be a part of it. Its roles stay."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.end_work(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/take-up", response_model=json_api.OnlyId)
async def take_up_work(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """It goes on again: new roles can be a part of it."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.take_up_work(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


def _own(kept: Kept) -> OwnWork:
    return OwnWork.build(
        **dict(kept.work),
        added_at=kept.added_at,
        ended_at=kept.ended_at,
        roles=kept.roles,
        choices=domain.choices(kept),
    )
