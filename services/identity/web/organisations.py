"""Organisations, found by anybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from schemas import links
from services.chassis.base.access import Acting, london_day
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.http import entry
from services.chassis.http.request import open_transaction, render
from services.identity import tokens
from services.identity.domain.organisation import KIND_WORDS
from services.identity.store import organisations as store

router = APIRouter()
Anyone = Annotated[Acting, Depends(entry.anyone)]


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
        kinds=KIND_WORDS,
        most=store.FIND_LIMIT,
        today=today,
    )


@router.get("/organisations/{ods}")
async def organisation(request: Request, ods: str, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await store.organisation(tx, ods.upper())
        if found is None:
            raise NotFound
        after, before = await store.successors_of(tx, found.id), await store.predecessors_of(tx, found.id)
        today = london_day(tx.now)
    return render(
        request,
        "organisation.jinja",
        o=found,
        kind=KIND_WORDS.get(found.kind, found.kind),
        closed=found.closed(today),
        after=after,
        before=before,
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
