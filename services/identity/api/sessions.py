"""Where somebody is signed in, for themselves."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import Person
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.identity import queries
from services.identity.api import answers
from services.identity.commands import sessions

router = APIRouter(prefix="/mine/sessions")
SignedIn = Annotated[Person, Depends(entry.signed_in)]
ShownLately = Annotated[Person, Depends(entry.fresh(entry.signed_in))]


@router.get("")
async def my_sessions(request: Request, acting: SignedIn, asked: AskedByApi) -> answers.MySessions:
    """One page of those that go on, the newest first. A machine has none."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_sessions(tx, asked)
    found = [answers.MySession(**asdict(one), is_here=one.id == acting.session_id) for one in page.items]
    return answers.MySessions(sessions=found, **going_on(page))


@router.post("/{id}/end", response_model=answers.EndedSession)
async def end_my_session(request: Request, id: UUID, acting: ShownLately) -> Response:
    """Its tokens work no more: within seconds, and within 31 minutes where a service is cut off."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await sessions.end_one(tx, id)
        return {"session_id": id}

    return await json_api.write(request, acting, act)


@router.post("/end-others", response_model=answers.EndedSessions)
async def end_my_other_sessions(request: Request, acting: ShownLately) -> Response:
    """All but the one that asks."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        return {"ended": await sessions.end_others(tx)}

    return await json_api.write(request, acting, act)
