"""The phone list of the network's staff: whom to ring now, what to say, and what came of it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.helping import for_person
from schemas.recruitment import Leader
from services.chassis.base.hands import Member
from services.chassis.base.wording import day
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, Filter, view
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.sending import MAKES, submit
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import ringing, words
from services.notifications.commands import calling as commands
from services.notifications.domain.contact import Part
from services.notifications.domain.message import WHO_RINGS
from services.notifications.forms import CallForm
from services.notifications.ringing import Script
from services.notifications.store import calls as store

router = APIRouter()
WhoRings = Annotated[Member, Depends(entry.staff(*WHO_RINGS))]
WHICH = {"": "now", "later": "later", "all": "all"}
"""What the address says, and which are shown."""
_TO_RING = About(
    store.TO_RING,
    "person",
    "people",
    filters=(Filter("show", "Whom you see", {"later": "Later", "all": "Everybody"}, whatever="To ring now"),),
)
DONE = {
    "told": "Done. It is recorded that you told them.",
    "again": "Done. They come up again when it is time to ring.",
    "write": "Done. Nobody answered, so they get a letter now.",
    "unreached": "Done. They are in the list of people whom we do not reach.",
    "declined": "Done. We do not ring them any more.",
}


@router.get("/messages/for/{ods}/calls")
async def whom_to_ring(request: Request, ods: str, acting: WhoRings, asked: AskedByPage, show: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        page, now = await ringing.people_to_ring(tx, asked, WHICH.get(show, "now")), tx.now
    return render(
        request,
        "calls.jinja",
        things=page.items,
        list=view(request, page, _TO_RING),
        ods=ods,
        words=words,
        now=now,
        back=links.STAFF_MESSAGES.format(ods=ods),
        done=confirmation(request, DONE),
    )


@router.get("/messages/for/{ods}/calls/{person_id}")
async def call_page(request: Request, ods: str, person_id: UUID, acting: WhoRings) -> Response:
    return await _call_page(request, acting, (ods, person_id), ({}, {}))


@router.post("/messages/for/{ods}/calls/{person_id}")
async def rang(request: Request, ods: str, person_id: UUID, acting: WhoRings) -> Response:
    async def act(tx: Transaction[Member], form: CallForm) -> str:
        asked = await ringing.asked_on_the_phone(tx, person_id)
        agrees = asked.pop(words.AGREE_AGAIN, None) is not None and await _may_help(tx, person_id)
        ends = await commands.note_call(tx, person_id, form.rang())
        if ends.told and asked:
            return links.STAFF_APPLICATION.format(ods=ods, id=next(iter(asked.values())))
        if ends.told and agrees:
            return links.STAFF_AGREE.format(ods=ods, person_id=person_id)
        if ends.told:
            said = "told"
        elif ends.again_at:
            said = "again"
        elif ends.write_instead:
            said = "write"
        else:
            said = "declined" if ends.unreached == "declined" else "unreached"
        return confirmed(links.STAFF_CALLS.format(ods=ods), said)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _call_page(request, acting, (ods, person_id), (values, errors))

    return await submit(request, acting, CallForm, act, again, kind=MAKES)


async def _call_page(
    request: Request, acting: Member, where: tuple[str, UUID], typed: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    ods, person_id = where
    async with open_transaction(request, acting) as tx:
        script = await ringing.script(tx, person_id)
        may_help = await _may_help(tx, person_id)
    values, errors = typed
    return render(
        request,
        "call.jinja",
        s=script,
        may_help=may_help,
        ods=ods,
        links=links,
        answers={one.id: for_person(one.news.link, ods, person_id) for one in script.messages},
        told=",".join(str(one.id) for one in script.messages),
        again=again_words(script),
        relay=site_of(request).settings.text_relay,
        enter=links.STAFF_CONTACT.format(ods=ods, person_id=person_id),
        values=values,
        errors=errors,
        words=words,
        back=links.STAFF_CALLS.format(ods=ods),
    )


async def _may_help(tx: Transaction[Member], person_id: UUID) -> bool:
    """Whether whoever rings may write down a yes of somebody in the pool."""
    async with tx.reading_as(tx.acting.helping(person_id)) as theirs:
        leader = await mirrors.get(theirs, Leader, person_id)
    return leader is not None and await helping.may_help(tx, leader)


def again_words(script: Script) -> dict[str, str]:
    """What can be chosen for another call: as it is sent, and in words."""
    return {f"{on.isoformat()} {part}": f"{day(on)}, {_IN[part]}" for on, part in script.again}


_IN: dict[Part, str] = {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening"}
