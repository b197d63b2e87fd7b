"""What changed because people took part: for everyone, newest first, by organisation."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.request import PageNumber, open_transaction, render
from services.engagements.store import intakes

router = APIRouter()


@router.get("/impact")
async def impact(
    request: Request,
    acting: Annotated[Visitor | Person, Depends(entry.anyone)],
    organisation: str = "",
    page: PageNumber = 0,
) -> Response:
    async with open_transaction(request, acting) as tx:
        things, more = await intakes.outcomes(tx, ods_code=organisation.upper() or None, page=page)
        organisations = await intakes.organisations_with_outcomes(tx)
    return render(
        request,
        "impact.jinja",
        things=things,
        organisations=organisations,
        values={"organisation": organisation.upper()},
        previous=f"?{request.url.include_query_params(page=page - 1).query}" if page else None,
        next=f"?{request.url.include_query_params(page=page + 1).query}" if more else None,
    )
