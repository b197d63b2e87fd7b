"""The common feed: what is open now, for everyone, without signing in."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Person, Visitor
from services.chassis.http import helping
from services.chassis.http.lists import AskedByPage, as_csv, view, wants_csv
from services.chassis.http.microcache import for_everybody
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.matching import words, words_of_roles
from services.matching.forms import Filters
from services.matching.store import opportunities as store
from services.matching.store.opportunities import Listed
from services.matching.web import lists
from services.matching.words_of_fitting import KEEP

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
