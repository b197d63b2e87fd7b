"""The gateway: what a patient leader is, and how joining goes."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.recruitment import queries, words
from services.recruitment.store import applications
from services.recruitment.web.applying import APPLY

own = OwnPages()
router = own.router
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]


@router.get("/join")
async def join(request: Request, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        in_force = await queries.policies_in_force(tx)
        mine = await applications.newest_of_person(tx, acting.subject_id) if acting.subject_id else None
        closed = await queries.closed_for(tx, acting.subject_id) if acting.subject_id else None
    return render(
        request,
        "join.jinja",
        screening=in_force["screening"],
        mine=mine,
        closed=closed,
        links=links,
        start=links.START,
        new_account=f"{links.NEW_ACCOUNT}?to={quote(APPLY, safe='')}",
        sign_in=f"{links.SIGN_IN}?to={quote(APPLY, safe='')}",
        rungs=words.RUNG,
        done=confirmation(request, {"deleted": "What you typed is deleted."}),
    )


@router.get("/join/agreements/{kind}")
async def agreement(request: Request, kind: str, acting: Anyone) -> Response:
    """The edition of a policy that is in force today."""
    async with open_transaction(request, acting) as tx:
        policy = (await queries.policies_in_force(tx)).get(kind)
    if policy is None:
        raise NotFound
    return render(request, "agreement.jinja", policy=policy)
