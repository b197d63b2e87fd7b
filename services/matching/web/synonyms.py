"""Words that mean the same, for searches: pages on which the network's staff keep them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, Columns, Search, WordsToFind, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.matching.commands import synonyms as commands
from services.matching.commands.glossary import must_be_the_network
from services.matching.domain.synonyms import SynonymWords
from services.matching.store import synonyms as store
from services.matching.store.synonyms import Group

router = APIRouter()
HERE = links.STAFF_SYNONYMS
Keeper = Annotated[Member, Depends(entry.staff("coordinator", "admin"))]
LIST = About(store.BY_FIRST, "group", search=Search("A word"), has_csv=True)
COLUMNS: Columns[Group] = {"Words that mean the same": lambda one: ", ".join(one.words), "Since": lambda one: one.since}
DONE = {
    "added": "These words count as the same in every search from now on.",
    "changed": "Saved. It holds at once.",
    "taken_out": "These words do not count as the same any more.",
}


@router.get(HERE)
async def kept(request: Request, ods: str, acting: Keeper, asked: AskedByPage, find: WordsToFind) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[Group]:
        await must_be_the_network(tx)
        return await store.some(tx, asked, find)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    about = view(request, page, LIST)
    return render(request, "synonyms.jinja", things=page.items, list=about, ods=ods, done=confirmation(request, DONE))


@router.get(HERE + "/new")
async def new(request: Request, ods: str, acting: Keeper) -> Response:
    return await _form(request, acting, {})


@router.post(HERE + "/new")
async def add(request: Request, ods: str, acting: Keeper) -> Response:
    async def act(tx: Transaction[Member], form: SynonymWords) -> str:
        await commands.add(tx, form)
        return confirmed(HERE.format(ods=ods), "added")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors=errors)

    return await submit(request, acting, SynonymWords, act, again, kind=MAKES)


@router.get(HERE + "/{id}")
async def one_group(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    async with open_transaction(request, acting) as tx:
        await must_be_the_network(tx)
        values = await _changes(id).shown(request, tx)
    return await _form(request, acting, values, id=id)


def _changes(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        return {"words": "\n".join((await store.get(tx, id)).words)}

    async def hold(tx: Transaction[Member]) -> None:
        await must_be_the_network(tx)
        await store.lock(tx, id)

    async def said(tx: Transaction[Member]) -> str:
        one = await store.get(tx, id)
        return await last_changed(tx, at=one.since, by=one.by)

    return Changes(now=now, hold=hold, said=said)


@router.post(HERE + "/{id}")
async def change(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    async def act(tx: Transaction[Member], form: SynonymWords) -> str:
        await commands.change(tx, id, form)
        return confirmed(HERE.format(ods=ods), "changed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors=errors, id=id)

    return await submit(request, acting, SynonymWords, act, again, kind=_changes(id))


@router.post(HERE + "/{id}/take-out")
async def take_out(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.take_out(tx, id)
        return confirmed(HERE.format(ods=ods), "taken_out")

    return await button(request, acting, act)


async def _form(
    request: Request,
    acting: Member,
    values: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    id: UUID | None = None,
) -> Response:
    async with open_transaction(request, acting) as tx:
        await must_be_the_network(tx)
        one = await store.get(tx, id) if id else None
        said = await last_changed(tx, at=one.since, by=one.by) if one and one.by else ""
    return render(
        request,
        "synonym_group.jinja",
        values=values,
        errors=errors or {},
        id=id,
        one=one,
        said=said,
        ods=acting.ods_code,
    )
