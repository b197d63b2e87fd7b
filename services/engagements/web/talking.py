"""The pages of an informal talk: staff propose times, the person picks one, either cancels."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import SAYS_ONCE, button, submit
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.engagements import queries, words
from services.engagements.commands import talking as commands
from services.engagements.domain.talking import MOST_TIMES, TimesTooEarly, TimesTooLate, proposed_last, times_left
from services.engagements.queries_clashes import at_times_of_talk
from services.engagements.store import talks
from services.engagements.talk_forms import NONE, PickForm, TalkForm, talk_errors

own = OwnPages()
router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
SignedIn = Annotated[Person, Depends(helping.own)]
TALK = "/engagements/for/{ods}/people/{id}/talk"
DONE = {
    "proposed": "The times are proposed. The person is asked to pick one.",
    "cancelled": "The talk is cancelled. The person is told.",
}
MY_DONE = {
    "agreed": "The talk is agreed. The organisation sees the time.",
    "none_suits": "The organisation sees that none of the times suits you. It may propose others.",
    "cancelled": "The talk is cancelled. The organisation sees it.",
}


@router.get(TALK)
async def talk_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _talk_page(request, acting, id, {}, {})


@router.post(TALK)
async def propose(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: TalkForm) -> str:
        try:
            await commands.propose(tx, id, form.proposing, instead_of=form.instead_of)
        except (TimesTooEarly, TimesTooLate) as refusal:
            _, place = refusal.path
            raise refusal.about(form.filled[int(place)]) from None
        return confirmed(TALK.format(ods=ods, id=id), "proposed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _talk_page(request, acting, id, values, talk_errors(values, errors))

    return await submit(request, acting, TalkForm, act, again, kind=SAYS_ONCE)


@router.post(TALK + "/cancel")
async def cancel_as_staff(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.cancel_as_staff(tx, id)
        return confirmed(TALK.format(ods=ods, id=id), "cancelled")

    return await button(request, acting, act)


async def _talk_page(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.to_choose(tx, id)
        said, now = await talks.words(tx, id), tx.now
    return render(
        request,
        "talk.jinja",
        p=found,
        may=found.may,
        o=found.intake.opportunity,
        chat=found.engagement.chat,
        left=times_left(found.engagement.chat, now),
        instead_of=proposed_last(found.engagement.chat),
        said=said,
        now=now,
        at=TALK.format(ods=acting.ods_code, id=id),
        most=MOST_TIMES,
        values=values,
        errors=errors,
        done=confirmation(request, DONE),
        words=words,
        back=links.STAFF_SIDE_BY_SIDE.format(ods=acting.ods_code, opportunity_id=found.intake.id),
    )


@own.get(links.MY_TALK)
async def my_talk(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _my_talk_page(request, acting, id, {}, {})


@own.post(links.MY_TALK, does="answer_talk")
async def answer(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: PickForm) -> str:
        await commands.pick(tx, id, form)
        return confirmed(links.MY_TALK.format(id=id), "agreed" if form.starts_at else "none_suits")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _my_talk_page(request, acting, id, values, errors)

    return await submit(request, acting, PickForm, act, again, kind=SAYS_ONCE)


@own.post(links.MY_TALK + "/cancel", does="cancel_talk")
async def cancel(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.cancel(tx, id)
        return confirmed(links.MY_TALK.format(id=id), "cancelled")

    return await button(request, acting, act)


async def _my_talk_page(
    request: Request, acting: Person, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.my_engagement(tx, id)
        said, now, chat = await talks.words(tx, id), tx.now, found.engagement.chat
        taken = await at_times_of_talk(tx, chat)
        answers = await who_answers(tx, found.opportunity)
    return render(
        request,
        "my_talk.jinja",
        answers=answers,
        m=found,
        o=found.opportunity,
        may=found.choices,
        chat=chat,
        times=[(one.isoformat(), one) for one in times_left(chat, now)],
        taken=taken,
        none=NONE,
        said=said,
        now=now,
        values=values,
        errors=errors,
        done=confirmation(request, MY_DONE),
        words=words,
        back=links.MY_ENGAGEMENT.format(id=id),
        at=links.MY_TALK.format(id=id),
    )
