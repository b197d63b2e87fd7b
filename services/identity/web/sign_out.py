"""Signing out: a button, so that no link and no other site can do it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from services.chassis import web
from services.chassis.access import Acting
from services.chassis.transaction import Transaction
from services.identity import entry
from services.identity.commands import sign_in

router = APIRouter()
Anyone = Annotated[Acting, Depends(web.anyone)]


@router.get("/sign-out")
async def show(request: Request, acting: Anyone) -> Response:
    return web.page(request, "sign_out.jinja", links=links)


@router.post("/sign-out")
async def sign_out(request: Request, acting: Anyone) -> Response:
    if acting.person_id is None:  # the session was over already
        return entry.drop(request, RedirectResponse(links.SIGN_OUT, status_code=303))

    async def act(tx: Transaction) -> str:
        await sign_in.sign_out(tx)
        return links.SIGN_OUT

    return entry.drop(request, await web.button(request, acting, act))
