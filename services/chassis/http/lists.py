"""Lists at the web door: which page an address asks for, the links around a page, and the whole list as CSV.

A room's filters and words to search for stay parameters of its own route; this module only makes links of them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypedDict, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from services.chassis.base.cursors import PageNotThere
from services.chassis.base.hands import Acting
from services.chassis.base.security_log import Happened, note
from services.chassis.base.spreadsheet import BYTE_ORDER_MARK, lines_of
from services.chassis.base.wording import many
from services.chassis.http.request import open_transaction, site_of
from services.chassis.postgres.lists import MOST_COUNTED, Asked, Listing, Page
from services.chassis.postgres.transaction import Transaction

MOST_WORDS = 100
"""So many characters are looked for."""
MANY = 500
CSV_AT_ONCE = 500
MOST_IN_CSV = 100_000

T = TypeVar("T")
Who = TypeVar("Who", bound=Acting)
_Sort = Annotated[str, Query(title="the order of the list", max_length=40, description="the order, by its name")]
_After = Annotated[
    str,
    Query(
        title="where the list goes on", max_length=1000, description="`next` of the answer before: what comes after it"
    ),
]
_Number = Annotated[str, Query(alias="page", title="the number of the page", include_in_schema=False, max_length=20)]


def asked(request: Request, sort: _Sort = "", after: _After = "", number: _Number = "") -> Asked:
    """Which page of a list the API is asked for. Raises PageNotThere for pages by number, which there were once.

    Taken for the first page, they would keep a client that counts up walking in a circle.
    """
    if number.strip("0"):
        raise PageNotThere(asked_by="page")
    return Asked(sort=sort, after=after, secret=site_of(request).form_secret)


def asked_by_page(request: Request, sort: _Sort = "", after: _After = "", number: _Number = "") -> Asked:
    """Which page of a list a page is asked for: it says how many there are, too."""
    return replace(asked(request, sort, after, number), counted=True)


class GoingOn(TypedDict):
    """Whether there is more, and `next`, which is sent back as `after` to have it."""

    more: bool
    next: str | None


class OnePage(BaseModel):
    """The same in an answer of the API that has its fields by name: it is one page of a list."""

    more: bool
    next: str | None


def going_on(page: Page[Any]) -> GoingOn:
    """What the API says of a page beside the things on it."""
    return {"more": page.next is not None, "next": page.next}


def asked_for_many(request: Request, sort: _Sort = "", after: _After = "", number: _Number = "") -> Asked:
    """The same of a list that the API gave whole, up to a limit, before it had pages: as many at once as then."""
    return replace(asked(request, sort, after, number), size=MANY)


def words_to_find(words: str = "") -> str:
    """What a list is searched for; empty: anything."""
    return words[:MOST_WORDS].strip()


WordsToFind = Annotated[str, Depends(words_to_find)]
AskedByApi = Annotated[Asked, Depends(asked)]
ManyAskedByApi = Annotated[Asked, Depends(asked_for_many)]
AskedByPage = Annotated[Asked, Depends(asked_by_page)]


@dataclass(frozen=True)
class Filter:
    """Something that a list can be narrowed by: a parameter of its address, the words above it, and code → words."""

    name: str
    words: str
    options: Mapping[str, str]
    whatever: str = "Any"
    select: bool = False
    """A field of the search form instead of links: for more options than one wants to read through."""


@dataclass(frozen=True)
class Search:
    """Words that a list can be searched for. `name`: the parameter of its address."""

    words: str
    hint: str = ""
    name: str = "words"


@dataclass(frozen=True)
class Link:
    words: str
    href: str
    is_current: bool = False


@dataclass(frozen=True)
class View:
    """What a list says around its things; `ui.list_head` and `ui.list_foot` write it."""

    path: str
    count: str
    sorts: Sequence[Link] = ()
    filters: Sequence[tuple[str, Sequence[Link]]] = ()
    selects: Sequence[Filter] = ()
    search: Search | None = None
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    kept: Mapping[str, str] = field(default_factory=dict[str, str])
    next: str = ""
    start: str = ""
    csv: str = ""
    pages: str = "Pages"
    """What its pages are called to whoever cannot see them; a page with two lists has two of these."""

    @property
    def chosen(self) -> int:
        """How many choices narrow the list now."""
        return len(self.values)


@dataclass(frozen=True)
class About:
    """What a route says of its list. `one`, `more`: a thing, several. `cursor`: the address's name for the cursor."""

    listing: Listing
    one: str
    more: str = ""
    filters: Sequence[Filter] = ()
    search: Search | None = None
    has_csv: bool = False
    cursor: str = "after"

    @property
    def several(self) -> str:
        return self.more or f"{self.one}s"


