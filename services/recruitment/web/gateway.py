"""The gateway: what a patient leader is, how joining goes, and how far one's own application is."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.base.wording import day
from services.chassis.http import entry, files
from services.chassis.http.confirmations import confirmation
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import button
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries, words
from services.recruitment.commands import joining
from services.recruitment.store import applications
from services.recruitment.web.applying import APPLY

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
MINE = "/join/mine"


@router.get("/join")
async def join(request: Request, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        in_force = await queries.policies_in_force(tx)
        mine = await applications.newest_of_person(tx, acting.subject_id) if acting.subject_id else None
    return render(
        request,
        "join.jinja",
        screening=in_force["screening"],
        mine=mine,
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


@router.get(MINE)
async def my_application(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        mine = await queries.my_joining(tx)
        network = await applications.network(tx, on=london_day(tx.now))
        signed_form = await queries.signed_form(tx, mine.progress)
    found, leader = mine.progress, mine.leader
    waits = found and found.application.waits
    sent = {"sent": f"We have it. You get an answer by {day(found.answer_by)}."} if found and waits else {}
    return render(
        request,
        "my_application.jinja",
        a=found.application if found else None,
        may=mine.choices,
        leader=leader if leader and leader.status == "approved" else None,
        signed_form=signed_form,
        answer_by=found.answer_by if found else None,
        waited=found.days_waiting if found else 0,
        screened_by=network.name if network else "",
        done=confirmation(request, sent),
        words=words,
        links=links,
    )


@router.get(MINE + "/signed-form")
async def my_signed_form(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.open_signed_form(tx, (await queries.my_joining(tx)).progress))


@router.post("/join/mine/withdraw")
async def withdraw(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await joining.withdraw_application(tx)
        return MINE

    return await button(request, acting, act)
