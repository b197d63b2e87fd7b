"""The JSON API of advice: what would make a posting better, and what it would cost, before it is sent."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.domain.cost import NotYet

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


EXAMPLE = {"title": "A seat in the MDT", "places": 1, "mode": "in_person", "pay": "expenses_only"}
Unfinished = Annotated[dict[str, Any], Body(openapi_examples={"a posting so far": {"value": EXAMPLE}})]
"""A posting as far as it is written: fields of `Draft`, any of them, right or wrong."""


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


class AdviceSaid(BaseModel):
    """`cost_needs`: the fields without which the cost cannot be worked out."""

    advice: list[OneAdvice]
    cost: CostSaid | None
    cost_needs: list[str]


@router.post("/organisations/{ods}/opportunities/advice", response_model=AdviceSaid)
async def advise(request: Request, ods: str, body: Unfinished, acting: Coordinator) -> Response:
    """What would make a posting better, and what it would cost. Any of its fields may be sent, right or wrong; nothing
    is posted, and no advice stands in the way of posting."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        known = await queries.on_offer(tx)
        cost = known.cost(body)
        needs = list(cost.missing) if isinstance(cost, NotYet) else []
        return {
            "advice": [asdict(one) for one in known.advice(body)],
            "cost": None if isinstance(cost, NotYet) else asdict(cost),
            "cost_needs": needs,
        }

    return await json_api.write(request, acting, act)
