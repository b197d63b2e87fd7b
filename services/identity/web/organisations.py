"""Organisations, found by anybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.periods import Period
from services.chassis.http import entry
from services.chassis.http.limits import limited, words_are_sought
from services.chassis.http.lists import About, AskedByPage, Columns, Filter, Search, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, queries, tokens, words
from services.identity.domain.organisation import Organisation
from services.identity.store import organisations as store

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Searching = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.SEARCH, only_if=words_are_sought))]


_LIST = About(
    store.BY_NAME,
    "organisation",
    filters=(Filter("kind", "Kind", words.KIND),),
    search=Search("Find an organisation", "A part of its name, or its ODS code", name="find"),
    has_csv=True,
)
_COLUMNS: Columns[Organisation] = {
    "Name": lambda one: one.name,
    "ODS code": lambda one: one.ods_code,
    "Kind": lambda one: words.KIND.get(one.kind, one.kind),
    "From": lambda one: one.valid_from,
    "Until": lambda one: one.valid_to,
}


@router.get("/organisations")
async def find(
    request: Request,
    acting: Searching,
    asked: AskedByPage,
    find: Annotated[str, Query(title="what you look for", max_length=200)] = "",
    kind: str = "",
) -> Response:
    async def one_page(tx: Transaction[Visitor | Person], asked: Asked) -> Page[Organisation]:
        return await store.find_organisations(tx, asked, find.strip(), kind or None)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page, today = await one_page(tx, asked), london_day(tx.now)
    about = view(request, page, _LIST)
    return render(request, "organisations.jinja", things=page.items, list=about, kinds=words.KIND, today=today)


@router.get("/organisations/{ods}")
async def organisation(request: Request, ods: str, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        succession = await queries.succession(tx, ods.upper())
        found, today = succession.organisation, london_day(tx.now)
        hosts = [one for one in await queries.hosts(tx, found) if Period.of(one[0]).in_force_on(today)]
    return render(
        request,
        "organisation.jinja",
        o=found,
        kind=words.KIND.get(found.kind, found.kind),
        closed=found.closed(today),
        taken_over_by=succession.taken_over_by,
        took_over_from=succession.took_over_from,
        hosts=hosts,
        more_before=succession.before.more,
        before=[(one, words.KIND.get(one.kind, one.kind)) for one in succession.before],
        keeps=not found.closed(today) and await tokens.lets_in(tokens.keeper, request, found.ods_code),
        opportunities=f"{links.FEED}?organisation={found.ods_code}",
        looks_after=await tokens.lets_in(tokens.admin, request, found.ods_code),
    )
