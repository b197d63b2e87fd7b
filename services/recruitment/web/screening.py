"""Staff pages: one application, and its answer by the welcome team; to all other staff, who is in the pool."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.base.wording import clock, day
from services.chassis.http import entry, files, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import SAYS_ONCE, button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries, words
from services.recruitment.commands import answering, joining, welcoming
from services.recruitment.domain.application import SCREENER, Application
from services.recruitment.forms import Decline
from services.recruitment.queries import ToScreen, people, registers
from services.recruitment.store import policies

router = APIRouter()
Welcomer = Annotated[Member, Depends(entry.staff(SCREENER))]
Staff = Annotated[Member, Depends(entry.staff())]
ABOUT_PERSON = {"given": "They are handed over, and see who looks after them now."}
DONE = {
    "told": "Your answer is kept. The person is being told.",
    "undone": "The answer is undone. The person was told nothing, and waits as before.",
    "taken": "You hold this from now on. The person sees your name.",
    "handed": "It is handed over. The person sees their name.",
    "asked": "The person is being asked. It is their turn now.",
    "said_yes": "It is kept. They are in the pool in a moment.",
    "talk": "It is kept. The person is being told of a time that is still to come.",
}


@router.get(links.STAFF_APPLICATION)
async def person_or_application(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    """An application, to the network's welcome team; else somebody in the pool, to every member of staff."""
    async with open_transaction(request, acting) as tx:
        found = await queries.own_application(tx, id)
        if found is None:
            leader = await queries.leader_in_pool(tx, id)
            about = await people.about_person(tx, leader)
            past = await registers.past_of(tx, id)
            may_help = await helping.may_help(tx, leader)
            done = confirmation(request, ABOUT_PERSON)
            return render(
                request,
                "person.jinja",
                leader=leader,
                about=about,
                past=past,
                may_help=may_help,
                done=done,
                ods=ods,
                words=words,
                links=links,
            )
        signed_form = await queries.signed_form(tx, found)
        asked = await queries.questions_of(tx, found)
        undo_for = await policies.undo_for(tx, on=london_day(tx.now))
        lister, past = await registers.listed_by(tx, found.application)
        reach = await people.where_to_reach(tx, found.application)
    return render(
        request,
        "application.jinja",
        a=found.application,
        found=found,
        may=found.choices,
        done=_done(request, found),
        ods=ods,
        here_is=links.STAFF_APPLICATION.format(ods=ods, id=id),
        words=words,
        links=links,
        signed_form=signed_form,
        questions=asked,
        undo_for=undo_for,
        lister=lister,
        past=past,
        reach=reach,
    )


def _done(request: Request, found: ToScreen) -> str:
    until = found.application.undo_until
    said = {"entered": f"The application is sent. Tell the person that they get an answer by {day(found.answer_by)}."}
    kept = (
        {"kept": f"Your answer is kept. You can undo it until {clock(until)}; then the person is told."}
        if until
        else {}
    )
    return confirmation(request, DONE | (said if found.application.waits else {}) | kept)


@router.get(links.STAFF_APPLICATION + "/signed-form")
async def signed_form(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.open_signed_form(tx, await queries.own_application(tx, id)))


@router.post(links.STAFF_APPLICATION + "/approve")
async def approve(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        return _answered(ods, await welcoming.approve_application(tx, id))

    return await button(request, acting, act)


@router.get(links.STAFF_APPLICATION + "/decline")
async def decline_page(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    return await _decline_page(request, acting, id, ({}, {}))


@router.post(links.STAFF_APPLICATION + "/decline")
async def decline(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member], form: Decline) -> str:
        return _answered(ods, await welcoming.decline_application(tx, id, **form.model_dump()))

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _decline_page(request, acting, id, (values, errors))

    return await submit(request, acting, Decline, act, again, kind=SAYS_ONCE)


@router.post(links.STAFF_APPLICATION + "/said-yes")
async def enter_yes(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """Of somebody whom an organisation listed, who said so by phone or letter."""

    async def act(tx: Transaction[Member]) -> str:
        await answering.enter_yes(tx, id)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "said_yes")

    return await button(request, acting, act)


@router.post(links.STAFF_APPLICATION + "/said-no")
async def enter_no(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await answering.enter_no(tx, id)
        return confirmed(links.STAFF_APPLICATIONS.format(ods=ods), "said_no")

    return await button(request, acting, act)


@router.post(links.STAFF_APPLICATION + "/undo")
async def undo(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await welcoming.undo_answer(tx, id)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "undone")

    return await button(request, acting, act)


@router.post(links.STAFF_APPLICATION + "/tell-now")
async def tell_now(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        return _answered(ods, await welcoming.tell_now(tx, id))

    return await button(request, acting, act)


def _answered(ods: str, application: Application) -> str:
    address = links.STAFF_APPLICATION.format(ods=ods, id=application.id)
    return confirmed(address, "kept" if application.undo_until else "told")


async def _decline_page(
    request: Request, acting: Member, id: UUID, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        found = await queries.own_application(tx, id)
    if found is None:
        raise NotFound
    back = links.STAFF_APPLICATION.format(ods=acting.ods_code, id=id)
    return render(request, "decline.jinja", values=shown[0], errors=shown[1], a=found.application, back=back)
