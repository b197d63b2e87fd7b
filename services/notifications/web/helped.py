"""A person's page: what staff did for them, and who it was."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.helping import DONE, SEEN_AT
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.notifications.store import helped as store

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
_LIST = About(store.HELPED, "thing done for you", "things done for you")


@own.get(links.MY_HELP)
async def done_for_me(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await store.of_person(tx, asked, acting.person_id)
    return render(
        request,
        "helped.jinja",
        things=page.items,
        list=view(request, page, _LIST),
        done_words=DONE,
        seen_at=SEEN_AT,
        links=links,
    )
