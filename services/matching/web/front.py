"""The front page: what the network is for, the newest roles, a search, and one story of what changed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import open_transaction, render
from services.matching import words, words_of_front, words_of_roles
from services.matching.store import front as store

router = APIRouter()


@router.get("/")
async def front(request: Request, acting: Annotated[Visitor | Person, Depends(entry.anyone)]) -> Response:
    async with open_transaction(request, acting) as tx:
        newest, story, now = await store.newest(tx), await store.story(tx), tx.now
    shown = render(
        request,
        "front.jinja",
        newest=newest,
        story=story,
        now=now,
        words=words,
        roles=words_of_roles,
        front=words_of_front,
    )
    return for_everybody(request, shown)
