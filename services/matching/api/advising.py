"""The JSON API of advice: what would make a posting better, and what it would cost, before it is sent."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.domain.cost import NotYet
from services.matching.forms import Unfinished

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


class OneAdvice(BaseModel):
    """About one field: what to do, and what the field would be if it were done, where a program can tell (`mend`)."""

    kind: str
    field: str
    words: str
    about: str
    mend: str
    instead: str | list[str] | None


class CostSaid(BaseModel):
    """At the rate that is chosen, with all sessions and places, in pence. Expenses come on top."""

    session_pence: int
    person_pence: int
    total_pence: int
    places: int
    sessions: int
    hours: float = Field(description="of each session, with its preparation")
    by_the_hour: bool = Field(description="preparation is paid as time")
    unpaid: bool


class AdviceSaid(BaseModel):
    advice: list[OneAdvice]
    cost: CostSaid | None
    cost_needs: list[str] = Field(description="fields without which the cost cannot be worked out")


@router.post("/organisations/{ods}/opportunities/advice", response_model=AdviceSaid)
async def advise(request: Request, ods: str, body: Unfinished, acting: Coordinator) -> Response:
    """What would make a posting better, and what it would cost. Any of its fields may be sent, right or wrong; nothing
    is posted, and no advice stands in the way of posting."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        known = await queries.on_offer(tx)
        cost = known.cost(body.root)
        needs = list(cost.missing) if isinstance(cost, NotYet) else []
        return {
            "advice": [asdict(one) for one in known.advice(body.root)],
            "cost": None if isinstance(cost, NotYet) else asdict(cost),
            "cost_needs": needs,
        }

    return await json_api.write(request, acting, act)
