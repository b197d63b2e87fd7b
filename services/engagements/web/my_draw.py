"""A person's pages of a draw: what it may use of them, their ticket, what came of it, and what they have against it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import SAYS_ONCE, submit
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.engagements import queries_draw as queries
from services.engagements import words_draw as words
from services.engagements.commands import objecting
from services.engagements.domain.giving import Giving, Objecting
from services.engagements.store import engagements
from services.engagements.web.drawing import PROGRAM, as_file

own = OwnPages()
SignedIn = Annotated[Person, Depends(helping.own)]
DONE = {
    "given": "Kept, for this draw alone. You can change it or take it back until it is drawn.",
    "objected": "The organisation has your words. Somebody who did not draw answers here, and we tell you.",
}


@own.get(links.MY_DRAW)
async def my_draw(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _given(id).shown(request, tx)
    return await _page(request, acting, id, values, {})


@own.post(links.MY_DRAW, does="give_for_draw")
async def give(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: Giving) -> str:
        await objecting.give(tx, id, form)
        return confirmed(links.MY_DRAW.format(id=id), "given")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, id, values, errors)

    return await submit(request, acting, Giving, act, again, kind=_given(id))


def _given(id: UUID) -> Changes[Person]:
    async def now(tx: Transaction[Person]) -> dict[str, str]:
        given = (await queries.mine(tx, id)).given
        return {"area": "yes" if given.area else "", "knows": given.knows, "side": given.side, "been": given.been}

    async def hold(tx: Transaction[Person]) -> None:
        await queries.mine(tx, id)
        await engagements.lock(tx, id)

    return Changes(now=now, hold=hold)


async def _page(request: Request, acting: Person, id: UUID, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.mine(tx, id)
        answers = await who_answers(tx, found.mine.opportunity)
    return render(
        request,
        "my_draw.jinja",
        d=found,
        m=found.mine,
        draw=found.draw,
        may=found.choices,
        o=found.mine.opportunity,
        answers=answers,
        values=values,
        errors=errors,
        at=links.MY_DRAW.format(id=id),
        back=links.MY_ENGAGEMENT.format(id=id),
        program=PROGRAM,
        done=confirmation(request, DONE),
        links=links,
        w=words,
    )


@own.get(links.MY_DRAW + "/object")
async def object_page(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _object_page(request, acting, id, {}, {})


@own.post(links.MY_DRAW + "/object", does="object_to_draw")
async def object_to_draw(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: Objecting) -> str:
        await objecting.object_to_draw(tx, id, form.words)
        return confirmed(links.MY_DRAW.format(id=id), "objected")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _object_page(request, acting, id, values, errors)

    return await submit(request, acting, Objecting, act, again, kind=SAYS_ONCE)


async def _object_page(
    request: Request, acting: Person, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.mine(tx, id)
        answers = await who_answers(tx, found.mine.opportunity)
    return render(
        request,
        "object_to_draw.jinja",
        d=found,
        m=found.mine,
        may=found.choices.object,
        answers=answers,
        values=values,
        errors=errors,
        back=links.MY_DRAW.format(id=id),
    )


@own.get(links.MY_DRAW + "/{number}/data")
async def my_data(request: Request, id: UUID, number: int, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        return as_file(await queries.my_data(tx, id, number))
