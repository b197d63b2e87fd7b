"""A person's pages: the places they have and what they completed."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, also_asked, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import button
from services.chassis.postgres.transaction import Transaction
from services.training import commands, queries, words
from services.training.store import declared as declared_store
from services.training.web import lists

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
DONE = {
    "taken": "You have a place. It is in your list below.",
    "cancelled": "You gave your place back.",
    "corrected": "Saved. It stands here as you say.",
    "removed": "Done. It is not kept any more.",
}


@own.get("/training/mine")
async def mine(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        places = await queries.my_places(tx, asked)
        credentials = await queries.my_credentials(tx, also_asked(request, lists.MY_CREDENTIALS))
        declared = await declared_store.of_person(tx, also_asked(request, lists.MY_DECLARED))
    now = datetime.now(UTC)
    return render(
        request,
        "mine.jinja",
        places=places.items,
        places_list=view(request, places, lists.MY_PLACES),
        credentials=credentials.items,
        credentials_list=view(request, credentials, lists.MY_CREDENTIALS),
        declared=declared.items,
        declared_list=view(request, declared, lists.MY_DECLARED),
        now=now,
        today=london_day(now),
        done=confirmation(request, DONE),
        words=words,
    )


@own.post("/training/mine/sessions/{session_id}", does="take_training")
async def enrol(request: Request, session_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.enrol(tx, session_id)
        return confirmed(links.MY_TRAINING, "taken")

    return await button(request, acting, act)


@own.post("/training/mine/sessions/{session_id}/cancel", does="cancel_training")
async def cancel(request: Request, session_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.cancel(tx, session_id)
        return confirmed(links.MY_TRAINING, "cancelled")

    return await button(request, acting, act)
