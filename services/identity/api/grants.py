"""Roles that wait for the network's finance."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.identity import tokens
from services.identity.api import answers
from services.identity.commands import granting
from services.identity.store import grants as store

router = APIRouter(prefix="/organisations/{ods}/grants")
Finance = Annotated[Member, Depends(tokens.network_finance)]
Shown = Annotated[Member, Depends(entry.fresh(tokens.network_finance))]


@router.get("")
async def waiting_roles(request: Request, ods: str, acting: Finance, asked: AskedByApi) -> answers.WaitingGrants:
    """One page of the roles that were given back and forth within 30 days, the oldest first."""
    async with open_transaction(request, acting) as tx:
        page = await store.every(tx, asked)
    return answers.WaitingGrants(grants=list(page.items), **going_on(page))


@router.post("/{id}/release", response_model=answers.Decided)
async def release_roles(request: Request, ods: str, id: UUID, acting: Shown) -> Response:
    """They have the role from now on."""
    return await _decide(request, acting, id, release=True)


@router.post("/{id}/refuse", response_model=answers.Decided)
async def refuse_roles(request: Request, ods: str, id: UUID, acting: Shown) -> Response:
    """They do not get the role."""
    return await _decide(request, acting, id, release=False)


async def _decide(request: Request, acting: Member, id: UUID, *, release: bool) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await granting.decide(tx, id, release=release, letters=tokens.letters_of(request))
        return {"id": id, "released": release}

    return await json_api.write(request, acting, act)
