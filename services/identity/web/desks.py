"""The desks of an organisation: shown to everybody, kept by its staff."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from schemas.identity import Desk
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.base.typed.days import apart
from services.chassis.http import entry
from services.chassis.http.limits import limited, words_are_sought
from services.chassis.http.lists import About, AskedByPage, Columns, Search, WordsToFind, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, queries, tokens
from services.identity.commands import desks as commands
from services.identity.desk_forms import DeskWords
from services.identity.store import desks as store
from services.identity.store import organisations as organisation_store

router = APIRouter()
LIST = "/organisations/{ods}/desks"
HERE = "/organisations/for/{ods}/desks"
Searching = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.SEARCH, only_if=words_are_sought))]
Keeper = Annotated[Member, Depends(tokens.keeper)]
_LIST = About(store.BY_NAME, "desk", search=Search("Find a desk", "A part of its name"), has_csv=True)
_COLUMNS: Columns[Desk] = {
    "Name": lambda one: one.name,
    "Phone": lambda one: one.phone,
    "Mailbox": lambda one: one.mailbox,
    "Hours": lambda one: one.hours,
    "Messages are read": lambda one: one.reads,
    "Away until": lambda one: one.out_until,
}


@router.get(LIST)
async def show(request: Request, ods: str, acting: Searching, asked: AskedByPage, find: WordsToFind) -> Response:
    async with open_transaction(request, acting) as tx:
        organisation, today = await queries.organisation(tx, ods.upper()), london_day(tx.now)

    async def one_page(tx: Transaction[Visitor | Person], asked: Asked) -> Page[Desk]:
        return await store.desks(tx, asked, organisation.id, find)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    keeps = not organisation.closed(today) and await tokens.lets_in(tokens.keeper, request, organisation.ods_code)
    about = view(request, page, _LIST)
    names = {one.id: one.name for one in organisation.desks}
    return render(
        request, "desks.jinja", o=organisation, things=page.items, list=about, keeps=keeps, names=names, today=today
    )


@router.get(HERE + "/new")
async def show_new(request: Request, ods: str, acting: Keeper) -> Response:
    return await _form(request, acting, {})


@router.post(HERE + "/new")
async def add(request: Request, ods: str, acting: Keeper) -> Response:
    async def act(tx: Transaction[Member], form: DeskWords) -> str:
        await commands.add_desk(tx, form.fields())
        return LIST.format(ods=ods)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors=errors)

    return await submit(request, acting, DeskWords, act, again, kind=MAKES)


@router.get(HERE + "/{id}")
async def show_change(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _changes(id).shown(request, tx)
    return await _form(request, acting, values, id=id)


def _changes(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        return _as_typed(await store.desk(tx, id, tx.acting.organisation_id))

    async def hold(tx: Transaction[Member]) -> None:
        await organisation_store.lock_by_id(tx, tx.acting.organisation_id)

    return Changes(now=now, hold=hold)


@router.post(HERE + "/{id}")
async def change(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    async def act(tx: Transaction[Member], form: DeskWords) -> str:
        await commands.change_desk(tx, id, form.fields())
        return LIST.format(ods=ods)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors=errors, id=id)

    return await submit(request, acting, DeskWords, act, again, kind=_changes(id))


@router.post(HERE + "/{id}/close")
async def close(request: Request, ods: str, id: UUID, acting: Keeper) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.close_desk(tx, id)
        return LIST.format(ods=ods)

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
        organisation = await queries.organisation(tx, acting.ods_code or "")
        if id:  # whatever was typed: one that is not there is not asked about
            await store.desk(tx, id, organisation.id)
    others = {str(one.id): one.name for one in organisation.desks if one.id != id}
    stands_in_for = [one.name for one in organisation.desks if id and one.deputy_id == id]
    return render(
        request,
        "desk.jinja",
        o=organisation,
        id=id,
        values=values,
        errors=errors or {},
        others=others,
        stands_in_for=stands_in_for,
    )


def _as_typed(desk: Desk) -> dict[str, Any]:
    """What the form shows of what is kept: a day in its three boxes, and nothing where there is nothing."""
    values = {name: value or "" for name, value in desk.model_dump(exclude={"id", "out_until"}).items()}
    return values | apart("out_until", desk.out_until)
