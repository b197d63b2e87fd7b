"""What was changed of an opportunity after it was posted: for everybody, and for its coordinators with who did it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, helping
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.matching import queries, words_of_changes
from services.matching.store import editions

own = OwnPages()
router = own.router
Anyone = Annotated[Visitor | Person, Depends(helping.own_or_everybodys)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
ABOUT = About(editions.CHANGES, "change")


@own.get("/opportunities/{id}/changes")
async def changes(request: Request, id: UUID, acting: Anyone, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        o = (await queries.opportunity(tx, id)).opportunity
        page = await editions.changes(tx, asked, id)
    back = f"/opportunities/{id}"
    return render(
        request,
        "changes.jinja",
        things=page.items,
        list=view(request, page, ABOUT),
        o=o,
        back=back,
        staff=False,
        changes=words_of_changes,
    )


@own.get("/opportunities/{id}/changes/{version}")
async def one_change(request: Request, id: UUID, version: int, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        o = (await queries.opportunity(tx, id)).opportunity
        found = await editions.one(tx, id, version) if version < 2**31 else None
    if found is None:
        raise NotFound
    return render(request, "change_made.jinja", o=o, one=found, changes=words_of_changes)


@router.get("/opportunities/for/{ods}/{id}/changes")
async def own_changes(request: Request, ods: str, id: UUID, acting: Coordinator, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        o = (await queries.own_opportunity(tx, id)).opportunity
        page = await editions.changes(tx, asked, id)
    return render(
        request,
        "changes.jinja",
        things=page.items,
        list=view(request, page, ABOUT),
        o=o,
        back=f"/opportunities/for/{ods}/{id}",
        staff=True,
        changes=words_of_changes,
    )
