"""The glossary: for everybody to look a word up, and pages on which the network's staff keep it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, Columns, Search, WordsToFind, as_csv, view, wants_csv
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.matching.commands import glossary as commands
from services.matching.domain.glossary import Entry, EntryWords
from services.matching.store import glossary as store

router = APIRouter()
HERE = links.STAFF_GLOSSARY
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Keeper = Annotated[Member, Depends(entry.staff("coordinator", "admin"))]
LIST = About(store.BY_TERM, "word", search=Search("A word", "The word itself, or the plain words for it"), has_csv=True)
COLUMNS: Columns[Entry] = {
    "Word": lambda one: one.term,
    "Plain words": lambda one: one.plain,
    "What it means": lambda one: one.explanation,
}
DONE = {
    "added": "The word is in the glossary now.",
    "changed": "Saved. It holds at once.",
    "taken_out": "The word is not in the glossary any more.",
}


@router.get(links.GLOSSARY)
async def glossary(request: Request, acting: Anyone, asked: AskedByPage, find: WordsToFind) -> Response:
    async def one_page(tx: Transaction[Visitor | Person], asked: Asked) -> Page[Entry]:
        return await store.entries(tx, asked, find)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    shown = render(request, "glossary.jinja", things=page.items, list=view(request, page, LIST), ods="", done="")
    return for_everybody(request, shown)


@router.get(HERE)
async def kept(request: Request, ods: str, acting: Keeper, asked: AskedByPage, find: WordsToFind) -> Response:
    async with open_transaction(request, acting) as tx:
        await commands.must_be_the_network(tx)
        page = await store.entries(tx, asked, find)
    about = view(request, page, LIST)
    return render(request, "glossary.jinja", things=page.items, list=about, ods=ods, done=confirmation(request, DONE))


@router.get(HERE + "/new")
async def new(request: Request, ods: str, acting: Keeper) -> Response:
    return await _form(request, acting, {})


@router.post(HERE + "/new")
async def add(request: Request, ods: str, acting: Keeper) -> Response:
    async def act(tx: Transaction[Member], form: EntryWords) -> str:
        await commands.add_term(tx, form)
        return confirmed(HERE.format(ods=ods), "added")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors=errors)

    return await submit(request, acting, EntryWords, act, again, kind=MAKES)


@router.get(HERE + "/{id}")
async def one_term(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    async with open_transaction(request, acting) as tx:
        await commands.must_be_the_network(tx)
        values = await _changes(id).shown(request, tx)
    return await _form(request, acting, values, id=id)


def _changes(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        one = await store.get(tx, id)
        return {"term": one.term, "plain": one.plain, "explanation": one.explanation}

    async def hold(tx: Transaction[Member]) -> None:
        await commands.must_be_the_network(tx)
        await store.lock(tx, id)

    async def said(tx: Transaction[Member]) -> str:
        one = await store.get(tx, id)
        return await last_changed(tx, at=one.since, by=one.by)

    return Changes(now=now, hold=hold, said=said)


@router.post(HERE + "/{id}")
async def change(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    async def act(tx: Transaction[Member], form: EntryWords) -> str:
        await commands.change_term(tx, id, form)
        return confirmed(HERE.format(ods=ods), "changed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors=errors, id=id)

    return await submit(request, acting, EntryWords, act, again, kind=_changes(id))


@router.post(HERE + "/{id}/take-out")
async def take_out(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.take_out_term(tx, id)
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
        await commands.must_be_the_network(tx)
        one = await store.get(tx, id) if id else None
        said = await last_changed(tx, at=one.since, by=one.by) if one and one.by else ""
    return render(
        request,
        "glossary_term.jinja",
        values=values,
        errors=errors or {},
        id=id,
        one=one,
        said=said,
        ods=acting.ods_code,
    )
