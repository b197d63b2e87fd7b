"""The JSON API of matching. Everything that its pages do can be done here too."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.matching import Match, Opportunity
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, helping, json_api, organisations_data, own_data
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, OnePage, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers, who_answers
from services.matching import api_who_answers, commands, queries, words
from services.matching.domain.draft import Draft
from services.matching.domain.opportunity import PersonChoices
from services.matching.domain.repeat import Planned, Repeat
from services.matching.domain.sessions import Cancelling, SessionDraft, SessionMove, StaffChoices
from services.matching.forms import FeedbackDay, Filters, OwnFilters, SubscriptionForm, Withdrawal, Words, repeat_of
from services.matching.store import holds
from services.matching.store import opportunities as store

router = APIRouter()
own = OwnApi(router)
router.include_router(own_data.api("matching", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
router.include_router(api_who_answers.router)
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SignedIn = Annotated[Person, Depends(helping.own)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


class Advertised(Opportunity):
    """An opportunity; in words what somebody gets who comes, and by credential code the training that it asks for."""

    what_is_paid: str
    training_titles: dict[str, str]


class OneOpportunity(Advertised):
    """An opportunity, what anybody may do with it now, and whom they can ring about it today."""

    choices: PersonChoices
    answers: WhoAnswers | None


class OwnOpportunity(Advertised):
    """An opportunity, and what the coordinators of its organisation may do with it."""

    choices: StaffChoices


class OnlyIds(BaseModel):
    """The ids of what was made."""

    ids: list[UUID]


class PlannedDays(BaseModel):
    days: list[Planned]


class OwnOpportunities(OnePage):
    opportunities: list[OwnOpportunity]


class Feed(OnePage):
    opportunities: list[Advertised]


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
        things = await _in_words(tx, [one.opportunity for one in page.items])
    return Feed(opportunities=[Advertised.build(**thing) for thing in things], **going_on(page))


@router.get("/opportunities/{id}")
async def opportunity(request: Request, id: UUID, acting: Anyone) -> OneOpportunity:
    """One opportunity, open or over, and what whoever asks may do with it now."""
    async with open_transaction(request, acting) as tx:
        found = await queries.opportunity(tx, id)
        [thing] = await _in_words(tx, [found.opportunity])
        answers = await who_answers(tx, found.opportunity)
    return OneOpportunity.build(**thing, choices=found.choices, answers=answers)


@router.get("/organisations/{ods}/opportunities")
async def own_opportunities(
    request: Request, ods: str, acting: Coordinator, filters: OwnFilters, asked: ManyAskedByApi
) -> OwnOpportunities:
    """One page of the organisation's opportunities, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_opportunities(tx, asked, filters)
        things = await _in_words(tx, [one.opportunity for one in page.items])
    own = [OwnOpportunity.build(**thing, choices=one.choices) for thing, one in zip(things, page.items, strict=True)]
    return OwnOpportunities(opportunities=own, **going_on(page))


@router.get("/organisations/{ods}/opportunities/{id}")
async def own_opportunity(request: Request, ods: str, id: UUID, acting: Coordinator) -> OwnOpportunity:
    """One of the organisation's opportunities, and what its coordinators may do with it."""
    async with open_transaction(request, acting) as tx:
        found = await queries.own_opportunity(tx, id)
        [thing] = await _in_words(tx, [found.opportunity])
    return OwnOpportunity.build(**thing, choices=found.choices)


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


@router.put("/organisations/{ods}/opportunities/{id}/feedback-day", response_model=json_api.OnlyId)
async def change_feedback_day(request: Request, ods: str, id: UUID, new: FeedbackDay, acting: Coordinator) -> Response:
    """Another day by which people are told what changed."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.change_feedback_day(tx, id, new.feedback_by)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/opportunities/{id}/withdraw", response_model=json_api.OnlyId)
async def withdraw_opportunity(request: Request, ods: str, id: UUID, why: Withdrawal, acting: Coordinator) -> Response:
    """Call an opportunity off, and say why: no session takes place any more. Everybody concerned is told."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.withdraw_opportunity(tx, id, why.why)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/opportunities/{id}/sessions", status_code=201, response_model=OnlyIds)
