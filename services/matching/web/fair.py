"""How roles are matched, for everybody; and for the network's coordinators who is told of nothing."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.matching import words_of_fair
from services.matching.commands import glossary
from services.matching.store import fair, policies, untold

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
LIST = About(untold.UNTOLD, "person", "people")


@router.get(links.HOW_MATCHED)
async def how(request: Request, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        policy = await policies.telling_of_roles(tx, on=london_day(tx.now))
        few = await fair.same_few(tx, None)
    return render(request, "how.jinja", policy=policy, few=few, far=words_of_fair.FAR_MILES, links=links)


@router.get(links.STAFF_UNTOLD)
async def told_nothing(request: Request, ods: str, acting: Coordinator, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        await glossary.must_be_the_network(tx)
        counts = await fair.untold_counts(tx)
        page = await untold.of_coordinator(tx, asked, tx.acting.by)
    return render(
        request,
        "untold.jinja",
        counts=counts,
        things=page.items,
        list=view(request, page, LIST),
        ods=ods,
        words=words_of_fair,
        links=links,
    )
