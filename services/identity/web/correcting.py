"""What is written down of an organisation, put right by the network's admins."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import Member
from services.chassis.base.typed.days import apart
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import submit
from services.chassis.postgres.transaction import Transaction
from services.identity import queries, tokens, words
from services.identity.commands import correcting
from services.identity.domain.organisation import NETWORK, Facts, Organisation
from services.identity.forms import Correction
from services.identity.store import organisations

router = APIRouter()
HERE = "/organisations/for/{ods}/correct"
NetworkAdmin = Annotated[Member, Depends(tokens.network_admin)]


@router.get(HERE)
async def show(request: Request, ods: str, acting: NetworkAdmin) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _corrects(ods).shown(request, tx)
    return _form(request, await _about(request, ods, acting), values, {})


def _corrects(ods: str) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        organisation = await queries.organisation(tx, ods)
        values: dict[str, Any] = {"name": organisation.name, "kind": organisation.kind}
        for field, day in (("valid_from", organisation.valid_from), ("last_day", organisation.valid_to)):
            values |= apart(field, day)
        return values

    async def hold(tx: Transaction[Member]) -> None:
        await organisations.lock_organisation(tx, ods)

    async def said(tx: Transaction[Member]) -> str:
        last = await organisations.last_correction(tx, (await queries.organisation(tx, ods)).id)
        return await last_changed(tx, at=last[0], by=last[1]) if last else ""

    return Changes(now=now, hold=hold, said=said)


@router.post(HERE)
async def correct(request: Request, ods: str, acting: NetworkAdmin) -> Response:
    async def act(tx: Transaction[Member], form: Correction) -> str:
        await correcting.correct(tx, ods, Facts(form.name, form.kind, form.valid_from, form.last_day))
        return f"/organisations/{ods}"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _form(request, await _about(request, ods, acting), values, errors)

    return await submit(request, acting, Correction, act, again, kind=_corrects(ods))


async def _about(request: Request, ods: str, acting: Member) -> Organisation:
    async with open_transaction(request, acting) as tx:
        return await queries.organisation(tx, ods)


def _form(request: Request, about: Organisation, values: dict[str, Any], errors: dict[str, str]) -> Response:
    kinds = {about.kind: words.KIND[about.kind]} if about.kind == NETWORK else words.KIND_TO_REGISTER
    return render(request, "correct.jinja", o=about, kinds=kinds, values=values, errors=errors)
