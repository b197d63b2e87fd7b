"""Organisations, found by anybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.refusals import Refused
from services.chassis.http import entry
from services.chassis.http.request import open_transaction, render
from services.identity import queries, tokens, words
from services.identity.store import organisations as store

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]


@router.get("/organisations")
async def find(request: Request, acting: Anyone, find: Annotated[str, Query(max_length=200)] = "") -> Response:
    async with open_transaction(request, acting) as tx:
        found = await store.find_organisations(tx, find.strip())
        today = london_day(tx.now)
    return render(
        request,
        "organisations.jinja",
        things=found,
        values={"find": find},
        kinds=words.KIND,
        most=store.FIND_LIMIT,
        today=today,
    )


@router.get("/organisations/{ods}")
async def organisation(request: Request, ods: str, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        succession = await queries.succession(tx, ods.upper())
        found, today = succession.organisation, london_day(tx.now)
    return render(
        request,
        "organisation.jinja",
        o=found,
        kind=words.KIND.get(found.kind, found.kind),
        closed=found.closed(today),
        taken_over_by=succession.taken_over_by,
        took_over_from=succession.took_over_from,
        opportunities=f"{links.FEED}?organisation={found.ods_code}",
        looks_after=await _looks_after(request, found.ods_code),
    )


async def _looks_after(request: Request, ods: str) -> bool:
    """Whether the page of its staff and roles would let this visitor in."""
    try:
        await tokens.admin(request, ods)
    except Refused:
        return False
    return True
