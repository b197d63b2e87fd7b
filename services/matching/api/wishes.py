"""The JSON API of a person's standing wishes: what they are told of, and the searches that they keep."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Person
from services.chassis.http import helping, json_api
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching import queries, words_of_fitting
from services.matching.commands import fitting, wishing
from services.matching.forms import SubscriptionForm
from services.matching.store import wishes
from services.matching.wish_forms import SearchForm

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]


class Told(BaseModel):
    """Whether the person is told of opportunities that fit."""

    active: bool


class KeptSearch(BaseModel):
    """A search that the person keeps; null: any. `called`: it in a few words."""

    id: UUID
    called: str
    strand: str | None
    mode: str | None
    organisation_id: UUID | None
    paid: bool | None
    job: bool | None
    words: str | None
    kind: str | None
    condition: str | None
    access: str | None
    when: str | None
    near: str | None
    miles: int | None


class KeptSearches(BaseModel):
    """All of them, the oldest first."""

    searches: list[KeptSearch]


class Removed(BaseModel):
    removed: bool


@own.get("/mine/subscription")
async def my_subscription(request: Request, acting: SignedIn) -> SubscriptionForm:
    """What the person is told of. Kinds of work and modes are their profile's, unless others were chosen here."""
    async with open_transaction(request, acting) as tx:
        return SubscriptionForm.of((await queries.my_subscription(tx)).wanted)


@own.put("/mine/subscription", does="say_wishes", response_model=Told)
async def subscribe(request: Request, wanted: SubscriptionForm, acting: SignedIn) -> Response:
    """Say what one wants to be told of. It takes the place of what was said before."""

    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await fitting.subscribe(tx, wanted.wanted(), keeps_most=wanted.keeps_most)
        return {"active": wanted.active}

    return await json_api.write(request, acting, act)


@own.get("/mine/searches")
async def my_searches(request: Request, acting: SignedIn) -> KeptSearches:
    """The searches that the person keeps: what they find counts, whatever the profile says of kinds of work."""
    async with open_transaction(request, acting) as tx:
        kept = await wishes.of_person(tx, acting.person_id)
    return KeptSearches(
        searches=[
            KeptSearch(
                id=one.id,
                called=str(words_of_fitting.search(one.wish)),
                strand=one.wish.strand,
                mode=one.wish.mode,
                organisation_id=one.wish.organisation_id,
                paid=one.wish.paid,
                job=one.wish.job,
                words=one.wish.words,
                kind=one.wish.kind,
                condition=one.wish.condition,
                access=one.wish.access,
                when=one.wish.when,
                near=one.wish.near,
                miles=one.wish.miles,
            )
            for one in kept
        ]
    )


@own.post("/mine/searches", does="say_wishes", status_code=201, response_model=json_api.OnlyId)
async def keep_search(request: Request, search: SearchForm, acting: SignedIn) -> Response:
    """Keep a search. `organisation`: an ODS code. The same search twice is one, with one id."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        id, _ = await wishing.keep_search(tx, await search.wish(tx))
        return {"id": str(id)}

    return await json_api.write(request, acting, act, status=201)


@own.post("/mine/searches/{id}/remove", does="say_wishes", response_model=Removed)
async def remove_search(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Take a search out."""

    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await wishing.remove_search(tx, id)
        return {"removed": True}

    return await json_api.write(request, acting, act)
