"""The JSON API of how many people a role fits: asked before it is posted or after, and answered a moment later."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, json_api
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching import queries, queries_of_asked, words_of_fair
from services.matching.commands import counting, jobs, posting
from services.matching.domain.draft import Draft
from services.matching.domain.job import JobDraft
from services.matching.entering import or_who_drafts
from services.matching.store import asked as asked_store
from services.matching.store import counting as store
from services.matching.store import fair
from services.matching.store.counting import FitCount

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Drafter = Annotated[Member, Depends(or_who_drafts("coordinator"))]
HERE = "/organisations/{ods}/opportunities"
ASKED = "/organisations/{ods}/asked/{id}/draft"


class Fits(BaseModel):
    """About how many people it fits, by the rule of publication. Until `answered_at` it is being counted: read it again
    at `…/fits/{id}`.

    `about`: rounded; 0: fewer than ten. `without`: about how many it would be if `costs` were asked of nobody, where
    that makes a difference of ten people. The same is said again for a week, to everybody who asks for the same.
    """

    id: UUID
    asked_at: datetime
    answered_at: datetime | None
    about: int | None
    costs: str | None
    without: int | None
    words: str

    @classmethod
    def of(cls, kept: FitCount) -> "Fits":
        said = words_of_fair.about(kept) if kept.answered_at else ""
        return cls(words=said, **{name: getattr(kept, name) for name in cls.model_fields if name != "words"})


class Telling(BaseModel):
    """How far telling people of a role is. `told`: about how many were, 0: fewer than ten; `answered`: how many showed
    interest; `next_at`: when the next are told, while too few have."""

    rounds: int
    told: int
    answered: int
    next_at: datetime | None


@router.post(HERE + "/fits", response_model=Fits)
async def count_fits(request: Request, ods: str, draft: Draft, acting: Coordinator) -> Response:
    """Ask about how many people a role would fit, before it is posted. Nothing is posted."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        role, _ = await posting.posted_as(tx, draft)
        return Fits.of(await counting.ask(tx, role)).model_dump(mode="json")

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/jobs/fits", response_model=Fits)
async def count_fits_of_job(request: Request, ods: str, draft: JobDraft, acting: Coordinator) -> Response:
    """Ask about how many people a job would fit, before it is posted. Nothing is posted. A job hides from nobody by
    what they need."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        role, _ = await jobs.posted_as(tx, draft)
        return Fits.of(await counting.ask(tx, role)).model_dump(mode="json")

    return await json_api.write(request, acting, act)


@router.post(ASKED + "/fits", response_model=Fits)
async def count_fits_of_asked(request: Request, ods: str, id: UUID, draft: Draft, acting: Drafter) -> Response:
    """Ask about how many people a role would fit that is drafted for the organisation that asked for it. It is one of
    the questions that this organisation asks a day, whoever drafts it."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        (await queries_of_asked.to_approve(tx, id)).choices.draft.must()
        role, _ = await posting.posted_as(tx, draft)
        return Fits.of(await counting.ask(tx, role)).model_dump(mode="json")

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/fits", response_model=Fits)
async def count_fits_of_role(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """Ask about how many people a role fits that is posted."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        role = (await queries.own_opportunity(tx, id)).opportunity
        return Fits.of(await counting.ask(tx, role)).model_dump(mode="json")

    return await json_api.write(request, acting, act)


@router.get(HERE + "/fits/{id}")
async def fits(request: Request, ods: str, id: UUID, acting: Coordinator) -> Fits:
    """What was asked for, and the answer as soon as there is one."""
    async with open_transaction(request, acting) as tx:
        kept = await store.get(tx, id)
    if kept is None:
        raise NotFound
    return Fits.of(kept)


@router.get(ASKED + "/fits/{fits_id}")
async def fits_of_asked(request: Request, ods: str, id: UUID, fits_id: UUID, acting: Drafter) -> Fits:
    """The same, to whoever drafts what was asked for."""
    async with open_transaction(request, acting) as tx:
        await asked_store.one(tx, id)
        kept = await store.get(tx, fits_id)
    if kept is None:
        raise NotFound
    return Fits.of(kept)


@router.get(HERE + "/{id}/told")
async def told(request: Request, ods: str, id: UUID, acting: Coordinator) -> Telling:
    """How many people were told of a role, how many answered, and when the next are told."""
    async with open_transaction(request, acting) as tx:
        await queries.own_opportunity(tx, id)
        far = await fair.told_of(tx, id)
    return Telling(rounds=far.rounds, told=far.told, answered=far.answered, next_at=far.next_at)