async def add_session(request: Request, ods: str, id: UUID, session: SessionDraft, acting: Coordinator) -> Response:
    """Add a session. Whoever has a place, an offer or an interest is told."""

    async def act(tx: Transaction[Member]) -> dict[str, list[str]]:
        return {"ids": [str(one) for one in await commands.add_sessions(tx, id, [session])]}

    return await json_api.write(request, acting, act, status=201)


@router.get("/organisations/{ods}/opportunities/{id}/sessions/planned")
async def plan_sessions(
    request: Request, ods: str, id: UUID, repeat: Annotated[Repeat, Depends(repeat_of)], acting: Coordinator
) -> PlannedDays:
    """The days of a repeat, and those that are left out, before any session is added."""
    async with open_transaction(request, acting) as tx:
        _, found = await queries.plan(tx, id, repeat)
    return PlannedDays(days=found)


@router.post("/organisations/{ods}/opportunities/{id}/sessions/repeat", status_code=201, response_model=OnlyIds)
async def add_repeat(request: Request, ods: str, id: UUID, repeat: Repeat, acting: Coordinator) -> Response:
    """Add a session on each day of a repeat that is not left out: all of them, or none."""

    async def act(tx: Transaction[Member]) -> dict[str, list[str]]:
        return {"ids": [str(one) for one in await commands.add_repeat(tx, id, repeat)]}

    return await json_api.write(request, acting, act, status=201)


@router.put("/organisations/{ods}/opportunities/{id}/sessions/{session_id}", response_model=json_api.OnlyId)
async def change_session(
    request: Request, ods: str, id: UUID, session_id: UUID, move: SessionMove, acting: Coordinator
) -> Response:
    """Move a session, or change its length, mode or place, and say why."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.change_session(tx, id, session_id, move)
        return {"id": str(session_id)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/opportunities/{id}/sessions/{session_id}/cancel", response_model=json_api.OnlyId)
async def cancel_session(
    request: Request, ods: str, id: UUID, session_id: UUID, why: Cancelling, acting: Coordinator
) -> Response:
    """Cancel one session, and say why. It cannot be taken back."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.cancel_session(tx, id, session_id, why.why)
        return {"id": str(session_id)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/opportunities/{id}/sessions/cancel", response_model=json_api.OnlyId)
async def cancel_rest(request: Request, ods: str, id: UUID, why: Cancelling, acting: Coordinator) -> Response:
    """Cancel every session that has not begun, and say why."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.cancel_rest(tx, id, why.why)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@own.get("/mine/subscription")
async def my_subscription(request: Request, acting: SignedIn) -> SubscriptionForm:
    """What the person is told of. Kinds of work and modes are their profile's, unless others were chosen here."""
    async with open_transaction(request, acting) as tx:
        return SubscriptionForm.of((await queries.my_subscription(tx)).wanted)


@own.put("/mine/subscription", does="say_wishes", response_model=Told)
async def subscribe(request: Request, wanted: SubscriptionForm, acting: SignedIn) -> Response:
    """Say what one wants to be told of. It takes the place of what was said before."""

    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await commands.subscribe(tx, wanted.wanted())
        return {"active": wanted.active}

    return await json_api.write(request, acting, act)


@own.get("/mine/matches")
async def my_matches(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> MyMatches:
    """One page of the person's matches, newest first, with the reasons in words; a match that has ended has none."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_matches(tx, asked)
        training = await training_titles(tx, {code for one in page.items for code in one.opportunity.training})
    matches = [
        MyMatch.build(
            **dict(one.match.public()),
            title=one.opportunity.title,
            reasons=words.reasons(one.match.reasons, one.opportunity, training),
        )
        for one in page.items
    ]
    return MyMatches(matches=matches, **going_on(page))


async def _in_words(tx: Transaction, some: Sequence[Opportunity]) -> list[dict[str, Any]]:
    """Each as it is, and what people read of it."""
    titles = await training_titles(tx, {code for one in some for code in one.training})
    return [
        dict(one) | {"what_is_paid": words.pay(one), "training_titles": {code: titles[code] for code in one.training}}
        for one in some
    ]
