"""Roles that wait for the network's finance: given back and forth within 30 days, so somebody else has to agree."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import button
from services.chassis.postgres.transaction import Transaction
from services.identity import tokens
from services.identity.commands import granting
from services.identity.store import grants as store
from services.identity.words import ROLE_NAME

router = APIRouter()
Finance = Annotated[Member, Depends(tokens.network_finance)]
Shown = Annotated[Member, Depends(entry.fresh(tokens.network_finance))]
_LIST = About(store.WAITING, "request")
DONE = {"released": "They have the role now.", "refused": "They do not get the role."}


@router.get(links.STAFF_GRANTS)
async def waiting(request: Request, ods: str, acting: Finance, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await store.every(tx, asked)
    about = view(request, page, _LIST)
    done = confirmation(request, DONE)
    return render(request, "grants.jinja", listed=page.items, list=about, ods=ods, roles=ROLE_NAME, done=done)


@router.post(links.STAFF_GRANTS + "/{id}/release")
async def release(request: Request, ods: str, id: UUID, acting: Shown) -> Response:
    return await _decide(request, acting, id, release=True)


@router.post(links.STAFF_GRANTS + "/{id}/refuse")
async def refuse(request: Request, ods: str, id: UUID, acting: Shown) -> Response:
    return await _decide(request, acting, id, release=False)


async def _decide(request: Request, acting: Member, id: UUID, *, release: bool) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await granting.decide(tx, id, release=release, letters=tokens.letters_of(request))
        return confirmed(links.STAFF_GRANTS.format(ods=acting.ods_code), "released" if release else "refused")

    return await button(request, acting, act)
