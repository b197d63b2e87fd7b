"""Home: what waits for you, what is new, and what waits for the organisations that you work for."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.header import HeaderItem, WorksFor
from services.chassis.http.lists import About, AskedByPage, Filter, also_asked, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import is_head, open_transaction, render
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.notifications import own_home, queries, staff_home, words
from services.notifications.staff_home import Hosted
from services.notifications.store import news, waiting
from services.notifications.told_forms import ReadForm

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
Alone = Annotated[Person, Depends(entry.signed_in)]
AnyMember = Annotated[Member, Depends(entry.staff())]

_NEWS = About(news.NEWS, "message")
_WAITS = About(waiting.MINE_TOGETHER, "thing to do", "things to do", cursor="waiting_after")
_OURS = About(waiting.OURS_TOGETHER, "thing to do", "things to do", filters=(Filter("what", "What waits", {}),))
WhatWaits = Annotated[str, Query(title="the kind of thing that waits", pattern="^[a-z_]{0,40}$")]
DONE = {"read": "All of it is marked as read. What comes in from now on is not."}


@own.get("/home")
async def home(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    asked = replace(asked, counted=False)
    async with open_transaction(request, acting) as tx:
        mine = await own_home.my_home(tx, asked, also_asked(request, _WAITS), together=True)
    return render(
        request,
        "home.jinja",
        mine=mine,
        made_at=mine.now.isoformat(),
        news=view(request, mine.news, _NEWS),
        waits=view(request, mine.waiting, _WAITS),
        words=words,
        links=links,
        done=confirmation(request, DONE),
    )


@router.post("/messages/mine/read")
async def mark_all_as_read(request: Request, acting: Alone) -> Response:
    """What was on the page then: what came in since stays unread."""

    async def act(tx: Transaction[Person], form: ReadForm) -> str:
        await news.note_all_read(tx, acting.person_id, until=form.until)
        return confirmed(links.HOME, "read")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await home(request, acting, Asked())

    return await submit(request, acting, ReadForm, act, again, kind=HIDDEN_ONLY)


@router.get("/home/for/{ods}")
async def organisations_home(
    request: Request, ods: str, acting: AnyMember, asked: AskedByPage, what: WhatWaits = ""
) -> Response:
    """`what`: only things of this kind, each by itself."""
    async with open_transaction(request, acting) as tx:
        own, now = await staff_home.own_home(tx, replace(asked, counted=False), only=what), tx.now
    return render(
        request,
        "organisation.jinja",
        own=own,
        now=now,
        only=what,
        list=view(request, own.few, _OURS),
        ods=ods,
        words=words,
        links=links,
        pages_there=_pages_there,
    )


def _pages_there(one: Hosted) -> list[HeaderItem]:
    """What a host's member opens there, besides its home."""
    return WorksFor(one.name, one.ods_code, one.roles, is_network=False).pages(links.STAFF_PAGES)[1:]


@own.get("/messages/mine/{id}")
async def message(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.my_message(tx, id)
    if found.item.unread and not acting.helper and not is_head(request):
        await _note_read(request, id, acting)
    return render(request, "message.jinja", thread=found, links=links)


async def _note_read(request: Request, id: UUID, acting: Person) -> None:
    """Whoever opens a message has read it. For themselves alone: nobody else sees it, and nothing goes by it."""
    async with open_transaction(request, acting, get_may_change=True) as tx:
        await news.note_read(tx, acting.person_id, id)
