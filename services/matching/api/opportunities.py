"""The JSON API of opportunities: the common feed, and what an organisation posts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.matching import Opportunity
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers, who_answers
from services.matching import metrics, queries, words
from services.matching.commands import jobs, posting
from services.matching.domain.draft import Draft
from services.matching.domain.job import JobDraft
from services.matching.domain.opportunity import PersonChoices
from services.matching.domain.sessions import StaffChoices
from services.matching.forms import FeedbackDay, Filters, OwnFilters, Withdrawal, Words
from services.matching.store import beside, feed
from services.matching.store.feed import Listed

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


class Advertised(Opportunity):
    """An opportunity; in words what somebody gets who comes, and by credential code the training that it asks for."""

    what_is_paid: str
    training_titles: dict[str, str]


class Similar(BaseModel):
    """One that is open and like another."""

    id: UUID
    title: str
    organisation: str
    apply_by: datetime
    what_is_paid: str


class OneOpportunity(Advertised):
    """An opportunity, what anybody may do with it now, whom they can ring about it today, and what is like it."""

    choices: PersonChoices
    answers: WhoAnswers | None
    similar: list[Similar]


class OwnOpportunity(Advertised):
    """An opportunity, and what the coordinators of its organisation may do with it."""

    choices: StaffChoices


class OwnOpportunities(OnePage):
    opportunities: list[OwnOpportunity]


class Found(Advertised):
    """One of the feed. `miles`: about how far people come from the district that was asked for."""

    miles: int | None


class Feed(OnePage):
    """`also`: what else was looked for, as the network says that it means the same as the words."""

    opportunities: list[Found]
    also: list[str]


@router.get("/opportunities")
async def opportunities(request: Request, acting: Anyone, filters: Filters, asked: AskedByApi) -> Feed:
    """One page of the common feed, newest first, narrowed as the list is. No sign-in.

    `sort`: newest, closing, first (session) or nearest. `next` is sent back as `after` for what comes then.
    """
    async with open_transaction(request, acting) as tx:
        looked = await feed.looked(tx, filters)
        page = await feed.feed(tx, asked, filters, looked)
        things = await _in_words(tx, [one.opportunity for one in page.items])
    if page.is_first and filters != feed.Filter():
        metrics.searched("api", bool(page.items))
    found = [Found.build(**thing, miles=one.miles) for thing, one in zip(things, page.items, strict=True)]
    return Feed(opportunities=found, also=list(looked.also) if looked else [], **going_on(page))


@router.get("/opportunities/{id}")
async def opportunity(request: Request, id: UUID, acting: Anyone) -> OneOpportunity:
    """One opportunity, open or over, and what whoever asks may do with it now."""
    async with open_transaction(request, acting) as tx:
        found = await queries.opportunity(tx, id)
        [thing] = await _in_words(tx, [found.opportunity])
        answers = await who_answers(tx, found.opportunity)
        similar = [_similar(one) for one in await beside.similar(tx, found.opportunity)]
    return OneOpportunity.build(**thing, choices=found.choices, answers=answers, similar=similar)


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
        posted = await posting.post_opportunity(tx, draft)
        metrics.posted(tx, "api")
        return {"id": str(posted)}

    return await json_api.write(request, acting, act, status=201)


@router.post("/organisations/{ods}/jobs", status_code=201, response_model=json_api.OnlyId)
async def post_job(request: Request, ods: str, draft: JobDraft, acting: Coordinator) -> Response:
    """Put a job on the common feed: a post with a salary, for which people apply on the organisation's own page."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await jobs.post_job(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.put("/organisations/{ods}/opportunities/{id}/words", response_model=json_api.OnlyId)
async def reword_opportunity(request: Request, ods: str, id: UUID, new: Words, acting: Coordinator) -> Response:
    """Other words for an opportunity that is open."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await posting.reword_opportunity(tx, id, **new.model_dump())
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.put("/organisations/{ods}/opportunities/{id}/feedback-day", response_model=json_api.OnlyId)
async def change_feedback_day(request: Request, ods: str, id: UUID, new: FeedbackDay, acting: Coordinator) -> Response:
    """Another day by which people are told what changed."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await posting.change_feedback_day(tx, id, new.feedback_by)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/opportunities/{id}/withdraw", response_model=json_api.OnlyId)
async def withdraw_opportunity(request: Request, ods: str, id: UUID, why: Withdrawal, acting: Coordinator) -> Response:
    """Call an opportunity off, and say why: no session takes place any more. Everybody concerned is told."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await posting.withdraw_opportunity(tx, id, why.why)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


def _similar(to: Listed) -> Similar:
    o = to.opportunity
    paid = words.pay(o)
    return Similar(id=o.id, title=o.title, organisation=to.organisation, apply_by=o.apply_by, what_is_paid=paid)


async def _in_words(tx: Transaction, some: Sequence[Opportunity]) -> list[dict[str, Any]]:
    """Each as it is, and what people read of it."""
    titles = await training_titles(tx, {code for one in some for code in one.training})
    return [
        dict(one) | {"what_is_paid": words.pay(one), "training_titles": {code: titles[code] for code in one.training}}
        for one in some
    ]
