"""Who drafts, approves and pays for an organisation: set by the network's admins, read with the organisation."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import Member
from services.chassis.http import json_api
from services.chassis.postgres.transaction import Transaction
from services.identity import tokens
from services.identity.api import answers
from services.identity.commands import hosting
from services.identity.forms import EndOfHosting, Hosting

router = APIRouter()
HERE = "/organisations/{ods}/hosts"
NetworkAdmin = Annotated[Member, Depends(tokens.network_admin)]


@router.post(HERE, status_code=201, response_model=answers.Hosted)
async def add_host(request: Request, ods: str, body: Hosting, acting: NetworkAdmin) -> Response:
    """Another organisation drafts, approves and pays for this one, from day to day."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await hosting.host(tx, ods, body.host, first=body.valid_from, last=body.valid_to)
        return {"ods_code": ods, "host": body.host}

    return await json_api.write(request, acting, act, status=201)


@router.post(HERE + "/{host}/end", response_model=answers.Hosted)
async def end_host(request: Request, ods: str, host: str, body: EndOfHosting, acting: NetworkAdmin) -> Response:
    """It does so until that day; until yesterday: no more."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await hosting.end_hosting(tx, ods, host, last_day=body.last_day)
        return {"ods_code": ods, "host": host}

    return await json_api.write(request, acting, act)
