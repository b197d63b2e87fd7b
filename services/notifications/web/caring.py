"""Pages of staff: the concerns that they read, and the complaints about data that the network settles."""

from datetime import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.base.typed.days import in_london
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, Filter, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, SAYS_ONCE, button, submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import queries_concerns as queries
from services.notifications import words_concerns
from services.notifications.commands import complaints as complaint_commands
from services.notifications.commands import concerns as commands
from services.notifications.commands.complaints import Complaining
from services.notifications.concern_forms import AnswerConcernForm, EnterComplaintForm, OutcomeForm, StepForm
from services.notifications.store import complaints as complaint_store
from services.notifications.store import concerns as store

router = APIRouter()
Reader = Annotated[Member, Depends(entry.staff("admin", "coordinator", "approver"))]
Admin = Annotated[Member, Depends(entry.staff("admin"))]
_CONCERNS = About(store.OURS, "concern", filters=(Filter("show", "Show", {"closed": "Closed"}),))
_COMPLAINTS = About(complaint_store.OURS, "complaint about data", "complaints about data")
DONE = {
    "read": "It is noted that you have read it.",
    "answered": "The person reads your answer on their page. They are told that there is one.",
    "closed": "It is closed. The person reads what was done, and can say once that it is not settled.",
    "network": "The network has it now.",
    "asked": "The person is asked. You have it until they say yes.",
    "back": "You do not see it any more. A colleague reads it, or the network where there is none.",
    "entered": "It is kept. Tell them its reference, and that you have it.",
    "acknowledged": "It is noted that they know.",
    "noted": "It is kept, and is on their page if they have one.",
    "settled": "It is settled. Tell them in the way that they asked for, if they have no page here.",
}


@router.get(links.STAFF_CONCERNS)
async def concerns(request: Request, ods: str, acting: Reader, asked: AskedByPage, show: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        page = await queries.ours(tx, asked, is_open=show != "closed")
    return render(
        request,
        "concerns_of_staff.jinja",
        things=page.items,
        list=view(request, page, _CONCERNS),
        closed=show == "closed",
        rings="coordinator" in acting.roles,
        ods=ods,
        words=words_concerns,
        links=links,
        done=confirmation(request, DONE),
    )


@router.get(links.STAFF_CONCERN)
async def concern(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    return await _concern(request, acting, id, {}, {})


async def _concern(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.one_of_ours(tx, id)
        at = await queries.where_the_no_is(tx, found.concern)
    return render(
        request,
        "concern_of_staff.jinja",
        t=found,
        c=found.concern,
        at=at,
        may=found.may,
        ods=acting.ods_code,
        values=values,
        errors=errors,
        words=words_concerns,
        links=links,
        done=confirmation(request, DONE),
    )


@router.post(links.STAFF_CONCERN)
async def answer(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    async def act(tx: Transaction[Member], form: AnswerConcernForm) -> str:
        closes = form.closes == "yes"
        await commands.answer(tx, id, form.words, closes=closes)
        return confirmed(links.STAFF_CONCERN.format(ods=ods, id=id), "closed" if closes else "answered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _concern(request, acting, id, values, errors)

    return await submit(request, acting, AnswerConcernForm, act, again, kind=MAKES)


@router.post(links.STAFF_CONCERN + "/read")
async def read(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.note_read(tx, id)
        return confirmed(links.STAFF_CONCERN.format(ods=ods, id=id), "read")

    return await button(request, acting, act)


@router.post(links.STAFF_CONCERN + "/to-network")
async def to_network(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.move_to_network(tx, id)
        return confirmed(links.STAFF_CONCERNS.format(ods=ods), "network")

    return await button(request, acting, act)


@router.post(links.STAFF_CONCERN + "/hand-on")
async def hand_on(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.ask_to_hand_on(tx, id)
        return confirmed(links.STAFF_CONCERN.format(ods=ods, id=id), "asked")

    return await button(request, acting, act)


@router.post(links.STAFF_CONCERN + "/step-back")
async def step_back(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.step_back(tx, id)
        return confirmed(links.STAFF_CONCERNS.format(ods=ods), "back")

    return await button(request, acting, act)


@router.get(links.STAFF_COMPLAINTS)
async def complaints(request: Request, ods: str, acting: Admin, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page, now = await queries.complaints(tx, asked), tx.now
    return render(
        request,
        "complaints_of_staff.jinja",
        things=page.items,
        list=view(request, page, _COMPLAINTS),
        ods=ods,
        now=now,
        words=words_concerns,
        links=links,
        done=confirmation(request, DONE),
    )


@router.get(links.STAFF_COMPLAINTS + "/new")
async def enter_page(request: Request, ods: str, acting: Admin) -> Response:
    return await _enter_page(request, acting, {}, {})


@router.post(links.STAFF_COMPLAINTS + "/new")
async def enter(request: Request, ods: str, acting: Admin) -> Response:
    async def act(tx: Transaction[Member], form: EnterComplaintForm) -> str:
        said = Complaining(form.words, form.called, form.contact)
        at = in_london(form.received_on, time(12))
        assert at, "there is a noon on each day"
        made = await complaint_commands.enter(tx, said, came_by=form.came_by, received_at=at)
        return confirmed(links.STAFF_COMPLAINT.format(ods=ods, id=made.id), "entered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _enter_page(request, acting, values, errors)

    return await submit(request, acting, EnterComplaintForm, act, again, kind=MAKES)


async def _enter_page(request: Request, acting: Member, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        await queries.only_the_network(tx)
    back = links.STAFF_COMPLAINTS.format(ods=acting.ods_code)
    return render(request, "enter_complaint.jinja", values=values, errors=errors, words=words_concerns, back=back)


@router.get(links.STAFF_COMPLAINT)
async def complaint(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    return await _complaint(request, acting, id, "complaint_of_staff.jinja", ({}, {}))


async def _complaint(
    request: Request, acting: Member, id: UUID, page: str, typed: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.complaint(tx, id)
    return render(
        request,
        page,
        t=found,
        c=found.complaint,
        may=found.may,
        ods=acting.ods_code,
        values=typed[0],
        errors=typed[1],
        words=words_concerns,
        links=links,
        done=confirmation(request, DONE),
    )


@router.post(links.STAFF_COMPLAINT + "/acknowledge")
async def acknowledge(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await complaint_commands.acknowledge(tx, id)
        return confirmed(links.STAFF_COMPLAINT.format(ods=ods, id=id), "acknowledged")

    return await button(request, acting, act)


@router.get(links.STAFF_COMPLAINT + "/note")
async def note_page(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    return await _complaint(request, acting, id, "complaint_note.jinja", ({}, {}))


@router.post(links.STAFF_COMPLAINT + "/note")
async def note(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member], form: StepForm) -> str:
        await complaint_commands.note(tx, id, form.words)
        return confirmed(links.STAFF_COMPLAINT.format(ods=ods, id=id), "noted")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _complaint(request, acting, id, "complaint_note.jinja", (values, errors))

    return await submit(request, acting, StepForm, act, again, kind=MAKES)


@router.post(links.STAFF_COMPLAINT)
async def settle(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member], form: OutcomeForm) -> str:
        await complaint_commands.settle(tx, id, form.words)
        return confirmed(links.STAFF_COMPLAINT.format(ods=ods, id=id), "settled")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _complaint(request, acting, id, "complaint_of_staff.jinja", (values, errors))

    return await submit(request, acting, OutcomeForm, act, again, kind=SAYS_ONCE)
