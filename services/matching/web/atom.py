"""A search as Atom (RFC 4287), for feed readers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Person, Visitor
from services.chassis.base.plain_text import plain_line, plain_lines
from services.chassis.base.settings import Settings
from services.chassis.http import entry
from services.chassis.http.lists import AskedByApi
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import site_of
from services.matching import metrics, words
from services.matching.forms import Filters
from services.matching.web import searches
from services.matching.web.json_feed import KEEP
from services.matching.web.searches import Item, Search

MEDIA = "application/atom+xml"
STATUS = "/developers#status"
"""The scheme of the category that says what has become of a role."""

router = APIRouter()


@router.get(searches.ATOM)
async def atom(
    request: Request, acting: Annotated[Visitor | Person, Depends(entry.anyone)], filters: Filters, asked: AskedByApi
) -> Response:
    """What is open, and what is over since a month ago."""
    search = await searches.read(request, acting, filters, asked)
    body = "\n".join(_feed(search, site_of(request).settings)).encode()
    metrics.feed_read("atom", request.headers.get("user-agent", ""))
    return for_everybody(request, Response(body, media_type=MEDIA), cache_control=KEEP)


def _feed(search: Search, settings: Settings) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">'
    yield f"<id>{_text(search.beginning)}</id>"
    yield f"<title>{_text(f'Opportunities: {settings.network_name}')}</title>"
    yield f"<updated>{_at(search.updated)}</updated>"
    yield f"<author><name>{_text(settings.network_name)}</name></author>"
    yield f"<rights>{_text(settings.feed_licence)}</rights>"
    yield _link("self", search.address, MEDIA)
    yield _link("alternate", search.pages, "text/html")
    if search.next:
        yield _link("next", search.next, MEDIA)
    for item in search.items:
        yield from _entry(item, settings.base_url)
    yield "</feed>"


def _entry(item: Item, base: str) -> Iterator[str]:
    o = item.opportunity
    yield "<entry>"
    yield f"<id>{UUID(str(o.id)).urn}</id>"
    yield f"<title>{_text(item.title)}</title>"
    yield f"<updated>{_at(item.since)}</updated>"
    yield f"<published>{_at(o.posted_at)}</published>"
    yield f"<author><name>{_text(item.listed.organisation)}</name></author>"
    yield _link("alternate", f"{base}/opportunities/{o.id}", "text/html")
    yield f"<category term={quoteattr(o.strand)} label={quoteattr(words.STRAND.get(o.strand, o.strand))}/>"
    yield f"<category term={quoteattr(item.status)} scheme={quoteattr(base + STATUS)}/>"
    yield f"<summary>{_text(o.summary or o.title)}</summary>"
    yield f'<content type="text">{escape(plain_lines(chr(10).join(searches.lines_of(item, base))))}</content>'
    yield "</entry>"


def _text(said: str) -> str:
    return escape(plain_line(said))


def _link(rel: str, href: str, media: str) -> str:
    return f'<link rel="{rel}" type="{media}" href={quoteattr(href)}/>'


def _at(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
