"""The JSON API of what fits a person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.matching import Match
from services.chassis.base.hands import Person
from services.chassis.http import helping, json_api
from services.chassis.http.lists import ManyAskedByApi, OnePage, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.matching import queries, words
from services.matching.commands import fitting
from services.matching.forms import SubscriptionForm
from services.matching.store import fitting as store

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]


class Told(BaseModel):
    """Whether the person is told of opportunities that fit."""

    active: bool


class MyMatch(Match):
    """An opportunity that fits, and why, in words."""

    title: str
    reasons: list[str]


class MyMatches(OnePage):
    matches: list[MyMatch]


@own.get("/mine/subscription")
async def my_subscription(request: Request, acting: SignedIn) -> SubscriptionForm:
    """What the person is told of. Kinds of work and modes are their profile's, unless others were chosen here."""
    async with open_transaction(request, acting) as tx:
        return SubscriptionForm.of((await queries.my_subscription(tx)).wanted)


@own.put("/mine/subscription", does="say_wishes", response_model=Told)
async def subscribe(request: Request, wanted: SubscriptionForm, acting: SignedIn) -> Response:
    """Say what one wants to be told of. It takes the place of what was said before."""

    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await fitting.subscribe(tx, wanted.wanted())
        return {"active": wanted.active}

    return await json_api.write(request, acting, act)


@own.get("/mine/matches")
async def my_matches(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> MyMatches:
    """One page of the person's matches, newest first, with the reasons in words; a match that has ended has none."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_matches(tx, asked)
        why = await store.explain(tx, [one.opportunity.id for one in page.items if one.match.ended_at is None])
        training = await training_titles(tx, {code for one in page.items for code in one.opportunity.training})
    matches = [
        MyMatch.build(
            **dict(one.match.public()),
            title=one.opportunity.title,
            reasons=words.reasons(why[one.opportunity.id].reasons, one.opportunity, training)
            if one.opportunity.id in why
            else [],
        )
        for one in page.items
    ]
    return MyMatches(matches=matches, **going_on(page))
