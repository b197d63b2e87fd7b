"""What training there is, for everyone, without signing in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.recruitment import Leader
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.request import PageNumber, open_transaction, render
from services.chassis.postgres import mirrors
from services.training import queries, words
from services.training.store import people
from services.training.store import programmes as store

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]


@router.get("/training")
async def offered(request: Request, acting: Anyone, page: PageNumber = 0) -> Response:
    async with open_transaction(request, acting) as tx:
        things, more = await store.offered(tx, page=page)
        now = tx.now
    return render(
        request,
        "offered.jinja",
        things=things,
        now=now,
        previous=f"{links.TRAINING}?page={page - 1}" if page else None,
        next=f"{links.TRAINING}?page={page + 1}" if more else None,
    )


@router.get("/training/{programme_id}")
async def one(request: Request, programme_id: UUID, acting: Anyone) -> Response:
    """A programme, and a button for each of its coming sessions where the visitor can take a place."""
    async with open_transaction(request, acting) as tx:
        listed = await queries.programme(tx, programme_id)
        leader = await mirrors.get(tx, Leader, acting.subject_id) if acting.subject_id else None
        places = await people.places_of(tx, acting.subject_id) if acting.subject_id else []
        now = tx.now
    return render(
        request,
        "programme.jinja",
        listed=listed,
        p=listed.programme,
        coming=[] if listed.programme.withdrawn_at else listed.programme.coming(now),
        own={place.session_id for place in places},
        in_pool=leader is not None and leader.status == "approved",
        signed_in=acting.subject_id is not None,
        sign_in=f"{links.SIGN_IN}?to={links.TRAINING}/{programme_id}",
        join=links.JOIN,
        words=words,
    )
