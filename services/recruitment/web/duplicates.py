"""Staff pages of the network's welcome team: who may be here twice, two of them side by side, and what they say."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import words
from services.recruitment.commands import closing, joining
from services.recruitment.domain.application import SCREENER
from services.recruitment.forms.duplicates import LeaveWaiting
from services.recruitment.queries import duplicates as queries
from services.recruitment.store import duplicates as store
from services.recruitment.web import lists

router = APIRouter()
Welcomer = Annotated[Member, Depends(entry.staff(SCREENER))]
ALL, ONE = links.STAFF_DUPLICATES, links.STAFF_DUPLICATE
DONE = {
    "two": "You said that they are two people. They come back here only if something new is alike.",
    "left": "It waits on.",
    "closed": "The one record is closed, and the other is kept. Both are being told.",
    "opened": "They are two people again, and the record is open as before. Both are being told.",
}


@router.get(ALL)
async def waiting(request: Request, ods: str, acting: Welcomer, asked: AskedByPage, held: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.waiting(tx, asked, network.id, mine=held == "me")
    return render(
        request,
        "duplicates.jinja",
        things=page.items,
        list=view(request, page, lists.DUPLICATES),
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


@router.get(ALL + "/closed")
async def closed(request: Request, ods: str, acting: Welcomer, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.closed(tx, asked, network.id)
    about = view(request, page, lists.CLOSED_DUPLICATES)
    return render(request, "closed_duplicates.jinja", things=page.items, list=about, ods=ods, words=words, links=links)


@router.get(ONE)
async def side_by_side(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    found, now = await _found(request, acting, id)
    return render(
        request,
        "duplicate.jinja",
        pair=found.pair,
        sides=found.sides,
        may=found.choices,
        holder=found.holder,
        now=now,
        here_is=ONE.format(ods=ods, id=id),
        done=confirmation(request, DONE),
        ods=ods,
        words=words,
        links=links,
    )


@router.post(ONE + "/two-people")
async def two_people(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await closing.say_two_people(tx, id)
        return confirmed(ALL.format(ods=ods), "two")

    return await button(request, acting, act)


@router.get(ONE + "/keep/{keep}")
async def keep_page(request: Request, ods: str, id: UUID, keep: UUID, acting: Welcomer) -> Response:
    """What closing the other one ends and what stays, before it is done."""
    found, now = await _found(request, acting, id)
    if keep not in found.pair.both:
        raise NotFound
    may = found.choices
    return render(
        request,
        "close_duplicate.jinja",
        kept=found.side(keep),
        gone=found.side(found.pair.other(keep)),
        keep_it=may.keep_first if keep == found.pair.first_id else may.keep_second,
        now=now,
        here_is=ONE.format(ods=ods, id=id),
        back=ONE.format(ods=ods, id=id),
        words=words,
    )


@router.post(ONE + "/keep/{keep}")
async def close(request: Request, ods: str, id: UUID, keep: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await closing.close_one(tx, id, keep=keep)
        return confirmed(ONE.format(ods=ods, id=id), "closed")

    return await button(request, acting, act)


@router.post(ONE + "/open-again")
async def open_again(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await closing.open_again(tx, id)
        return confirmed(ONE.format(ods=ods, id=id), "opened")

    return await button(request, acting, act)


def _leaves(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        pair = await store.get(tx, id)
        return {"line": pair.line if pair else "", "to": str(pair.held_by or "") if pair else ""}

    async def hold(tx: Transaction[Member]) -> None:
        await closing.hold(tx, id)

    return Changes(now=now, hold=hold)


@router.get(ONE + "/leave")
async def leave_page(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _leaves(id).shown(request, tx)
    return await _leave_page(request, acting, id, values, {})


@router.post(ONE + "/leave")
async def leave(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member], form: LeaveWaiting) -> str:
        await closing.leave_waiting(tx, id, line=form.line, to=form.to)
        return confirmed(ALL.format(ods=ods), "left")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _leave_page(request, acting, id, values, errors)

    return await submit(request, acting, LeaveWaiting, act, again, kind=_leaves(id))


async def _leave_page(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    found, _ = await _found(request, acting, id)
    return render(
        request,
        "leave_duplicate.jinja",
        sides=found.sides,
        may=found.choices,
        names={str(one.account_id): one.called for one in found.team},
        team=found.team,
        values=values,
        errors=errors,
        back=ONE.format(ods=acting.ods_code, id=id),
    )


async def _found(request: Request, acting: Member, id: UUID) -> tuple[queries.SideBySide, datetime]:
    """A pair, whole, and as of when. Raises NotFound to whoever may not look at it."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        return await queries.side_by_side(tx, id, network.id), tx.now