def also_asked(request: Request, about: About) -> Asked:
    """Which page of a second list on the same page is asked for; `about.cursor` names its cursor in the address."""
    after = request.query_params.get(about.cursor, "")[:1000]
    return Asked(after=after, secret=site_of(request).form_secret, counted=True, cursor=about.cursor)


def view(request: Request, page: Page[Any], about: About, values: Mapping[str, str] | None = None) -> View:
    """The links around a page: its orders, its filters, what is next, its start, and the same view as CSV.

    `values`: what narrows it, where that is not written as it was typed.
    """
    if values is None:
        names = [choice.name for choice in about.filters] + ([about.search.name] if about.search else [])
        values = {name: text for name in names if (text := request.query_params.get(name, "").strip())}
    usual = about.listing.sorts[0].name
    order = {"sort": page.sort} if page.sort != usual else {}
    links = [choice for choice in about.filters if not choice.select]

    def to(query: Mapping[str, str]) -> str:
        return request.url.path + (f"?{urlencode(query)}" if query else "")

    def to_option(choice: Filter, code: str) -> str:
        others = {name: text for name, text in values.items() if name != choice.name}
        return to(others | ({choice.name: code} if code else {}) | order)

    def options(choice: Filter) -> list[Link]:
        codes = {"": choice.whatever} | dict(choice.options)
        now = values.get(choice.name, "")
        return [Link(text, to_option(choice, code), now == code) for code, text in codes.items()]

    orders = [(one, {"sort": one.name} if one.name != usual else {}) for one in about.listing.sorts]
    return View(
        path=request.url.path,
        count="" if page.count is None else _counted(page.count, about),
        sorts=[Link(one.words, to({**values, **query}), one.name == page.sort) for one, query in orders],
        filters=[(choice.words, options(choice)) for choice in links],
        selects=[choice for choice in about.filters if choice not in links],
        search=about.search,
        values=values,
        kept={choice.name: values[choice.name] for choice in links if choice.name in values} | order,
        next=to({**values, **order, about.cursor: page.next}) if page.next else "",
        start="" if page.is_first else to({**values, **order}),
        csv=to({**values, **order, "format": "csv"}) if about.has_csv else "",
        pages=f"Pages of {about.several}",
    )


def _counted(count: int, about: About) -> str:
    if count > MOST_COUNTED:
        return f"More than {MOST_COUNTED:,} {about.several}"
    return many(count, about.one, about.several)


def wants_csv(request: Request) -> bool:
    return request.query_params.get("format") == "csv"


Columns = Mapping[str, Callable[[T], object]]
"""Heading → what stands under it for one thing."""


async def as_csv(
    request: Request,
    acting: Who,
    asked: Asked,
    one_page: Callable[[Transaction[Who], Asked], Awaitable[Page[T]]],
    *,
    columns: Columns[T],
) -> Response:
    """The whole list in the order and with the choices of the address, read a piece at a time as it is sent.

    UTF-8 with a byte order mark: without it Excel reads é as Ã©, and everything else that reads UTF-8 skips it.
    """

    async def piece(after: str) -> Page[T]:
        async with open_transaction(request, acting) as tx:
            return await one_page(tx, replace(asked, after=after, counted=False, size=CSV_AT_ONCE))

    first = await piece("")  # a refusal is still an answer in words

    async def lines() -> AsyncIterator[str]:
        page, sent = first, len(first.items)
        if acting.hand_id:
            note(Happened.TAKEN_AWAY, by=acting.hand_id, organisation=acting.on_behalf_of, what="list")
        yield BYTE_ORDER_MARK + lines_of([list(columns)]) + lines_of(_rows(page, columns))
        while page.next and sent < MOST_IN_CSV:
            page = await piece(page.next)
            sent += len(page.items)
            yield lines_of(_rows(page, columns))
        if page.next:
            yield lines_of([[f"These are the first {sent:,}. There are more: choose fewer to see the rest."]])

    return StreamingResponse(lines(), media_type=_CSV, headers=_headers(request))


def csv_of(request: Request, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """What is short enough to be made at once. That it is taken away the caller notes."""
    return Response(BYTE_ORDER_MARK + lines_of([headings]) + lines_of(rows), media_type=_CSV, headers=_headers(request))


_CSV = "text/csv; charset=utf-8"


def _headers(request: Request) -> dict[str, str]:
    name = request.url.path.strip("/").replace("/", "-")
    return {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def _rows(page: Page[T], columns: Columns[T]) -> list[list[object]]:
    return [[value(one) for value in columns.values()] for one in page.items]


def start_of_list(request: Request) -> str:
    """The address of a list as it is now, at its beginning."""
    kept = [(name, text) for name, text in request.query_params.multi_items() if name not in ("sort", "page")]
    kept = [(name, text) for name, text in kept if not name.endswith("after")]
    return request.url.path + (f"?{urlencode(kept)}" if kept else "")
