"""Home: what waits for you, what is new, and what waits for the organisations that you work for."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from schemas import links
from schemas.waiting import WORDS
from services.chassis.base.access import Acting
from services.chassis.http import entry
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.message import Message
from services.notifications.store import messages as message_store
from services.notifications.store import neighbours
from services.notifications.store import waiting as waiting_store
from services.notifications.store.waiting import Item

router = APIRouter()
SignedIn = Annotated[Acting, Depends(entry.signed_in)]
AnyMember = Annotated[Acting, Depends(entry.staff())]
LAST_PAGE = 1000
PageNumber = Annotated[int, Query(ge=0, le=LAST_PAGE)]

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
    "admin": (("Staff and roles", links.STAFF_ROLES),),
    "operator": (("Running the network", links.OPERATORS),),
}
"""Where each role works: words and address."""


@dataclass(frozen=True)
class Mine:
    """What a person's home shows."""

    waiting: list[Item]
    messages: list[Message]
    more: bool
    organisations: dict[str, str]


async def read_home(tx: Transaction, acting: Acting, *, page: int = 0) -> Mine:
    assert acting.person_id
    waiting = await waiting_store.of_person(tx, acting.person_id)
    messages, more = await message_store.of_person(tx, acting.person_id, page=page)
    return Mine(waiting, messages, more, await neighbours.organisation_names(tx, list(acting.staff_of)))


async def read_organisations_home(tx: Transaction, acting: Acting) -> tuple[str, list[Item]]:
    """The organisation's name, and what waits for the roles that this member has."""
    assert acting.organisation_id
    name = await neighbours.organisation_name(tx, acting.organisation_id)
    return name, await waiting_store.of_organisation(tx, acting.organisation_id, acting.roles)


def what(item: Item) -> str:
    """What is to be done, in words. A code that is newer than our words still has its link."""
    return WORDS.get(item.what, "Something to do")


@router.get("/home")
async def home(request: Request, acting: SignedIn, page: PageNumber = 0) -> Response:
    async with open_transaction(request, acting) as tx:
        mine = await read_home(tx, acting, page=page)
    return render(request, "home.jinja", mine=mine, number=page, what=what, links=links)


@router.get("/home/for/{ods}")
async def organisations_home(request: Request, ods: str, acting: AnyMember) -> Response:
    async with open_transaction(request, acting) as tx:
        name, waiting = await read_organisations_home(tx, acting)
    places = {words: link.format(ods=ods) for role in sorted(acting.roles) for words, link in FOR_ROLES.get(role, ())}
    return render(request, "organisation.jinja", name=name, waiting=waiting, ods=ods, places=places, what=what)


@router.get("/messages/mine/{id}")
async def message(request: Request, id: UUID, acting: SignedIn) -> Response:
    assert acting.person_id
    async with open_transaction(request, acting) as tx:
        found = await message_store.one_of_person(tx, acting.person_id, id)
    return render(request, "message.jinja", m=found, links=links)
