"""The common feed: what is open now, for everyone, without signing in."""

import json
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry, helping
from services.chassis.http.lists import AskedByApi, AskedByPage, as_csv, view, wants_csv
from services.chassis.http.microcache import for_everybody
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import local_path, open_transaction, render, site_of
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.matching import queries, words, words_of_changes, words_of_roles
from services.matching.domain.opportunity import closes_at
from services.matching.forms import Filters
from services.matching.store import editions
from services.matching.store import opportunities as store
from services.matching.store.opportunities import Listed
from services.matching.web import lists
from services.matching.words_of_fitting import KEEP, MY_ROLE

own = OwnPages()
router = own.router
Anyone = Annotated[Visitor | Person, Depends(helping.own_or_everybodys)]


@own.get("/opportunities")
async def feed(request: Request, acting: Anyone, filters: Filters, asked: AskedByPage) -> Response:
    async def one_page(tx: Transaction[Visitor | Person], asked: Asked) -> Page[Listed]:
        return await store.feed(tx, asked, filters)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.FEED_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
        organisations, now = {o.ods_code: o.name for o in await store.organisations(tx)}, tx.now
    about = view(request, page, lists.feed(organisations))
    others = f"/feeds/opportunities.json{'?' + urlencode(about.values) if about.values else ''}"
    shown = render(
        request,
        "feed.jinja",
        things=page.items,
        list=about,
        json_feed=others,
        keep_search=f"{KEEP}?{urlencode(about.values)}",
        now=now,
        words=words,
        roles=words_of_roles,
    )
    return for_everybody(request, shown)


@own.get("/opportunities/{id}")
async def opportunity(request: Request, id: UUID, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        listed = await queries.opportunity(tx, id)
        training, now = await training_titles(tx, listed.opportunity.training), tx.now
        answers = await who_answers(tx, listed.opportunity)
        newest = await editions.newest(tx, id) if listed.opportunity.changed else None
    return render(
        request,
        "job.jinja" if listed.opportunity.job else "opportunity.jinja",
        listed=listed,
        o=listed.opportunity,
        may=listed.choices,
        training=training,
        to_come=listed.opportunity.to_come(now),
        closes=listed.opportunity.closed_at or closes_at(listed.opportunity),
        answers=answers,
        newest=newest,
        my_role=MY_ROLE.format(opportunity_id=id) if isinstance(acting, Person) else "",
        changes=words_of_changes,
        now=now,
        words=words,
        roles=words_of_roles,
        links=links,
    )


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
