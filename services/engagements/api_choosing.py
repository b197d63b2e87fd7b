"""The JSON API of choosing: offers, the reserve list, "not this time", and who waits for an answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.engagements import Engagement
from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.lists import ManyAskedByApi, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.engagements.answers import Status, Unanswered, Waits, short
from services.engagements.commands import choosing
from services.engagements.domain.naming import without_name
from services.engagements.domain.offers import Offering
from services.engagements.forms import SayNotChosen
from services.engagements.store import unanswered as store

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
ONE = "/organisations/{ods}/engagements/{id}"


@router.get("/organisations/{ods}/unanswered")
async def unanswered(request: Request, ods: str, acting: Coordinator, asked: ManyAskedByApi) -> Unanswered:
    """Who waits for an answer to their interest, in all roles of the organisation: late ones first."""
    async with open_transaction(request, acting) as tx:
        page = await store.of_organisation(tx, asked, acting.organisation_id)
        late = await store.count_late(tx, acting.organisation_id)
    waits = [
        Waits.build(
            **dict(one.engagement if one.is_named else without_name(one.engagement)),
            called=one.called,
            reference=one.reference,
            title=one.opportunity.title,
            is_late=one.is_late,
        )
        for one in page.items
    ]
    return Unanswered(late=late, engagements=waits, **going_on(page))


@router.post(ONE + "/offer", response_model=Status)
async def offer_place(
    request: Request, ods: str, id: UUID, acting: Coordinator, offering: Offering | None = None
) -> Response:
    """Offer somebody a place. It is held until they answer or their time is over; `beyond` the places it holds none."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return short(await choosing.offer_place(tx, id, offering or Offering()))

    return await json_api.write(request, acting, act)


@router.post(ONE + "/reserve", response_model=Status)
async def put_on_reserve(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """Put somebody who showed interest on the reserve list, after those who wait there."""
    return await _do(request, acting, id, choosing.put_on_reserve)


@router.post("/organisations/{ods}/intakes/{opportunity_id}/reserve", response_model=Status)
async def offer_to_first(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    """Offer a place that is free to the first of the reserve list."""
    return await _do(request, acting, opportunity_id, choosing.offer_to_first)


@router.post(ONE + "/not-chosen", response_model=Status)
async def not_choose(request: Request, ods: str, id: UUID, said: SayNotChosen, acting: Coordinator) -> Response:
    """Choose others, or take an offer back, with a reason. It can be undone for a while; then they are told."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return short(await choosing.not_choose(tx, id, said.said, tell_now=said.tell_now))

    return await json_api.write(request, acting, act)


@router.post(ONE + "/undo", response_model=Status)
async def undo_not_chosen(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """Undo that others were chosen, while the person does not know."""
    return await _do(request, acting, id, choosing.undo_not_chosen)


@router.post(ONE + "/tell", response_model=Status)
async def tell_not_chosen(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """Tell somebody at once that others were chosen; it cannot be undone any more."""
    return await _do(request, acting, id, choosing.tell_not_chosen_now)


async def _do(
    request: Request,
    acting: Member,
    id: UUID,
    command: Callable[[Transaction[Member], UUID], Awaitable[Engagement]],
) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return short(await command(tx, id))

    return await json_api.write(request, acting, act)
