"""The JSON API of the sessions of an opportunity."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.commands import schedule
from services.matching.domain.repeat import Planned, Repeat
from services.matching.domain.sessions import Cancelling, SessionDraft, SessionMove
from services.matching.forms import repeat_of

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


class OnlyIds(BaseModel):
    """The ids of what was made."""

    ids: list[UUID]


class PlannedDays(BaseModel):
    days: list[Planned]


@router.post("/organisations/{ods}/opportunities/{id}/sessions", status_code=201, response_model=OnlyIds)
async def add_session(request: Request, ods: str, id: UUID, session: SessionDraft, acting: Coordinator) -> Response:
    """Add a session. Whoever has a place, an offer or an interest is told."""

    async def act(tx: Transaction[Member]) -> dict[str, list[str]]:
        return {"ids": [str(one) for one in await schedule.add_sessions(tx, id, [session])]}

    return await json_api.write(request, acting, act, status=201)


@router.get("/organisations/{ods}/opportunities/{id}/sessions/planned")
async def plan_sessions(
    request: Request, ods: str, id: UUID, repeat: Annotated[Repeat, Depends(repeat_of)], acting: Coordinator
) -> PlannedDays:
    """The days of a repeat, and those that are left out, before any session is added."""
    async with open_transaction(request, acting) as tx:
        _, found = await queries.plan(tx, id, repeat)
    return PlannedDays(days=found)


@router.post("/organisations/{ods}/opportunities/{id}/sessions/repeat", status_code=201, response_model=OnlyIds)
async def add_repeat(request: Request, ods: str, id: UUID, repeat: Repeat, acting: Coordinator) -> Response:
    """Add a session on each day of a repeat that is not left out: all of them, or none."""

    async def act(tx: Transaction[Member]) -> dict[str, list[str]]:
        return {"ids": [str(one) for one in await schedule.add_repeat(tx, id, repeat)]}

    return await json_api.write(request, acting, act, status=201)


@router.put("/organisations/{ods}/opportunities/{id}/sessions/{session_id}", response_model=json_api.OnlyId)
async def change_session(
    request: Request, ods: str, id: UUID, session_id: UUID, move: SessionMove, acting: Coordinator
) -> Response:
    """Move a session, or change its length, mode or place, and say why."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await schedule.change_session(tx, id, session_id, move)
        return {"id": str(session_id)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/opportunities/{id}/sessions/{session_id}/cancel", response_model=json_api.OnlyId)
async def cancel_session(
    request: Request, ods: str, id: UUID, session_id: UUID, why: Cancelling, acting: Coordinator
) -> Response:
    """Cancel one session, and say why. It cannot be taken back."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await schedule.cancel_session(tx, id, session_id, why.why)
        return {"id": str(session_id)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/opportunities/{id}/sessions/cancel", response_model=json_api.OnlyId)
async def cancel_rest(request: Request, ods: str, id: UUID, why: Cancelling, acting: Coordinator) -> Response:
    """Cancel every session that has not begun, and say why."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await schedule.cancel_rest(tx, id, why.why)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)
