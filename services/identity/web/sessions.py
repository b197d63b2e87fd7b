"""Where somebody is signed in, for themselves: a button for each place, and one for all others."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import entry
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import button
from services.chassis.postgres.transaction import Transaction
from services.identity import queries
from services.identity.commands import sessions
from services.identity.store.sessions import SESSIONS

router = APIRouter()
SignedIn = Annotated[Person, Depends(entry.signed_in)]
ShownLately = Annotated[Person, Depends(entry.fresh(entry.signed_in))]
"""Whoever only found a computer that was left open cannot sign its owner out everywhere else."""
HERE = links.MY_SESSIONS
_LIST = About(SESSIONS, "place", "places")


@router.get(HERE)
async def show(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await queries.my_sessions(tx, asked)
    return render(
        request,
        "sessions.jinja",
        listed=page.items,
        list=view(request, page, _LIST),
        here_id=acting.session_id,
        others=(page.count or 0) > 1 or any(one.id != acting.session_id for one in page.items),
        shown_lately=acting.is_fresh(datetime.now(UTC)),
    )


@router.post(f"{HERE}/{{id}}/end")
async def end(request: Request, id: UUID, acting: ShownLately) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await sessions.end_one(tx, id)
        return links.SIGN_OUT if id == acting.session_id else HERE

    return await button(request, acting, act)


@router.post(f"{HERE}/end-others")
async def end_others(request: Request, acting: ShownLately) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await sessions.end_others(tx)
        return HERE

    return await button(request, acting, act)
