"""Trying the network as anybody, in the demo."""

from dataclasses import replace
from itertools import groupby
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http.forms import sealed_form
from services.chassis.http.request import open_transaction, render
from services.identity import tokens, words
from services.identity.commands import demo, invitations
from services.identity.commands.browsers import name_browser
from services.identity.tokens import local_or_home
from services.identity.web.link import go_on

router = APIRouter()
TryingIt = Annotated[Visitor | Person, Depends(tokens.trying_it)]


@router.get("/sign-in/demo")
async def show(request: Request, acting: TryingIt, to: str = "") -> Response:
    """Eight people first, each of whom begins on a page of their own, unless the visitor was on the way to one."""
    async with open_transaction(request, acting) as tx:
        offered = await demo.list_accounts(tx)
        cards = await demo.list_personas(tx, offered)
    others = [one for one in offered if one.account_id not in {card.account.account_id for card in cards}]
    staff = [one for one in others if one.organisation]
    return render(
        request,
        "demo.jinja",
        cards=cards,
        groups=[(name, list(members)) for name, members in groupby(staff, key=lambda one: one.organisation)],
        people=[one for one in others if not one.organisation],
        more=offered.more,
        roles=words.ROLE_NAME,
        to=local_or_home(to),
        on_the_way=local_or_home(to) != links.HOME,
    )


@router.post("/sign-in/demo")
async def sign_in(request: Request, acting: TryingIt) -> Response:
    form = await sealed_form(request, acting)
    try:
        account_id = UUID(str(form.values.get("account_id", "")))
    except ValueError:
        raise NotFound from None
    async with open_transaction(request, acting) as tx:
        who = await demo.sign_in(tx, demo.Who(account_id))
        await name_browser(tx, who, request.headers.get("user-agent", ""))
        invited = bool(await invitations.of_account(tx, who.account_id))
    return go_on(request, replace(who, go_to=str(form.values.get("to", ""))), invited=invited)
