"""The common feed: what is open now, for everyone, without signing in, with the search always open."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.refusals import refuse_all
from services.chassis.http import helping
from services.chassis.http.lists import AskedByPage, View, as_csv, view, wants_csv
from services.chassis.http.microcache import for_everybody
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.matching import filter_forms, metrics, words, words_of_roles, words_of_search
from services.matching.domain.looking import Looked
from services.matching.store import feed as store
from services.matching.store import opportunities
from services.matching.store.feed import Filter, Listed
from services.matching.web import lists, searches
from services.matching.wish_forms import typed
from services.matching.words_of_fitting import KEEP

own = OwnPages()
router = own.router
Anyone = Annotated[Visitor | Person, Depends(helping.own_or_everybodys)]


@own.get("/opportunities")
async def feed(request: Request, acting: Anyone, said: filter_forms.Asked, asked: AskedByPage) -> Response:
    filters, refused = filter_forms.read(said)
    if wants_csv(request):
        refuse_all([*refused.values()])

        async def one_page(tx: Transaction[Visitor | Person], asked: Asked) -> Page[Listed]:
            return await store.feed(tx, asked, filters)

        return await as_csv(request, acting, asked, one_page, columns=lists.FEED_COLUMNS)
    async with open_transaction(request, acting) as tx:
        found = await (_nothing(tx) if refused else _found(tx, asked, filters))
        organisations, now = {o.ods_code: o.name for o in await opportunities.organisations(tx)}, tx.now
    about = _view(request, found, filters, organisations)
    kept = {name: text for name, text in typed(filters).items() if text}
    query = f"?{urlencode(about.values)}" if about.values else ""
    shown = render(
        request,
        "feed.jinja",
        status=422 if refused else 200,
        things=found.page.items,
        list=about,
        values={**said, **filter_forms.written(filters)},
        errors={name: refusal.words for name, refusal in refused.items()},
        chosen=lists.chosen(about, filters, organisations),
        helps=_helps(about, found, filters, organisations),
        found=found,
        wanted=filters,
        organisations=organisations,
        query=query,
        alternates=searches.alternates(about.values),
        keep=KEEP,
        keep_values=kept,
        keep_query=urlencode(kept),
        signed_in=isinstance(acting, Person),
        now=now,
        words=words,
        roles=words_of_roles,
        search=words_of_search,
        links=links,
    )
    return shown if refused else for_everybody(request, shown)


@dataclass(frozen=True)
class Found:
    """A page of the list. `answered`: in which of these whoever looks has shown interest; `left_out`: where nothing was
    found, what stands in the way most, and how many roles there are without it."""

    page: Page[Listed]
    looked: Looked | None
    answered: frozenset[object] = frozenset()
    left_out: tuple[str, int] | None = None


async def _found(tx: Transaction[Visitor | Person], asked: Asked, filters: Filter) -> Found:
    looked = await store.looked(tx, filters)
    page = await store.feed(tx, asked, filters, looked)
    if page.is_first and filters != Filter():
        metrics.searched("page", bool(page.items))
    if not page.items:
        return Found(page, looked, left_out=await store.left_out(tx, filters, looked) if page.is_first else None)
    ids = [one.opportunity.id for one in page.items]
    is_person = isinstance(tx.acting, Person)
    return Found(page, looked, answered=frozenset(await store.answered(tx, ids)) if is_person else frozenset())


async def _nothing(tx: Transaction[Visitor | Person]) -> Found:
    """Of a search that is refused nothing is shown, until it is put right."""
    return Found(Page([], sort=store.FEED.sorts[0].name), None)


def _view(request: Request, found: Found, filters: Filter, organisations: Mapping[str, str]) -> View:
    about = lists.feed(organisations, has_words=filters.words is not None)
    made = view(request, found.page, about, filter_forms.written(filters))
    if filters.near:
        return made
    return replace(made, sorts=[one for one in made.sorts if one.words != "Nearest"])


@dataclass(frozen=True)
class Helps:
    """What to leave out where nothing was found: in words, how many roles there are then, and where."""

    words: str
    roles: int
    href: str


def _helps(about: View, found: Found, filters: Filter, organisations: Mapping[str, str]) -> Helps | None:
    if found.left_out is None:
        return None
    name, roles = found.left_out
    said = words_of_search.chosen(filters, organisations)[name]
    return Helps(said if name == "words" else f"“{said}”", roles, lists.without(about, name))
