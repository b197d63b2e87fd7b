"""The open roles on paper: one after the other, with what somebody needs who answers by phone or by post."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.who_answers import each_answers
from services.matching import words, words_of_roles
from services.matching.forms import Filters
from services.matching.store import opportunities as store
from services.matching.web import lists

router = APIRouter()
ON_A_PAGE = 40
"""Roles on one page of the website, which is about ten of paper."""
LARGE = "large"


@router.get(links.FEED_ON_PAPER)
async def on_paper(
    request: Request,
    acting: Annotated[Visitor | Person, Depends(entry.anyone)],
    filters: Filters,
    asked: AskedByPage,
    size: str = "",
) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await store.feed(tx, replace(asked, size=ON_A_PAGE), filters)
        roles = [one.opportunity for one in page.items]
        answers = await each_answers(tx, {o.id: (o.organisation_id, o.desk_id, o.contact_id) for o in roles})
        organisations, now = {o.ods_code: o.name for o in await store.organisations(tx)}, tx.now
    shown = render(
        request,
        "on_paper.jinja",
        things=page.items,
        answers=answers,
        list=view(request, page, lists.on_paper(organisations)),
        large=size == LARGE,
        month=f"{london_day(now):%B %Y}",
        now=now,
        words=words,
        roles=words_of_roles,
    )
    return for_everybody(request, shown)
