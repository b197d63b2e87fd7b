"""Staff pages: an organisation's ways to get involved, and for the network also what others run."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.transaction import Transaction
from services.matching import words_of_ways as words
from services.matching.commands import ways_in as commands
from services.matching.domain import way_in as domain
from services.matching.domain.way_in import WayInWords
from services.matching.store import ways_in as store

router = APIRouter()
HERE = links.STAFF_WAYS_IN
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
DONE = {
    "added": "It is in the list now. Everybody can see it.",
    "changed": "Saved. Everybody sees it so.",
    "moved": "It stands one place higher now.",
    "taken_out": "It is not in the list any more.",
}


@router.get(HERE)
async def own(request: Request, ods: str, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        kept, is_network = await store.own(tx), await commands.is_network(tx)
    return render(
        request,
        "ways_in.jinja",
        ods=ods,
        own=[one for one in kept if not one.made_of_roles],
        usual=[one for one in kept if one.made_of_roles],
        is_network=is_network,
        words=words,
        done=confirmation(request, DONE),
    )


@router.get(HERE + "/new")
async def new(request: Request, ods: str, acting: Coordinator) -> Response:
    return await _form(request, acting, {})


@router.post(HERE + "/new")
async def add(request: Request, ods: str, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: WayInWords) -> str:
        await commands.add_way_in(tx, form)
        return confirmed(HERE.format(ods=ods), "added")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors=errors)

    return await submit(request, acting, WayInWords, act, again, kind=MAKES)


@router.get(HERE + "/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _changes(id).shown(request, tx)
    return await _form(request, acting, values, id=id)


def _changes(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        return domain.typed(await store.get(tx, id))

    async def hold(tx: Transaction[Member]) -> None:
        await store.lock(tx, id)

    return Changes(now=now, hold=hold)


@router.post(HERE + "/{id}")
async def change(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: WayInWords) -> str:
        await commands.change_way_in(tx, id, form)
        return confirmed(HERE.format(ods=ods), "changed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors=errors, id=id)

    return await submit(request, acting, WayInWords, act, again, kind=_changes(id))


@router.post(HERE + "/{id}/up")
async def move_up(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.move_way_in_up(tx, id)
        return confirmed(HERE.format(ods=ods), "moved")

    return await button(request, acting, act)


@router.post(HERE + "/{id}/take-out")
async def take_out(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.take_out_way_in(tx, id)
        return confirmed(HERE.format(ods=ods), "taken_out")

    return await button(request, acting, act)


async def _form(
    request: Request,
    acting: Member,
    values: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    id: UUID | None = None,
) -> Response:
    async with open_transaction(request, acting) as tx:
        is_network = await commands.is_network(tx)
        kept = await store.get(tx, id) if id else None
    return render(
        request,
        "way_in.jinja",
        values=values,
        errors=errors or {},
        ods=acting.ods_code,
        id=id,
        kept=kept,
        is_network=is_network,
        words=words,
    )
