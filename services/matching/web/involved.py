"""Ways to get involved, for everybody: as a map of the time and the experience that each takes, and as a table."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.lists import AskedByPage, as_csv, view, wants_csv
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.matching import words_of_ways as words
from services.matching.domain.way_in import WayIn
from services.matching.forms import WayFilters
from services.matching.store import ways_in as store
from services.matching.web import lists
from services.matching.web.drawn_ways import drawn
from services.matching.words_of_fitting import KEEP

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]


@router.get(links.INVOLVED)
async def involved(request: Request, acting: Anyone, filters: WayFilters, asked: AskedByPage) -> Response:
    async def one_page(tx: Transaction[Visitor | Person], asked: Asked) -> Page[WayIn]:
        return await store.found(tx, asked, filters)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.WAY_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
        organisations = await store.organisations(tx)
    shown = render(
        request,
        "involved.jinja",
        things=page.items,
        drawn=drawn(page.items),
        list=view(request, page, lists.ways(organisations)),
        words=words,
        keep=KEEP,
    )
    return for_everybody(request, shown)
