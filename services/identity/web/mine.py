"""One's own account: the name to be called by, the sign-in address, and being forgotten."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from schemas import links
from services.chassis import web
from services.chassis.access import Acting
from services.chassis.transaction import Transaction
from services.identity import entry
from services.identity.commands import accounts
from services.identity.forms import CalledName
from services.identity.store import accounts as store

router = APIRouter()
SignedIn = Annotated[Acting, Depends(web.signed_in)]
MINE = "/sign-in/mine"


@router.get("/sign-in/mine")
async def mine(request: Request, acting: SignedIn) -> Response:
    assert acting.person_id
    async with web.open_transaction(request, acting) as tx:
        email = await store.address_of(tx, acting.person_id)
    return web.page(request, "mine.jinja", email=email, staff_of=acting.staff_of, links=links)


@router.get("/sign-in/mine/name")
async def show_name(request: Request, acting: SignedIn) -> Response:
    return web.page(request, "name.jinja", values={"called": acting.called}, errors={})


@router.post("/sign-in/mine/name")
async def rename(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction, form: CalledName) -> str:
        await accounts.rename(tx, form.called)
        return MINE

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return web.page(request, "name.jinja", values=values, errors=errors)

    return await web.submit(request, acting, CalledName, act, again)


@router.get("/sign-in/mine/forget")
async def show_forget(request: Request, acting: SignedIn) -> Response:
    return web.page(request, "forget.jinja")


@router.post("/sign-in/mine/forget")
async def forget(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction) -> str:
        await accounts.forget_me(tx)
        return "/sign-in/forgotten"

    return entry.drop(request, await web.button(request, acting, act))


@router.get("/sign-in/forgotten")
async def forgotten(request: Request, acting: Annotated[Acting, Depends(web.anyone)]) -> Response:
    return web.page(request, "forgotten.jinja")
