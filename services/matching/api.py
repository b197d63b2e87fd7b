"""The JSON API of matching. Everything that its pages do can be done here too."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.matching import Match, Opportunity
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching import commands, queries, words
from services.matching.domain.opportunity import Draft, PersonChoices, StaffChoices
from services.matching.forms import Filters, OwnFilters, SubscriptionForm, Withdrawal, Words
from services.matching.store import opportunities as store

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


class OneOpportunity(Opportunity):
    """An opportunity, and what anybody may do with it now."""

    choices: PersonChoices


class OwnOpportunity(Opportunity):
    """An opportunity, and what the coordinators of its organisation may do with it."""

    choices: StaffChoices


class OwnOpportunities(OnePage):
    opportunities: list[OwnOpportunity]


class Feed(OnePage):
    opportunities: list[Opportunity]


class Told(BaseModel):
    """Whether the person is told of opportunities that fit."""

    active: bool


class MyMatch(Match):
    """An opportunity that fits, and why, in words."""

    title: str
    reasons: list[str]


class MyMatches(OnePage):
    matches: list[MyMatch]


@router.get("/opportunities")
async def opportunities(request: Request, acting: Anyone, filters: Filters, asked: AskedByApi) -> Feed:
    """One page of the common feed, newest first. No sign-in. `next` is sent back as `after` for what comes then."""
    async with open_transaction(request, acting) as tx:
        page = await store.feed(tx, asked, filters)
    return Feed(opportunities=[thing.opportunity for thing in page.items], **going_on(page))


@router.get("/opportunities/{id}")
async def opportunity(request: Request, id: UUID, acting: Anyone) -> OneOpportunity:
    """One opportunity, open or over, and what whoever asks may do with it now."""
    async with open_transaction(request, acting) as tx:
        found = await queries.opportunity(tx, id)
    return OneOpportunity.build(**dict(found.opportunity), choices=found.choices)


@router.get("/organisations/{ods}/opportunities")
async def own_opportunities(
    request: Request, ods: str, acting: Coordinator, filters: OwnFilters, asked: ManyAskedByApi
) -> OwnOpportunities:
    """One page of the organisation's opportunities, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_opportunities(tx, asked, filters)
    things = [OwnOpportunity.build(**dict(one.opportunity), choices=one.choices) for one in page.items]
    return OwnOpportunities(opportunities=things, **going_on(page))


@router.get("/organisations/{ods}/opportunities/{id}")
async def own_opportunity(request: Request, ods: str, id: UUID, acting: Coordinator) -> OwnOpportunity:
    """One of the organisation's opportunities, and what its coordinators may do with it."""
    async with open_transaction(request, acting) as tx:
        found = await queries.own_opportunity(tx, id)
    return OwnOpportunity.build(**dict(found.opportunity), choices=found.choices)


@router.post("/organisations/{ods}/opportunities", status_code=201, response_model=json_api.OnlyId)
async def post_opportunity(request: Request, ods: str, draft: Draft, acting: Coordinator) -> Response:
    """Put an opportunity on the common feed. People whom it fits are told."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await commands.post_opportunity(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.put("/organisations/{ods}/opportunities/{id}/words", response_model=json_api.OnlyId)
async def reword_opportunity(request: Request, ods: str, id: UUID, new: Words, acting: Coordinator) -> Response:
    """Other words for an opportunity that is open."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.reword_opportunity(tx, id, **new.model_dump())
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/opportunities/{id}/withdraw", response_model=json_api.OnlyId)
async def withdraw_opportunity(request: Request, ods: str, id: UUID, why: Withdrawal, acting: Coordinator) -> Response:
    """Take an opportunity off the feed, and say why. Whoever showed interest is told."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.withdraw_opportunity(tx, id, why.why)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get("/mine/subscription")
async def my_subscription(request: Request, acting: SignedIn) -> SubscriptionForm:
    """What the person is told of; before they first said so, what their profile says would fit them."""
    async with open_transaction(request, acting) as tx:
        return SubscriptionForm.of(await queries.my_subscription(tx))


@router.put("/mine/subscription", response_model=Told)
async def subscribe(request: Request, wanted: SubscriptionForm, acting: SignedIn) -> Response:
    """Say what one wants to be told of. It takes the place of what was said before."""

    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await commands.subscribe(tx, wanted.wanted())
        return {"active": wanted.active}

    return await json_api.write(request, acting, act)


@router.get("/mine/matches")
async def my_matches(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> MyMatches:
    """One page of the person's matches, newest first, with the reasons in words; a match that has ended has none."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_matches(tx, asked)
        training = await store.training_titles(tx)
    matches = [
        MyMatch.build(
            **dict(one.match.public()),
            title=one.opportunity.title,
            reasons=words.reasons(one.match.reasons, training),
        )
        for one in page.items
    ]
    return MyMatches(matches=matches, **going_on(page))
