"""How much say people had: a person's page, on which they say it, and what is published of it, for everyone."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.words import KIND_OF_ROLE
from services.chassis.base import publication
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmed
from services.chassis.http.lists import About, AskedByPage, Columns, as_csv, view, wants_csv
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.engagements import queries_honesty as queries
from services.engagements import words_honesty as words
from services.engagements.commands import honesty as commands
from services.engagements.domain.honesty import HowMuchSay
from services.engagements.store import engagements
from services.engagements.store import honesty as store
from services.engagements.store.honesty import Promise

own = OwnPages()
router = APIRouter()
SignedIn = Annotated[Person, Depends(helping.own)]
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
PROMISES = About(store.PROMISES, "kind of role", "kinds of roles", has_csv=True)
SAID = {"said": "Thank you. Your answer is kept. Nobody else reads it."}
"""On the page of the role, to which it leads."""


@own.get(links.MY_SAY)
async def how_much_say(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _answer(id).shown(request, tx)
    return await _page(request, acting, id, values, {})


@own.post(links.MY_SAY, does="say_how_much")
async def say_how_much(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: HowMuchSay) -> str:
        await commands.say(tx, id, form.said)
        return confirmed(links.MY_ENGAGEMENT.format(id=id), "said")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, id, values, errors)

    return await submit(request, acting, HowMuchSay, act, again, kind=_answer(id))


async def _page(request: Request, acting: Person, id: UUID, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        found, say = await queries.mine(tx, id)
        answers = await who_answers(tx, found.opportunity)
    return render(
        request,
        "how_much_say.jinja",
        m=found,
        say=say,
        may=say.may,
        answers=answers,
        values=values,
        errors=errors,
        back=links.MY_ENGAGEMENT.format(id=id),
        promises=links.PROMISES,
        fewest=publication.FEWEST,
        words=words,
    )


def _answer(id: UUID) -> Changes[Person]:
    async def now(tx: Transaction[Person]) -> dict[str, str]:
        return {"said": (await queries.mine(tx, id))[1].answer}

    async def hold(tx: Transaction[Person]) -> None:
        await queries.mine(tx, id)
        await engagements.lock(tx, id)

    return Changes(now=now, hold=hold)


@router.get(links.PROMISES)
async def promises(request: Request, acting: Anyone, asked: AskedByPage) -> Response:
    return await _published(request, acting, asked, None)


@router.get(links.PROMISES_OF)
async def promises_of_organisation(request: Request, ods: str, acting: Anyone, asked: AskedByPage) -> Response:
    """The same of one organisation; also where nothing is known of it: then it says so."""
    return await _published(request, acting, asked, ods.upper())


async def _published(request: Request, acting: Visitor | Person, asked: Asked, ods: str | None) -> Response:
    async def one_page(tx: Transaction[Visitor | Person], asked: Asked) -> Page[Promise]:
        return await store.promises(tx, asked, ods_code=ods)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    return render(
        request,
        "promises.jinja",
        things=page.items,
        list=view(request, page, PROMISES),
        of_one=ods is not None,
        every=links.PROMISES,
        outcomes=links.IMPACT,
        fewest=publication.FEWEST,
        steps=publication.ROUNDED_TO,
        kinds=KIND_OF_ROLE,
        words=words,
    )


def _in_roles(code: str) -> Callable[[Promise], object]:
    return lambda one: one.promised.get(code, 0)


def _in_people(code: str) -> Callable[[Promise], object]:
    return lambda one: one.said.get(code, 0) if one.is_shown else words.TOO_FEW


_COLUMNS: Columns[Promise] = {
    "Organisation": lambda one: one.name,
    "ODS code": lambda one: one.ods_code,
    "Kind of role": lambda one: KIND_OF_ROLE.get(one.rung, one.rung),
    "Roles that are over": lambda one: one.roles,
    **{f"Roles: {said}": _in_roles(code) for code, said in words.HOW_MUCH.items()},
    f"Roles: {words.NOT_SAID}": _in_roles(""),
    "Partners who said": lambda one: one.people if one.is_shown else words.TOO_FEW,
    **{f"Partners: {said}": _in_people(code) for code, said in words.HOW_MUCH.items()},
    "As of": lambda one: one.as_of,
}
