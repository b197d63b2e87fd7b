"""The JSON API of advice: what would make a posting better, and what it would cost, before it is sent."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.domain.cost import NotYet
from services.matching.entering import or_who_drafts
from services.matching.store import asked

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Drafter = Annotated[Member, Depends(or_who_drafts("coordinator"))]


EXAMPLE = {"title": "A seat in the MDT", "places": 1, "mode": "in_person", "pay": "expenses_only"}
Unfinished = Annotated[dict[str, Any], Body(openapi_examples={"a posting so far": {"value": EXAMPLE}})]
"""A posting as far as it is written: fields of `Draft`, any of them, right or wrong."""
JOB = {"title": "Patient director", "summary": "Sit on the ICB with the chief officers.", "mode": "hybrid"}
UnfinishedJob = Annotated[dict[str, Any], Body(openapi_examples={"a job so far": {"value": JOB}})]
"""The same of a job: fields of `JobDraft`."""


class OneAdvice(BaseModel):
    """About one field: what to do, and what the field would be if it were done, where a program can tell (`mend`)."""

    kind: str
    field: str
    words: str
    about: str
    mend: str
    instead: str | list[str] | None


class CostSaid(BaseModel):
    """At the rate that is chosen, with all sessions and places, in pence. Expenses come on top.

    `hours`: of each session, with its preparation, which is paid as time where `by_the_hour`.
    """

    session_pence: int
    person_pence: int
    total_pence: int
    places: int
    sessions: int
    hours: float
    by_the_hour: bool
    unpaid: bool


class AdviceOnJob(BaseModel):
    advice: list[OneAdvice]


class AdviceSaid(AdviceOnJob):
    """`cost_needs`: the fields without which the cost cannot be worked out."""

    cost: CostSaid | None
    cost_needs: list[str]


@router.post("/organisations/{ods}/opportunities/advice", response_model=AdviceSaid)
async def advise(request: Request, ods: str, body: Unfinished, acting: Coordinator) -> Response:
    """What would make a posting better, and what it would cost. Any of its fields may be sent, right or wrong; nothing
    is posted, and no advice stands in the way of posting."""
    return await _advise(request, acting, body)


@router.post("/organisations/{ods}/asked/{id}/draft/advice", response_model=AdviceSaid)
async def advise_on_asked(request: Request, ods: str, id: UUID, body: Unfinished, acting: Drafter) -> Response:
    """The same, to whoever drafts a role for the organisation that asked for it, at its rates."""
    return await _advise(request, acting, body, id)


@router.post("/organisations/{ods}/jobs/advice", response_model=AdviceOnJob)
async def advise_on_job(request: Request, ods: str, body: UnfinishedJob, acting: Coordinator) -> Response:
    """What would make a job easier to read and to find. Any of its fields may be sent, right or wrong; nothing is
    posted. What it costs is its salary."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        return {"advice": [asdict(one) for one in (await queries.for_job(tx)).advice(body)]}

    return await json_api.write(request, acting, act)


async def _advise(request: Request, acting: Member, body: dict[str, Any], asked_id: UUID | None = None) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        if asked_id:
            await asked.one(tx, asked_id)
        known = await queries.on_offer(tx)
        cost = known.cost(body)
        needs = list(cost.missing) if isinstance(cost, NotYet) else []
        return {
            "advice": [asdict(one) for one in known.advice(body)],
            "cost": None if isinstance(cost, NotYet) else asdict(cost),
            "cost_needs": needs,
        }

    return await json_api.write(request, acting, act)
