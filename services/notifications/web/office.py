"""For the network's staff: whom to ring or write to, and how somebody who cannot sign in is reached."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.identity import Account
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.http import entry, helped, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.lists import About, AskedByPage, Search, WordsToFind, also_asked, view
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.sending import button, submit
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, queries, words
from services.notifications.commands import contact as contact_commands
from services.notifications.commands import messages as commands
from services.notifications.domain.message import WHO_RINGS
from services.notifications.forms import HelpForm
from services.notifications.store import contact as contact_store
from services.notifications.store import messages as message_store
from services.notifications.store import no_way as no_way_store
from services.notifications.web.reached import REACHES

router = APIRouter()
WhoRings = Annotated[Member, Depends(entry.staff(*WHO_RINGS))]
_TO_TELL = About(
    message_store.TO_TELL,
    "message",
    search=Search("Find somebody", "A part of what they are called, or the reference of a letter, like LT-3F9A1C"),
)
_NO_WAY = About(no_way_store.NO_WAY, "person", "people")
_UNREACHED = About(contact_store.UNREACHED, "person", "people", cursor="unreached_after")
DONE = {"told": "Done. It is recorded that you told them.", "entered": "Saved."}
Helper = Annotated[Person, Depends(helping.helper(*WHO_RINGS))]
Entering = Annotated[Person, Depends(limited(helping.helper(*WHO_RINGS), limits.ENTER_CONTACT))]


@router.get("/messages/for/{ods}")
async def whom_to_tell(request: Request, ods: str, acting: WhoRings, asked: AskedByPage, find: WordsToFind) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await queries.people_to_tell(tx, asked, find)
        unreached = await queries.people_to_reach(tx, also_asked(request, _UNREACHED))
        referred = await queries.found_by_reference(tx, find)
        no_way = (await queries.people_with_no_way(tx, Asked(counted=True, size=1))).count
    people = {one.message.news.person_id for one in page.items if not one.address}
    people |= {one.person_id for one in unreached.items}
    return render(
        request,
        "ring_or_write.jinja",
        things=page.items,
        referred=referred,
        no_way=no_way,
        how=words.HOW_TO_TELL,
        where=words.WHERE_TO_TELL,
        list=view(request, page, _TO_TELL),
        unreached=unreached.items,
        unreached_list=view(request, unreached, _UNREACHED),
        enter={person_id: _enter(ods, person_id) for person_id in people},
        ods=ods,
        words=words,
        done=confirmation(request, DONE),
    )


def _enter(ods: str, person_id: UUID) -> str:
    return links.STAFF_CONTACT.format(ods=ods, person_id=person_id)


@router.get("/messages/for/{ods}/no-way")
async def no_way(request: Request, ods: str, acting: WhoRings, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page, now = await queries.people_with_no_way(tx, asked), tx.now
    return render(
        request,
        "no_way.jinja",
        things=page.items,
        list=view(request, page, _NO_WAY),
        ods=ods,
        now=now,
        enter={one.person_id: _enter(ods, one.person_id) for one in page.items},
        back=links.STAFF_MESSAGES.format(ods=ods),
    )


@router.post("/messages/for/{ods}/{id}/done")
async def told(request: Request, ods: str, id: UUID, acting: WhoRings) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.note_told(tx, id)
        return confirmed(links.STAFF_MESSAGES.format(ods=ods), "told")

    return await button(request, acting, act)


@router.get("/messages/for/{ods}/people/{person_id}")
async def enter_page(request: Request, ods: str, person_id: UUID, acting: Helper) -> Response:
    return await _enter_page(request, acting, ods, ({}, {}))


@router.post("/messages/for/{ods}/people/{person_id}")
@helped.does("choose_contact")
async def enter(request: Request, ods: str, person_id: UUID, acting: Entering) -> Response:
    async def act(tx: Transaction[Person], form: HelpForm) -> str:
        await contact_commands.enter_contact(tx, form.wanted(), texts=site_of(request).settings.sends_texts)
        return confirmed(links.STAFF_MESSAGES.format(ods=ods), "entered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _enter_page(request, acting, ods, (values, errors))

    return await submit(request, acting, HelpForm, act, again, kind=REACHES)


async def _enter_page(
    request: Request, acting: Person, ods: str, typed: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    """`typed`: the values and the errors. Before anything was typed, what is known is filled in."""
    async with open_transaction(request, acting) as tx:
        account = await mirrors.get(tx, Account, acting.person_id)
        known = await REACHES.shown(request, tx)
        contact = await contact_store.get(tx, acting.person_id)
        tx.note(Happened.LOOKED, of=acting.person_id, what="contact")
    if account is None:
        raise NotFound
    values, errors = typed
    speaking = f"You are filling this in for {account.called}, who is on the phone. It is recorded that you entered it."
    return render(
        request,
        "enter.jinja",
        values=values or known,
        errors=errors,
        called_person=account.called,
        contact=contact,
        me=acting.by,
        back=links.STAFF_MESSAGES.format(ods=ods),
        speaking_for=speaking,
        words=words,
        texts=site_of(request).settings.sends_texts,
    )
