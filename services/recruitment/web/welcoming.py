"""Staff pages: the network's welcome team takes an application, hands it over, asks for more, and agrees on a talk."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmed
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, SAYS_ONCE, Kind, button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import forms, queries, words
from services.recruitment.commands import joining, welcoming
from services.recruitment.domain.application import SCREENER
from services.recruitment.domain.welcome import may_answer
from services.recruitment.store import welcome

router = APIRouter()
Welcomer = Annotated[Member, Depends(entry.staff(SCREENER))]
Typed = tuple[dict[str, Any], dict[str, str]]
NOTHING: Typed = ({}, {})


@router.post(links.STAFF_APPLICATION + "/take")
async def take(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await welcoming.take(tx, id)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "taken")

    return await button(request, acting, act)


@router.post(links.STAFF_APPLICATION + "/step-back")
async def step_back(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await welcoming.step_back(tx, id)
        return confirmed(links.STAFF_APPLICATIONS.format(ods=ods), "stepped_back")

    return await button(request, acting, act)


@router.get(links.STAFF_APPLICATION + "/hand-over")
async def hand_over_page(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    return await _page(request, acting, id, "hand_over_application.jinja", NOTHING)


@router.post(links.STAFF_APPLICATION + "/hand-over")
async def hand_over(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member], form: forms.HandOver) -> str:
        await welcoming.hand_over(tx, id, form.to)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "handed")

    return await _submit(request, acting, id, forms.HandOver, act, page="hand_over_application.jinja", kind=MAKES)


@router.get(links.STAFF_APPLICATION + "/ask-more")
async def ask_more_page(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    return await _page(request, acting, id, "ask_more.jinja", NOTHING)


@router.post(links.STAFF_APPLICATION + "/ask-more")
async def ask_more(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member], form: forms.AskMore) -> str:
        await welcoming.ask_more(tx, id, form.words)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "asked")

    return await _submit(request, acting, id, forms.AskMore, act, page="ask_more.jinja", kind=SAYS_ONCE)


@router.get(links.STAFF_APPLICATION + "/offer-times")
async def offer_times_page(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    return await _page(request, acting, id, "offer_times.jinja", NOTHING)


@router.post(links.STAFF_APPLICATION + "/offer-times")
async def offer_times(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member], form: forms.OfferForm) -> str:
        await welcoming.ask_more(tx, id, form.words, times=form.times, how=form.how)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "asked")

    return await _submit(request, acting, id, forms.OfferForm, act, page="offer_times.jinja", kind=SAYS_ONCE)


@router.get(links.STAFF_APPLICATION + "/talk")
async def talk_page(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    return await _page(request, acting, id, "talk.jinja", NOTHING)


@router.post(links.STAFF_APPLICATION + "/talk")
async def talk(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member], form: forms.TalkForm) -> str:
        await welcoming.agree_talk(tx, id, at=form.at, how=form.how)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "talk")

    return await _submit(request, acting, id, forms.TalkForm, act, page="talk.jinja", kind=MAKES)


async def _submit(
    request: Request,
    acting: Member,
    id: UUID,
    form: type[BaseModel],
    act: Callable[[Transaction[Member], Any], Awaitable[str]],
    *,
    page: str,
    kind: Kind,
) -> Response:
    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, id, page, (values, forms.words_for_errors(values, errors)))

    return await submit(request, acting, form, act, again, kind=kind)


async def _page(request: Request, acting: Member, id: UUID, page: str, shown: Typed) -> Response:
    """A form about one application. Raises NotFound for one that is not the network's to answer."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        found = await queries.own_application(tx, id)
        team = await welcome.team(tx, network.id, on=london_day(tx.now))
    if found is None:
        raise NotFound
    return render(
        request,
        page,
        values=shown[0],
        errors=shown[1],
        a=found.application,
        team=team,
        names={str(one.account_id): one.called for one in team if may_answer(found.application, by=one.account_id)},
        back=links.STAFF_APPLICATION.format(ods=acting.ods_code, id=id),
        words=words,
    )
