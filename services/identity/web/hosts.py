"""Who drafts, approves and pays for an organisation, on a page of the network's admins."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.typed.days import apart
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import MAKES, submit
from services.chassis.postgres.transaction import Transaction
from services.identity import queries, tokens
from services.identity.commands import hosting
from services.identity.forms import EndOfHosting, Hosting
from services.identity.store import hosts as store
from services.identity.store import organisations

router = APIRouter()
HERE = "/organisations/for/{ods}/hosts"
NetworkAdmin = Annotated[Member, Depends(tokens.network_admin)]


@router.get(HERE)
async def show(request: Request, ods: str, acting: NetworkAdmin) -> Response:
    return await _page(request, ods, acting, {}, {})


@router.post(HERE)
async def host(request: Request, ods: str, acting: NetworkAdmin) -> Response:
    async def act(tx: Transaction[Member], form: Hosting) -> str:
        await hosting.host(tx, ods, form.host, first=form.valid_from, last=form.valid_to)
        return HERE.format(ods=ods)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, ods, acting, values, errors)

    return await submit(request, acting, Hosting, act, again, kind=MAKES)


@router.get(HERE + "/{host}/end")
async def show_end(request: Request, ods: str, host: str, acting: NetworkAdmin) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _ends(ods, host).shown(request, tx)
    return await _end(request, ods, host, acting, values, {})


def _ends(ods: str, host: str) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        hosts = await queries.hosts(tx, await queries.organisation(tx, ods))
        last = next((one.valid_to for one, _ in reversed(hosts) if one.ods_code == host.upper()), None)
        return apart("last_day", last)

    async def hold(tx: Transaction[Member]) -> None:
        await organisations.lock_organisation(tx, ods)

    async def said(tx: Transaction[Member]) -> str:
        last = await store.last_set(tx, (await queries.organisation(tx, ods)).id, host)
        return await last_changed(tx, at=last[0], by=last[1]) if last else ""

    return Changes(now=now, hold=hold, said=said)


@router.post(HERE + "/{host}/end")
async def end(request: Request, ods: str, host: str, acting: NetworkAdmin) -> Response:
    async def act(tx: Transaction[Member], form: EndOfHosting) -> str:
        await hosting.end_hosting(tx, ods, host, last_day=form.last_day)
        return HERE.format(ods=ods)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _end(request, ods, host, acting, values, errors)

    return await submit(request, acting, EndOfHosting, act, again, kind=_ends(ods, host))


async def _page(request: Request, ods: str, acting: Member, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        organisation, today = await queries.organisation(tx, ods), london_day(tx.now)
        hosts = await queries.hosts(tx, organisation)
    return render(request, "hosts.jinja", o=organisation, hosts=hosts, today=today, values=values, errors=errors)


async def _end(
    request: Request, ods: str, host: str, acting: Member, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        organisation, host_of = await queries.organisation(tx, ods), await queries.organisation(tx, host)
    return render(request, "end_host.jinja", o=organisation, host=host_of, values=values, errors=errors)
