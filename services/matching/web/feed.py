"""The common feed: what is open now, for everyone, without signing in."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import PageNumber, local_path, open_transaction, render, site_of
from services.matching import queries, words
from services.matching.forms import Filters
from services.matching.store import opportunities as store
from services.matching.store.opportunities import Listed

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SHOWN_FILTERS = ("words", "strand", "mode", "organisation", "paid")


@router.get("/opportunities")
async def feed(request: Request, acting: Anyone, filters: Filters, page: PageNumber = 0) -> Response:
    async with open_transaction(request, acting) as tx:
        things, more = await store.feed(tx, filters, now=tx.now, page=page)
        organisations = await store.organisations(tx)
    chosen = {name: text for name in SHOWN_FILTERS if (text := request.query_params.get(name))}
    shown = render(
        request,
        "feed.jinja",
        things=things,
        organisations={o.ods_code: o.name for o in organisations},
        values=chosen,
        chosen=chosen,
        previous=request.url.include_query_params(page=page - 1).query if page else None,
        next=request.url.include_query_params(page=page + 1).query if more else None,
        words=words,
    )
    return for_everybody(request, shown)


@router.get("/opportunities/{id}")
async def opportunity(request: Request, id: UUID, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        listed = await queries.opportunity(tx, id)
        training = await store.training_titles(tx)
    return render(
        request,
        "opportunity.jinja",
        listed=listed,
        o=listed.opportunity,
        may=listed.choices,
        training=training,
        words=words,
        links=links,
    )


@router.get("/feeds/opportunities.json")
async def json_feed(request: Request, acting: Anyone, filters: Filters, page: PageNumber = 0) -> Response:
    """JSON Feed 1.1 of what is open. A reader that has the newest already gets 304."""
    async with open_transaction(request, acting) as tx:
        things, more = await store.feed(tx, filters, now=tx.now, page=page)
    base = site_of(request).settings.base_url
    content: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Opportunities: {site_of(request).settings.network_name}",
        "home_page_url": f"{base}/opportunities",
        "feed_url": f"{base}{local_path(request)}",
        "language": "en-GB",
        "items": [_item(thing, base) for thing in things],
    }
    if more:
        content["next_url"] = f"{base}{request.url.path}?{request.url.include_query_params(page=page + 1).query}"
    body = json.dumps(content, ensure_ascii=False).encode()
    shown = Response(body, media_type="application/feed+json")
    return for_everybody(request, shown, cache_control="public, max-age=60")


def _item(thing: Listed, base: str) -> dict[str, Any]:
    o = thing.opportunity
    return {
        "id": str(o.id),
        "url": f"{base}/opportunities/{o.id}",
        "title": o.title,
        "content_text": o.summary,
        "date_published": o.posted_at.isoformat(),
        "_opportunity": {"organisation": thing.organisation, "apply_by": o.apply_by.isoformat(), "places": o.places},
    }
