"""What changed because people took part: for everyone, newest first, by organisation."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.lists import AskedByPage, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.engagements.store import intakes
from services.engagements.store.intakes import PublicOutcome
from services.engagements.web import lists

router = APIRouter()


@router.get("/impact")
async def impact(
    request: Request,
    acting: Annotated[Visitor | Person, Depends(entry.anyone)],
    asked: AskedByPage,
    organisation: str = "",
) -> Response:
    async def one_page(tx: Transaction[Visitor | Person], asked: Asked) -> Page[PublicOutcome]:
        return await intakes.outcomes(tx, asked, ods_code=organisation.upper() or None)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.OUTCOME_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
        organisations = await intakes.organisations_with_outcomes(tx)
    return render(request, "impact.jinja", things=page.items, list=view(request, page, lists.outcomes(organisations)))
