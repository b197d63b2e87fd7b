"""What training there is, for everyone, without signing in."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.recruitment import Leader
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import helping
from services.chassis.http.limits import limited, words_are_sought
from services.chassis.http.lists import AskedByPage, WordsToFind, as_csv, view, wants_csv
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.training import limits, queries, words
from services.training.store import clashes, people
from services.training.store import programmes as store
from services.training.store.programmes import Listed
from services.training.web import lists

own = OwnPages()
router = own.router
Anyone = Annotated[Visitor | Person, Depends(helping.own_or_everybodys)]
Searching = Annotated[
    Visitor | Person, Depends(limited(helping.own_or_everybodys, limits.SEARCH, only_if=words_are_sought))
]


@own.get("/training")
async def offered(request: Request, acting: Searching, asked: AskedByPage, find: WordsToFind) -> Response:
    async def one_page(tx: Transaction[Visitor | Person], asked: Asked) -> Page[Listed]:
        return await store.offered(tx, asked, find)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.OFFERED_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page, now = await one_page(tx, asked), tx.now
    return render(request, "offered.jinja", things=page.items, list=view(request, page, lists.OFFERED), now=now)


@own.get("/training/{programme_id}")
async def one(request: Request, programme_id: UUID, acting: Anyone) -> Response:
    """A programme, and a button for each of its coming sessions where the visitor can take a place."""
    async with open_transaction(request, acting) as tx:
        listed = await queries.programme(tx, programme_id)
        leader = await mirrors.get(tx, Leader, acting.subject_id) if acting.subject_id else None
        taken = await people.sessions_of(tx, acting.subject_id, programme_id) if acting.subject_id else []
        sessions = [one.id for one in listed.programme.sessions]
        found = await clashes.of_person(tx, acting.subject_id, sessions, now=tx.now) if acting.subject_id else {}
        now = tx.now
    return render(
        request,
        "programme.jinja",
        listed=listed,
        p=listed.programme,
        coming=[] if listed.programme.withdrawn_at else listed.programme.coming(now),
        own=set(taken),
        clashes_at=found,
        in_pool=leader is not None and leader.status == "approved",
        signed_in=acting.subject_id is not None,
        now=now,
        sign_in=f"{links.SIGN_IN}?to={links.TRAINING}/{programme_id}",
        join=links.JOIN,
        words=words,
    )
