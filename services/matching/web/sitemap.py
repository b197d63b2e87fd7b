"""What search engines find here: https://www.sitemaps.org/protocol.html, an index and its parts at one address.

Matching says it for all rooms: it has the roles, hears of every organisation, and the pages with addresses of their own
are named in schemas/public_pages.py. A part names what it begins with, so that it is the same part while others grow.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID
from xml.sax.saxutils import escape

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from schemas.links import OPPORTUNITY, ORGANISATION, SITEMAP
from schemas.public_pages import PUBLIC_PAGES
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import open_transaction, site_of
from services.matching.store import sitemap as store

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Begins = Annotated[UUID | None, Query(title="the beginning of the part")]
FOR_AN_HOUR = "public, max-age=3600"
PAGES = "1"
Entry = tuple[str, datetime | None]
"""An address, and when what is there was said last, if that is known."""


@router.get(SITEMAP)
async def sitemap(
    request: Request,
    acting: Anyone,
    pages: Annotated[str, Query(title="the part with pages")] = "",
    roles: Begins = None,
    organisations: Begins = None,
) -> Response:
    async with open_transaction(request, acting) as tx:
        today = london_day(tx.now)
        if roles:
            found = [(OPPORTUNITY.format(id=one.name), one.at) for one in await store.roles(tx, roles)]
        elif organisations:
            listed = await store.organisations(tx, organisations, on=today)
            found = [(ORGANISATION.format(ods=one.name), one.at) for one in listed]
        elif pages == PAGES:
            found: list[Entry] = [(address, None) for address in PUBLIC_PAGES]
        else:
            of_roles = await store.parts_of_roles(tx)
            of_organisations = await store.parts_of_organisations(tx, on=today)
            parts: list[Entry] = [(f"{SITEMAP}?pages={PAGES}", None)]
            parts += [(f"{SITEMAP}?roles={one.begins}", one.at) for one in of_roles]
            parts += [(f"{SITEMAP}?organisations={one.begins}", one.at) for one in of_organisations]
            return _answer(request, "sitemapindex", "sitemap", parts)
    return _answer(request, "urlset", "url", found)


def _answer(request: Request, whole: str, each: str, entries: Iterable[Entry]) -> Response:
    base = site_of(request).settings.base_url
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{whole} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for address, at in entries:
        changed = f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""
        lines.append(f"<{each}><loc>{escape(base + address)}</loc>{changed}</{each}>")
    body = "\n".join([*lines, f"</{whole}>", ""])
    return for_everybody(request, Response(body, media_type="application/xml"), cache_control=FOR_AN_HOUR)
