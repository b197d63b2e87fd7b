"""RPDE 1.0: what is open, for programs that keep a copy of it in step (openactive.io/realtime-paged-data-exchange).

A reader follows `next` from the beginning; what changes comes again at the end. A full page never gets a line more, so
it is kept in memory, as it is and packed, while none of its lines has moved to the end.
"""

import asyncio
import gzip
import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.microcache import for_everybody
from services.chassis.http.negotiation import coding
from services.chassis.http.problems import problem
from services.chassis.http.representations import tag_of
from services.chassis.http.request import open_transaction, site_of
from services.chassis.postgres.transaction import Transaction
from services.matching import metrics
from services.matching.line_of_feed import BASE
from services.matching.store import changes
from services.matching.store.changes import MOST_NUMBER, PAGE, Lines

MEDIA = "application/vnd.openactive.rpde+json; version=1"
CURSOR = "afterChangeNumber"
OTHERS = ("afterTimestamp", "afterId")
"""The standard's other way to go on, which this feed has not."""
FOR_AN_HOUR, OF_THE_LAST = "public, max-age=3600", "public, max-age=8"
MOST_KEPT = 20
"""Full pages: ten thousand open roles, about 20 MB."""
NO_NUMBER = (
    f"{CURSOR} has to be one whole number from 0 to {MOST_NUMBER}, as `next` of the page before says it."
    " Leave it out to begin at the beginning."
)
OTHER_FEED = f"This feed goes on by {CURSOR}. Leave out {' and '.join(OTHERS)} to begin at the beginning."

router = APIRouter()


@dataclass(frozen=True)
class Kept:
    """A full page as it is sent. `last`: the number of its last line."""

    last: int
    body: bytes
    packed: bytes
    tag: bytes


class KeptPages:
    """Of one service: by the number that they come after, what was asked for last at the end."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, Kept] = OrderedDict()

    async def found(self, tx: Transaction, after: int) -> Kept | None:
        kept = self._pages.get(after)
        if kept is None:
            return None
        if await changes.count_between(tx, after, kept.last) < PAGE:
            self._pages.pop(after, None)
            return None
        self._pages.move_to_end(after)
        return kept

    def keep(self, after: int, page: Kept) -> None:
        self._pages[after] = page
        while len(self._pages) > MOST_KEPT:
            self._pages.popitem(last=False)


@router.get(links.FEED_RPDE)
async def rpde(request: Request, acting: Annotated[Visitor | Person, Depends(entry.anyone)]) -> Response:
    """One page: 500 lines, or what is left, or nothing and its own address as `next`."""
    given = request.query_params.getlist(CURSOR)
    if any(name in request.query_params for name in OTHERS):
        return problem(400, "not-readable", OTHER_FEED)
    after = _number(given[0]) if len(given) == 1 else None
    if after is None and given:
        return problem(400, "not-readable", NO_NUMBER)
    pages = _pages(request)
    async with open_transaction(request, acting) as tx:
        kept = await pages.found(tx, after or 0)
        page = None if kept else await changes.page(tx, after or 0)
    metrics.feed_read("rpde", request.headers.get("user-agent", ""), how="kept" if kept else "made")
    if page and page.is_full and page.last:
        body = _body(request, page, after)
        packed = await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
        pages.keep(after or 0, kept := Kept(page.last, body, packed, tag_of(body)))
    if kept:
        return _full(request, kept)
    assert page
    return for_everybody(
        request,
        Response(_body(request, page, after), media_type=MEDIA),
        cache_control=FOR_AN_HOUR if page.count else OF_THE_LAST,
    )


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_NUMBER))):
        return None
    return int(text) if int(text) <= MOST_NUMBER else None


def _pages(request: Request) -> KeptPages:
    state = request.app.state
    if not hasattr(state, "kept_pages"):
        state.kept_pages = KeptPages()
    return state.kept_pages


def _full(request: Request, kept: Kept) -> Response:
    if coding(request.headers.raw).name == "gzip":
        shown = Response(kept.packed, media_type=MEDIA, headers={"Content-Encoding": "gzip"})
    else:
        shown = Response(kept.body, media_type=MEDIA)
    return for_everybody(request, shown, cache_control=FOR_AN_HOUR, tag=kept.tag)


def _body(request: Request, page: Lines, after: int | None) -> bytes:
    settings = site_of(request).settings
    base = json.dumps(settings.base_url)[1:-1].encode()
    going_on = page.last or after
    query = b"" if going_on is None else b"?%s=%d" % (CURSOR.encode(), going_on)
    licence = json.dumps(settings.feed_licence).encode()
    items = page.joined.replace(BASE, base)
    return b'{"next":"%s%s%s","items":[%s],"license":%s}' % (base, links.FEED_RPDE.encode(), query, items, licence)
