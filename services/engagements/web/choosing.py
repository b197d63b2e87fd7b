"""How coordinators choose: offer a place, the reserve list, "not this time", and who waits for an answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.engagements import Engagement
from services.chassis.base.hands import Member
from services.chassis.base.typed.days import apart
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmed
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import SAYS_ONCE, button, submit
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries, words
from services.engagements.commands import choosing as commands
from services.engagements.domain.answering import NotChosen
from services.engagements.forms import OfferForm, words_for_errors
from services.engagements.store import unanswered as store
from services.engagements.web import lists

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
PERSON = "/engagements/for/{ods}/people/{id}"
DONE = {
    "offered": "The place is offered. The person is asked to say yes or no.",
    "offered_first": "The place is offered to the first of the reserve list.",
    "reserve": "They are on the reserve list, after those who wait there already.",
    "not_chosen": "Kept. They are told when the time to undo it is over.",
    "told": "They are being told.",
    "undone": "Undone. They wait for your answer as before.",
}


@router.get(links.STAFF_UNANSWERED)
async def unanswered(request: Request, ods: str, acting: Coordinator, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await store.of_organisation(tx, asked, acting.organisation_id)
        late, now = await store.count_late(tx, acting.organisation_id), tx.now
    about = view(request, page, lists.UNANSWERED)
    return render(
        request,
        "unanswered.jinja",
        things=page.items,
        list=about,
        late=late,
        now=now,
        ods=ods,
        words=words,
        links=links,
    )


@router.get(PERSON + "/offer")
async def offer_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _offer_page(request, acting, id, {}, {})


@router.post(PERSON + "/offer")
async def offer(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: OfferForm) -> str:
        offered = await commands.offer_place(tx, id, form.offering)
        return at_intake(ods, offered.opportunity_id, "offered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _offer_page(request, acting, id, values, words_for_errors(values, errors))

    return await submit(request, acting, OfferForm, act, again, kind=SAYS_ONCE)


async def _offer_page(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.to_choose(tx, id)
        now = tx.now
    filled = apart("reply_by", found.usual, "reply_by_time")
    return render(
        request,
        "offer_place.jinja",
        p=found,
        may=found.may,
        o=found.intake.opportunity,
        i=found.intake,
        now=now,
        values=values or filled,
        errors=errors,
        words=words,
        back=found.intake.link,
    )


@router.get(PERSON + "/not-chosen")
async def not_chosen_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _not_chosen_page(request, acting, id, {}, {})


@router.post(PERSON + "/not-chosen")
async def not_chosen(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: NotChosen) -> str:
        others = await commands.not_choose(tx, id, form)
        return at_intake(ods, others.opportunity_id, "not_chosen")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _not_chosen_page(request, acting, id, values, errors)

    return await submit(request, acting, NotChosen, act, again, kind=SAYS_ONCE)


async def _not_chosen_page(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.to_choose(tx, id)
    return render(
        request,
        "not_chosen.jinja",
        p=found,
        may=found.may,
        o=found.intake.opportunity,
        values=values,
        errors=errors,
        words=words,
        back=found.intake.link,
    )


@router.post(PERSON + "/reserve")
async def put_on_reserve(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _button(request, acting, id, commands.put_on_reserve, "reserve")


@router.post(PERSON + "/undo")
async def undo(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _button(request, acting, id, commands.undo_not_chosen, "undone")


@router.post(PERSON + "/tell")
async def tell(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _button(request, acting, id, commands.tell_not_chosen_now, "told")


@router.post(links.STAFF_INTAKE + "/reserve")
async def offer_to_first(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    return await _button(request, acting, opportunity_id, commands.offer_to_first, "offered_first")


def at_intake(ods: str, opportunity_id: UUID, code: str) -> str:
    return confirmed(links.STAFF_INTAKE.format(ods=ods, opportunity_id=opportunity_id), code)


async def _button(
    request: Request,
    acting: Member,
    id: UUID,
    command: Callable[[Transaction[Member], UUID], Awaitable[Engagement]],
    code: str,
) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        return at_intake(acting.ods_code, (await command(tx, id)).opportunity_id, code)

    return await button(request, acting, act)
