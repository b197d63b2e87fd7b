"""What changed because people took part: for everyone, newest first, by organisation."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from services.chassis import web
from services.chassis.access import Acting
from services.engagements.store import intakes

router = APIRouter()
LAST_PAGE = 1000


@router.get("/impact")
async def impact(
    request: Request,
    acting: Annotated[Acting, Depends(web.anyone)],
    organisation: str = "",
    page: Annotated[int, Query(ge=0, le=LAST_PAGE)] = 0,
) -> Response:
    async with web.open_transaction(request, acting) as tx:
        things, more = await intakes.told(tx, ods_code=organisation.upper() or None, page=page)
        organisations = await intakes.organisations_that_told(tx)
    return web.page(
        request,
        "impact.jinja",
        things=things,
        organisations=organisations,
        values={"organisation": organisation.upper()},
        previous=f"?{request.url.include_query_params(page=page - 1).query}" if page else None,
        next=f"?{request.url.include_query_params(page=page + 1).query}" if more else None,
    )
