"""The JSON API of changing an opportunity after it was posted, and of what was changed."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching import queries, words_of_changes
from services.matching.commands import changing
from services.matching.domain.parts import (
    NewChoosing,
    NewDays,
    NewJob,
    NewOpening,
    NewPeople,
    NewPlace,
    NewPurpose,
    NewTerms,
    NewWords,
    Part,
    Why,
)
from services.matching.store import editions

router = APIRouter()
ROLE = "/organisations/{ods}/opportunities/{id}"
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]


class Difference(BaseModel):
    """One thing that changed, in words."""

    what: str
    before: str
    after: str


class OneChange(BaseModel):
    """What was changed at once after it was posted. `version`: of the opportunity, since then; `parts`: as in its own
    `changed`, and called_off; `differences`: in words, none where nobody kept what it said before.
    """

    version: int
    at: datetime
    parts: list[str]
    why: str
    differences: list[Difference]


class ManyChanges(OnePage):
    changes: list[OneChange]


@router.get("/opportunities/{id}/changes")
async def changes(request: Request, id: UUID, acting: Anyone, asked: AskedByApi) -> ManyChanges:
    """One page of what was changed of an opportunity after it was posted, newest first. No sign-in. Sessions say
    themselves how they were changed."""
    async with open_transaction(request, acting) as tx:
        await queries.opportunity(tx, id)
        page = await editions.changes(tx, asked, id)
    made = [
        OneChange(
            version=one.version,
            at=one.at,
            parts=list(one.parts),
            why=one.why,
            differences=[Difference(**vars(it)) for it in words_of_changes.differences(one)],
        )
        for one in page.items
    ]
    return ManyChanges(changes=made, **going_on(page))


async def _change(request: Request, acting: Member, id: UUID, new: Part) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await changing.change(tx, id, new)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.put(ROLE + "/role", response_model=json_api.OnlyId)
async def change_role(request: Request, ods: str, id: UUID, new: NewWords, acting: Coordinator) -> Response:
    """Say anew what the role is. Whoever has a place, an offer or an interest is told once, and why."""
    return await _change(request, acting, id, new)


@router.put(ROLE + "/purpose", response_model=json_api.OnlyId)
async def change_purpose(request: Request, ods: str, id: UUID, new: NewPurpose, acting: Coordinator) -> Response:
    """Say anew why people are asked, and what will change."""
    return await _change(request, acting, id, new)


@router.put(ROLE + "/when", response_model=json_api.OnlyId)
async def change_when(request: Request, ods: str, id: UUID, new: NewPlace, acting: Coordinator) -> Response:
    """Say anew where it is, how much time it takes and for how long. Sessions have addresses of their own."""
    return await _change(request, acting, id, new)


@router.put(ROLE + "/people", response_model=json_api.OnlyId)
async def change_people(request: Request, ods: str, id: UUID, new: NewPeople, acting: Coordinator) -> Response:
    """Say anew who is looked for, and what is there for them."""
    return await _change(request, acting, id, new)


@router.put(ROLE + "/choosing", response_model=json_api.OnlyId)
async def change_choosing(request: Request, ods: str, id: UUID, new: NewChoosing, acting: Coordinator) -> Response:
    """Say anew how people are chosen. Criteria, and whether names are hidden, stay as they were posted."""
    return await _change(request, acting, id, new)


@router.put(ROLE + "/places", response_model=json_api.OnlyId)
async def change_places(request: Request, ods: str, id: UUID, new: NewTerms, acting: Coordinator) -> Response:
    """Say anew how many places there are, and what is paid from now on. An offer that was made keeps its pay."""
    return await _change(request, acting, id, new)


@router.put(ROLE + "/days", response_model=json_api.OnlyId)
async def change_days(request: Request, ods: str, id: UUID, new: NewDays, acting: Coordinator) -> Response:
    """Say anew until when it is open, when people hear who was chosen, and when they hear what changed."""
    return await _change(request, acting, id, new)


@router.put("/organisations/{ods}/jobs/{id}", response_model=json_api.OnlyId)
async def change_job(request: Request, ods: str, id: UUID, new: NewJob, acting: Coordinator) -> Response:
    """Say anew what a job says: its words, salary, time and place, where people apply, and until when."""
    return await _change(request, acting, id, new)


@router.post(ROLE + "/close", response_model=json_api.OnlyId)
async def close_early(request: Request, ods: str, id: UUID, said: Why, acting: Coordinator) -> Response:
    """Close it before its last day to show interest. Whoever showed interest still hears who was chosen. A job is
    closed like this too: its last day to apply is then today."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await changing.close_early(tx, id, said)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(ROLE + "/open-again", response_model=json_api.OnlyId)
async def reopen(request: Request, ods: str, id: UUID, said: NewOpening, acting: Coordinator) -> Response:
    """Open one again that has closed, until a new day. Whom it fits is told."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await changing.reopen(tx, id, said)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)
