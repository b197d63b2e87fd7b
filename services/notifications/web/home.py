"""Home: what waits for you, what is new, and what waits for the organisations that you work for."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping
from services.chassis.http.lists import About, AskedByPage, also_asked, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.notifications import queries, words
from services.notifications.store import messages, waiting

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
AnyMember = Annotated[Member, Depends(entry.staff())]

_NEWS = About(messages.MINE, "message")
_WAITS = About(waiting.MINE_TOGETHER, "thing to do", "things to do", cursor="waiting_after")
_OURS = About(waiting.OURS_TOGETHER, "thing to do", "things to do")


@own.get("/home")
async def home(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        mine = await queries.my_home(tx, asked, also_asked(request, _WAITS), together=True)
    return render(
        request,
        "home.jinja",
        mine=mine,
        news=view(request, mine.messages, _NEWS),
        waits=view(request, mine.waiting, _WAITS),
        words=words,
        links=links,
    )


@router.get("/home/for/{ods}")
async def organisations_home(request: Request, ods: str, acting: AnyMember, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        own, now = await queries.own_home(tx, asked), tx.now
    return render(
        request,
        "organisation.jinja",
        own=own,
        now=now,
        list=view(request, own.few, _OURS),
        lists=words.LISTS,
        ods=ods,
        words=words,
    )


@own.get("/messages/mine/{id}")
async def message(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.my_message(tx, id)
    return render(request, "message.jinja", m=found, links=links)
