"""Coordinators' pages: what people need at a session, what one person needs, and how far each of it is."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import button, submit
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries_access as queries
from services.engagements import words, words_access
from services.engagements.commands import arranging as commands
from services.engagements.domain.arranging import Arranging, Booking
from services.engagements.store import engagements
from services.engagements.web import lists

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
PAGE = "/engagements/for/{ods}/people/{id}/needs"
AT_ALL = PAGE + "/{need}"
AT_ONE = links.STAFF_ACCESS + "/{id}/needs/{need}"
LOOKED = links.STAFF_ACCESS + "/{id}/looked"
DONE = {
    "arranged": "Saved. The person sees it on the page of their role.",
    "looked": "Noted: you have looked at it.",
}


@router.get(links.STAFF_ACCESS)
async def access_of_session(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator, asked: AskedByPage
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.of_session(tx, opportunity_id, session_id, asked)
        owners = await queries.called(tx, [b for one in found.page.items for b in one.arranged.bookings])
        now = tx.now
    at = links.STAFF_ACCESS.format(ods=ods, opportunity_id=opportunity_id, session_id=session_id)
    return render(
        request,
        "access_of_session.jinja",
        o=found.opportunity,
        s=found.session,
        people=found.page.items,
        owners=owners,
        to_look_at=queries.to_look_at,
        list=view(request, found.page, lists.ACCESS),
        at=at,
        now=now,
        back=links.STAFF_SESSION.format(ods=ods, opportunity_id=opportunity_id, session_id=session_id),
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
        w=words_access,
    )


@router.post(LOOKED)
async def looked(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, id: UUID, acting: Coordinator
) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await queries.one_at_session(tx, opportunity_id, session_id, id)
        await commands.look(tx, id, session_id)
        at = links.STAFF_ACCESS.format(ods=ods, opportunity_id=opportunity_id, session_id=session_id)
        return confirmed(at, "looked")

    return await button(request, acting, act)


@router.get(PAGE)
async def needs_of_place(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.of_place(tx, id)
        owners = await queries.called(tx, [b for one in found.sessions for b in one.arranged.bookings])
    return render(
        request,
        "needs_of_place.jinja",
        of=found,
        owners=owners,
        at=PAGE.format(ods=ods, id=id),
        back=links.STAFF_INTAKE.format(ods=ods, opportunity_id=found.engagement.opportunity_id),
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
        w=words_access,
        links=links,
    )


@router.get(AT_ALL)
async def booking_at_all(request: Request, ods: str, id: UUID, need: str, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _at_all(id, need).shown(request, tx)
    return await _page_at_all(request, acting, (id, need), (values, {}))


@router.post(AT_ALL)
async def arrange_at_all(request: Request, ods: str, id: UUID, need: str, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Arranging) -> str:
        await commands.arrange(tx, id, need, form)
        return confirmed(PAGE.format(ods=ods, id=id), "arranged")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page_at_all(request, acting, (id, need), (values, errors))

    return await submit(request, acting, Arranging, act, again, kind=_at_all(id, need))


async def _page_at_all(
    request: Request, acting: Member, of: tuple[UUID, str], filled: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found, same = await queries.booking_of_place(tx, *of)
        colleagues = await queries.colleagues(tx)
        each = found.bookings(of[1])
    return render(
        request,
        "booking.jinja",
        need=words_access.need(of[1]),
        whose=found.called,
        caption=found.opportunity.title,
        count=len(each),
        differs=bool(each) and same is None,
        booking=same,
        colleagues={str(one.id): one.called for one in colleagues},
        more_colleagues=colleagues.more,
        values=filled[0],
        errors=filled[1],
        back=PAGE.format(ods=acting.ods_code, id=of[0]),
        w=words_access,
    )


@router.get(AT_ONE)
async def booking_at_one(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, id: UUID, need: str, acting: Coordinator
) -> Response:
    of = ((opportunity_id, session_id), (id, need))
    async with open_transaction(request, acting) as tx:
        values = await _at_one(*of).shown(request, tx)
    return await _page_at_one(request, acting, of, (values, {}))


@router.post(AT_ONE)
async def arrange_at_one(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, id: UUID, need: str, acting: Coordinator
) -> Response:
    of = ((opportunity_id, session_id), (id, need))

    async def act(tx: Transaction[Member], form: Arranging) -> str:
        await commands.arrange_one(tx, id, session_id, need, form)
        at = links.STAFF_ACCESS.format(ods=ods, opportunity_id=opportunity_id, session_id=session_id)
        return confirmed(at, "arranged")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page_at_one(request, acting, of, (values, errors))

    return await submit(request, acting, Arranging, act, again, kind=_at_one(*of))


async def _page_at_one(
    request: Request,
    acting: Member,
    of: tuple[tuple[UUID, UUID], tuple[UUID, str]],
    filled: tuple[dict[str, Any], dict[str, str]],
) -> Response:
    (opportunity_id, session_id), (_, need) = of
    async with open_transaction(request, acting) as tx:
        session, found, booking = await queries.booking_at_session(tx, opportunity_id, session_id, of[1])
        colleagues = await queries.colleagues(tx)
    return render(
        request,
        "booking.jinja",
        need=words_access.need(need),
        whose=found.called,
        caption=words.when(session),
        count=1,
        differs=False,
        booking=booking,
        colleagues={str(one.id): one.called for one in colleagues},
        more_colleagues=colleagues.more,
        values=filled[0],
        errors=filled[1],
        back=links.STAFF_ACCESS.format(ods=acting.ods_code, opportunity_id=opportunity_id, session_id=session_id),
        w=words_access,
    )


def _at_all(id: UUID, need: str) -> Changes[Member]:
    async def each(tx: Transaction[Member]) -> Sequence[Booking]:
        found, same = await queries.booking_of_place(tx, id, need)
        return [same] if same else found.bookings(need)

    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        every = await each(tx)
        return _values(every[0] if len(every) == 1 else None)

    return _changes(id, now, each)


def _at_one(of_session: tuple[UUID, UUID], of: tuple[UUID, str]) -> Changes[Member]:
    async def each(tx: Transaction[Member]) -> Sequence[Booking]:
        return [(await queries.booking_at_session(tx, *of_session, of))[2]]

    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        return _values((await each(tx))[0])

    return _changes(of[0], now, each)


def _changes(
    id: UUID,
    now: Callable[[Transaction[Member]], Awaitable[dict[str, Any]]],
    each: Callable[[Transaction[Member]], Awaitable[Sequence[Booking]]],
) -> Changes[Member]:
    async def hold(tx: Transaction[Member]) -> None:
        await now(tx)
        await engagements.lock(tx, id)

    async def said(tx: Transaction[Member]) -> str:
        last = max(((one.changed_at, one.changed_by) for one in await each(tx) if one.changed_at), default=None)
        return await last_changed(tx, at=last[0], by=last[1]) if last else ""

    return Changes(now=now, hold=hold, said=said)


def _values(of: Booking | None) -> dict[str, Any]:
    """As the form is filled in. Where it differs from session to session, nothing is."""
    if of is None:
        return dict.fromkeys(Arranging.model_fields, "")
    return {name: str(getattr(of, name) or "") for name in Arranging.model_fields}
