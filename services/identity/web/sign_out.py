"""Signing out: a button, so that no link and no other site can do it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.request import render
from services.chassis.http.sending import button
from services.chassis.postgres.transaction import Transaction
from services.identity import tokens
from services.identity.commands import sessions

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]


@router.get("/sign-out")
async def show(request: Request, acting: Anyone) -> Response:
    return render(request, "sign_out.jinja", links=links)


@router.post("/sign-out")
async def sign_out(request: Request, acting: Anyone) -> Response:
    if isinstance(acting, Visitor):  # the session was over already
        return tokens.delete_cookie(request, RedirectResponse(links.SIGN_OUT, status_code=303))

    async def act(tx: Transaction[Person]) -> str:
        await sessions.sign_out(tx)
        return links.SIGN_OUT

    return tokens.delete_cookie(request, await button(request, acting, act))
