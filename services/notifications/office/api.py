"""The JSON API of letters and calls, for the network's staff: all that their pages do."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, going_on
from services.chassis.http.request import open_transaction, site_of
from services.chassis.postgres.transaction import Transaction
from services.notifications import queries, ringing, sheets
from services.notifications.commands import calling as calls
from services.notifications.commands import letters
from services.notifications.domain import letter as domain
from services.notifications.domain.calling import Call
from services.notifications.domain.message import WHO_RINGS
from services.notifications.forms import CallBody, PostedForm
from services.notifications.office import answers
from services.notifications.sheets import Listed
from services.notifications.store.letters import Printing

router = APIRouter()
WhoRings = Annotated[Member, Depends(entry.staff(*WHO_RINGS))]


@router.get("/organisations/{ods}/letters")
async def letters_waiting(request: Request, ods: str, acting: WhoRings, asked: AskedByApi) -> answers.Letters:
    """How many letters wait, and what was taken to be printed, the newest first."""
    async with open_transaction(request, acting) as tx:
        found = await queries.letters(tx, asked)
    return answers.Letters(
        to_print=found.waits.to_print,
        taken=found.waits.taken,
        no_address=found.waits.no_address,
        oldest=found.waits.oldest,
        apart=found.waits.apart,
        printings=[_printing(one) for one in found.printings.items],
        **going_on(found.printings),
    )


@router.get("/organisations/{ods}/letters/{id}")
async def letter(request: Request, ods: str, id: UUID, acting: WhoRings) -> answers.Letter:
    """One letter in its words, as it is printed today."""
    async with open_transaction(request, acting) as tx:
        return _letter(await queries.letter(tx, id, sheets.sender(site_of(request).settings)), id)


@router.post("/organisations/{ods}/printings", response_model=answers.Taken)
async def take_letters(request: Request, ods: str, acting: WhoRings) -> Response:
    """Take the letters that wait, to print them. Nobody else takes them until they are put back."""

    async def act(tx: Transaction[Member]) -> answers.Taken:
        return answers.Taken(id=await letters.take(tx))

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/printings/{id}")
async def printing(request: Request, ods: str, id: UUID, acting: WhoRings) -> answers.Printing:
    """What was taken to be printed together. Its files are at the page of the same name, `parts` of them."""
    async with open_transaction(request, acting) as tx:
        return _printing(await queries.printing(tx, id))


@router.post("/organisations/{ods}/printings/{id}/posted", response_model=answers.Taken)
async def note_posted(request: Request, ods: str, id: UUID, form: PostedForm, acting: WhoRings) -> Response:
    """The letters are posted, but for those of these numbers, which wait again."""

    async def act(tx: Transaction[Member]) -> answers.Taken:
        await letters.note_posted(tx, id, not_printed=form.numbers())
        return answers.Taken(id=id)

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/printings/{id}/back", response_model=answers.Taken)
async def put_back(request: Request, ods: str, id: UUID, acting: WhoRings) -> Response:
    """They are not posted, and wait again."""

    async def act(tx: Transaction[Member]) -> answers.Taken:
        await letters.put_back(tx, id)
        return answers.Taken(id=id)

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/no-way")
async def no_way(request: Request, ods: str, acting: WhoRings, asked: ManyAskedByApi) -> answers.NoWay:
    """Who gave a name to join and no way to reach them, whoever came first, first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.people_with_no_way(tx, asked)
    return answers.NoWay(people=[answers.WithNoWay(**vars(one)) for one in page.items], **going_on(page))


@router.get("/organisations/{ods}/calls")
async def whom_to_ring(
    request: Request, ods: str, acting: WhoRings, asked: ManyAskedByApi, show: answers.Show = "now"
) -> answers.Calls:
    """Whom to ring, whoever waits longest first. `show`: now, later (another part of the day) or all."""
    async with open_transaction(request, acting) as tx:
        page = await ringing.people_to_ring(tx, asked, show)
    return answers.Calls(people=[answers.ToRing(**vars(one)) for one in page.items], **going_on(page))


@router.get("/organisations/{ods}/calls/{person_id}")
async def script(request: Request, ods: str, person_id: UUID, acting: WhoRings) -> answers.Script:
    """What to say to somebody on the phone, how they are rung, and what came of the calls before."""
    async with open_transaction(request, acting) as tx:
        found = await ringing.script(tx, person_id)
    said = [
        answers.ToSay(
            id=one.id,
            reference=one.said,
            subject=one.news.subject,
            text=found.words_of(one),
            ask=one.news.link_words,
        )
        for one in found.messages
    ]
    return answers.Script(
        person_id=person_id,
        called=found.called,
        phone=found.number,
        relay=found.contact.relay if found.contact else "none",
        ring_in=found.contact.ring_in if found.contact else "any",
        to_say=said,
        before=[_call(one) for one in found.before],
        more=found.before.more,
    )


@router.post("/organisations/{ods}/calls/{person_id}/outcome", response_model=answers.Follows)
async def note_call(request: Request, ods: str, person_id: UUID, body: CallBody, acting: WhoRings) -> Response:
    """What came of a call, and what follows from it."""

    async def act(tx: Transaction[Member]) -> answers.Follows:
        return answers.Follows(**vars(await calls.note_call(tx, person_id, body.rang())))

    return await json_api.write(request, acting, act)


def _printing(one: Printing) -> answers.Printing:
    return answers.Printing(
        id=one.id,
        taken_at=one.taken_at,
        posted_at=one.posted_at,
        letters=one.letters,
        parts=domain.parts(one.last),
    )


def _letter(one: Listed, id: UUID) -> answers.Letter:
    sheet = one.sheet
    return answers.Letter(
        id=id,
        reference=sheet.reference,
        format=sheet.format,
        to=list(sheet.to),
        subject=sheet.subject,
        dear=sheet.dear,
        paragraphs=["\n".join(each) for each in sheet.paragraphs],
        next=list(sheet.next),
        apart=one.apart,
    )


def _call(one: Call) -> answers.CallBefore:
    return answers.CallBefore(rung_at=one.rung_at, outcome=one.outcome, about=one.about, again_at=one.again_at)
