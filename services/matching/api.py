"""The JSON API of matching. Everything that its pages do can be done here too."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.matching import Opportunity
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


@router.get("/opportunities")
async def opportunities(request: Request, acting: Anyone, filters: Filters, asked: AskedByApi) -> dict[str, object]:
    """One page of the common feed, newest first. No sign-in. `next` is sent back as `after` for what comes then."""
    async with open_transaction(request, acting) as tx:
        page = await store.feed(tx, asked, filters)
    return {"opportunities": [thing.opportunity for thing in page.items], **going_on(page)}


@router.get("/opportunities/{id}")
async def opportunity(request: Request, id: UUID, acting: Anyone) -> OneOpportunity:
    async with open_transaction(request, acting) as tx:
        found = await queries.opportunity(tx, id)
    return OneOpportunity.build(**dict(found.opportunity), choices=found.choices)


@router.get("/organisations/{ods}/opportunities")
async def own(
    request: Request, ods: str, acting: Coordinator, filters: OwnFilters, asked: ManyAskedByApi
) -> OwnOpportunities:
    """One page of the organisation's opportunities, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_opportunities(tx, asked, filters)
    things = [OwnOpportunity.build(**dict(one.opportunity), choices=one.choices) for one in page.items]
    return OwnOpportunities(opportunities=things, **going_on(page))


@router.post("/organisations/{ods}/opportunities", status_code=201)
async def post(request: Request, ods: str, draft: Draft, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await commands.post_opportunity(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.put("/organisations/{ods}/opportunities/{id}/words")
async def reword(request: Request, ods: str, id: UUID, new: Words, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.reword_opportunity(tx, id, **new.model_dump())
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/opportunities/{id}/withdraw")
async def withdraw(request: Request, ods: str, id: UUID, why: Withdrawal, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.withdraw_opportunity(tx, id, why.why)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get("/mine/subscription")
async def subscription(request: Request, acting: SignedIn) -> SubscriptionForm:
    """What the person is told of; before they first said so, what their profile says would fit them."""
    async with open_transaction(request, acting) as tx:
        return SubscriptionForm.of(await queries.my_subscription(tx))


@router.put("/mine/subscription")
async def subscribe(request: Request, wanted: SubscriptionForm, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await commands.subscribe(tx, wanted.wanted())
        return {"active": wanted.active}

    return await json_api.write(request, acting, act)


@router.get("/mine/matches")
async def matches(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> dict[str, object]:
    """One page of the person's matches, newest first, with the reasons in words; a match that has ended has none."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_matches(tx, asked)
        training = await store.training_titles(tx)
    return {
        "matches": [
            {
                **m.match.public().model_dump(),
                "title": m.opportunity.title,
                "reasons": words.reasons(m.match.reasons, training),
            }
            for m in page.items
        ],
        **going_on(page),
    }
