"""The common feed for machines: what is open now, for any other site, without signing in."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.lists import AskedByApi
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import local_path, open_transaction, site_of
from services.matching import words
from services.matching.forms import Filters
from services.matching.store import opportunities as store
from services.matching.store.opportunities import Listed

router = APIRouter()


@router.get("/feeds/opportunities.json")
async def json_feed(
    request: Request, acting: Annotated[Visitor | Person, Depends(entry.anyone)], filters: Filters, asked: AskedByApi
) -> Response:
    """JSON Feed 1.1 of what is open. A reader that has the newest already gets 304."""
    async with open_transaction(request, acting) as tx:
        page, now = await store.feed(tx, asked, filters), tx.now
    settings = site_of(request).settings
    base = settings.base_url
    content: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Opportunities: {settings.network_name}",
        "description": f"Roles for {settings.leader_words.many}, from all organisations of the network.",
        "home_page_url": f"{base}/opportunities",
        "feed_url": f"{base}{local_path(request)}",
        "language": "en-GB",
        "items": [_item(thing, base, now) for thing in page.items],
    }
    if page.next:
        content["next_url"] = f"{base}{request.url.path}?{request.url.include_query_params(after=page.next).query}"
    body = json.dumps(content, ensure_ascii=False).encode()
    shown = Response(body, media_type="application/feed+json")
    return for_everybody(request, shown, cache_control="public, max-age=60")


def _item(thing: Listed, base: str, now: datetime) -> dict[str, Any]:
    o = thing.opportunity
    to_come = o.to_come(now)
    return {
        "id": str(o.id),
        "url": f"{base}/opportunities/{o.id}",
        "title": o.title,
        "content_text": o.summary,
        "date_published": o.posted_at.isoformat(),
        "_opportunity": {
            "organisation": thing.organisation,
            "apply_by": o.apply_by.isoformat(),
            "next_session": to_come[0].starts_at.isoformat() if to_come else None,
            "sessions_to_come": len(to_come),
            "mode": o.mode,
            "district": o.district,
            "languages": list(o.languages),
            "places": o.places,
            "what_is_paid": words.pay(o),
            "job": {"salary": o.job.salary, "apply_at": o.job.link} if o.job else None,
        },
    }
