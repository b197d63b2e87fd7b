"""Home: what waits for you, what is new, and what waits for the organisations that you work for."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry
from services.chassis.http.lists import About, AskedByPage, also_asked, view
from services.chassis.http.request import open_transaction, render
from services.notifications import queries, words
from services.notifications.store import messages, waiting

router = APIRouter()
SignedIn = Annotated[Person, Depends(entry.signed_in)]
AnyMember = Annotated[Member, Depends(entry.staff())]

_NEWS = About(messages.MINE, "message")
_WAITS = About(waiting.MINE_TOGETHER, "thing to do", "things to do", cursor="waiting_after")
_OURS = About(waiting.OURS_TOGETHER, "thing to do", "things to do")
FOR_ROLES: dict[str, tuple[tuple[str, str], ...]] = {
    "coordinator": (("Opportunities", links.STAFF_OPPORTUNITIES), ("Training", links.STAFF_TRAINING)),
    "approver": (("Claims", links.STAFF_CLAIMS),),
    "finance": (("Payments and rates", links.STAFF_PAYMENTS),),
    "trainer": (("Training", links.STAFF_TRAINING),),
    "screener": (
        ("Applications to join", links.STAFF_APPLICATIONS),
        ("Make an account for somebody on the phone", links.STAFF_NEW_PERSON),
        ("Ring or write to people", links.STAFF_MESSAGES),
    ),
    "admin": (("Staff and roles", links.STAFF_ROLES), ("How soon people are paid", links.STAFF_PAY_POLICIES)),
    "operator": (("Running the network", links.OPERATORS),),
}
"""Where each role works: words and address."""
FOR_ROLES_OF_THE_NETWORK: dict[str, tuple[tuple[str, str], ...]] = {
    "admin": (("Policies for joining", links.STAFF_JOINING_POLICIES),),
    "finance": (("Roles that wait for you", links.STAFF_GRANTS),),
}
"""The same, of the organisation that runs the network only."""


@router.get("/home")
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
        own = await queries.own_home(tx, asked)
        of_network = FOR_ROLES_OF_THE_NETWORK if await queries.is_network(tx) else {}
    work = [one for role in sorted(acting.roles) for one in (*FOR_ROLES.get(role, ()), *of_network.get(role, ()))]
    places = {text: link.format(ods=ods) for text, link in work}
    return render(
        request,
        "organisation.jinja",
        own=own,
        list=view(request, own.few, _OURS),
        lists=words.LISTS,
        ods=ods,
        places=places,
        words=words,
    )


@router.get("/messages/mine/{id}")
async def message(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.my_message(tx, id)
    return render(request, "message.jinja", m=found, links=links)
