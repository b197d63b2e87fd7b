"""A search as JSON Feed 1.1, for any other site, without signing in."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Person, Visitor
from services.chassis.base.plain_text import plain_line, plain_lines
from services.chassis.http import entry
from services.chassis.http.lists import AskedByApi
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import site_of
from services.matching import metrics
from services.matching.facts_of_role import facts
from services.matching.forms import Filters
from services.matching.web import searches
from services.matching.web.searches import Item, Search

MEDIA = "application/feed+json"
KEEP = "public, max-age=60"

router = APIRouter()


@router.get(searches.JSON)
async def json_feed(
    request: Request, acting: Annotated[Visitor | Person, Depends(entry.anyone)], filters: Filters, asked: AskedByApi
) -> Response:
    """What is open, and what is over since a month ago. A reader that has the newest already gets 304."""
    search = await searches.read(request, acting, filters, asked)
    settings = site_of(request).settings
    content: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Opportunities: {settings.network_name}",
        "description": f"Roles for {settings.leader_words.many}, from all organisations of the network.",
        "home_page_url": search.pages,
        "feed_url": search.address,
        "language": "en-GB",
        "_licence": settings.feed_licence,
        "items": [_item(one, search, settings.base_url) for one in search.items],
    }
    if search.next:
        content["next_url"] = search.next
    metrics.feed_read("json", request.headers.get("user-agent", ""))
    body = json.dumps(content, ensure_ascii=False).encode()
    return for_everybody(request, Response(body, media_type=MEDIA), cache_control=KEEP)


def _item(item: Item, search: Search, base: str) -> dict[str, Any]:
    o = item.opportunity
    to_come = o.to_come(search.now)
    return {
        "id": str(o.id),
        "url": f"{base}/opportunities/{o.id}",
        "title": plain_line(item.title),
        "summary": plain_line(o.summary) or plain_line(o.title),
        "content_text": plain_lines("\n".join(searches.lines_of(item, base))),
        "date_published": o.posted_at.isoformat(),
        "date_modified": item.since.isoformat(),
        "authors": [{"name": plain_line(item.listed.organisation)}],
        "tags": [o.strand, o.rung, o.mode],
        "_status": item.status,
        "_opportunity": facts(item.listed)
        | {
            "next_session": to_come[0].starts_at.isoformat() if to_come else None,
            "sessions_to_come": len(to_come),
            "closed_at": o.closed_at.isoformat() if o.closed_at else None,
        },
    }
