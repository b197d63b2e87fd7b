"""Letters for the network's staff: one to read or print, all that wait to print together, and that they are posted."""

import hashlib
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.base.pdf.writing import Written
from services.chassis.http import entry, files, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import Number, open_transaction, render, site_of
from services.chassis.http.sending import SAYS_ONCE, button, submit
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, queries, sheets, words
from services.notifications.commands import letters as commands
from services.notifications.domain import letter as domain
from services.notifications.domain.message import WHO_RINGS
from services.notifications.forms import PostedForm
from services.notifications.store import letters as store

router, own = APIRouter(), OwnPages()
Theirs = Annotated[Person, Depends(limited(helping.own, limits.MAKE_LETTER))]
WhoWrites = Annotated[Member, Depends(entry.staff(*WHO_RINGS))]
_PRINTINGS = About(store.PRINTINGS, "time", cursor="printings_after")
DONE = {
    "taken": "Done. These letters are yours to print. Nobody else prints them.",
    "posted": "Done. It is recorded that these letters are posted.",
    "back": "Done. These letters wait again to be printed.",
}


@router.get("/messages/for/{ods}/letters")
async def waiting(request: Request, ods: str, acting: WhoWrites, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        letters, now = await queries.letters(tx, asked), tx.now
    return render(
        request,
        "letters.jinja",
        waits=letters.waits,
        things=letters.printings.items,
        list=view(request, letters.printings, _PRINTINGS),
        ods=ods,
        now=now,
        back=links.STAFF_MESSAGES.format(ods=ods),
        done=confirmation(request, DONE),
    )


@router.post("/messages/for/{ods}/letters/take")
async def take(request: Request, ods: str, acting: WhoWrites) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        return confirmed(_printing(ods, await commands.take(tx)), "taken")

    return await button(request, acting, act)


@router.get("/messages/for/{ods}/letters/{id}")
async def letter(request: Request, ods: str, id: UUID, acting: WhoWrites) -> Response:
    """The letter as a page. What our fonts cannot print, a browser may have a font for."""
    async with open_transaction(request, acting) as tx:
        found = await queries.letter(tx, id, sheets.sender(site_of(request).settings))
    return render(
        request,
        "letter.jinja",
        s=found.sheet,
        apart=found.apart,
        id=id,
        ods=ods,
        next_heading=sheets.NEXT,
        words=words,
        back=links.STAFF_LETTERS.format(ods=ods),
    )


@router.get("/messages/for/{ods}/letters/{id}/pdf")
async def letter_pdf(request: Request, ods: str, id: UUID, acting: WhoWrites) -> Response:
    async with open_transaction(request, acting) as tx:
        found, now = await queries.letter(tx, id, sheets.sender(site_of(request).settings)), tx.now
    return answer(await sheets.one_pdf(found, made_at=now), found.sheet.reference, id, now)


@own.get("/messages/mine/{id}/pdf")
async def my_letter_pdf(request: Request, id: UUID, acting: Theirs) -> Response:
    """To whoever it was written: the letter as we print it, in the format that they asked for."""
    async with open_transaction(request, acting) as tx:
        found, now = await queries.my_letter(tx, id, sheets.sender(site_of(request).settings)), tx.now
    return answer(await sheets.one_pdf(found, made_at=now), found.sheet.reference, id, now)


@router.get("/messages/for/{ods}/printings/{id}")
async def printing(request: Request, ods: str, id: UUID, acting: WhoWrites) -> Response:
    return await _printing_page(request, acting, (ods, id), ({}, {}))


@router.get("/messages/for/{ods}/printings/{id}/parts/{part}")
async def part_pdf(
    request: Request, ods: str, id: UUID, part: Number, acting: WhoWrites, sides: str = "both"
) -> Response:
    """One file of the letters that were taken together, with the list of them first. `sides`: both, or one."""
    async with open_transaction(request, acting) as tx:
        found, now = await queries.letters_of_part(tx, id, part, sheets.sender(site_of(request).settings)), tx.now
    title = f"Letters {found[0].number} to {found[-1].number}"
    made = await sheets.many_pdf(title, found, both_sides=sides != "one", made_at=now)
    return answer(made, title, id, now)


@router.post("/messages/for/{ods}/printings/{id}/posted")
async def posted(request: Request, ods: str, id: UUID, acting: WhoWrites) -> Response:
    async def act(tx: Transaction[Member], form: PostedForm) -> str:
        await commands.note_posted(tx, id, not_printed=form.numbers())
        return confirmed(links.STAFF_LETTERS.format(ods=ods), "posted")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _printing_page(request, acting, (ods, id), (values, errors))

    return await submit(request, acting, PostedForm, act, again, kind=SAYS_ONCE)


@router.post("/messages/for/{ods}/printings/{id}/back")
async def put_back(request: Request, ods: str, id: UUID, acting: WhoWrites) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.put_back(tx, id)
        return confirmed(links.STAFF_LETTERS.format(ods=ods), "back")

    return await button(request, acting, act)


router.include_router(own.router)


def _printing(ods: str, id: UUID) -> str:
    return f"/messages/for/{ods}/printings/{id}"


async def _printing_page(
    request: Request, acting: Member, where: tuple[str, UUID], typed: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    ods, id = where
    async with open_transaction(request, acting) as tx:
        found = await queries.printing(tx, id)
    values, errors = typed
    return render(
        request,
        "printed.jinja" if found.posted_at else "printing.jinja",
        p=found,
        parts=range(1, domain.parts(found.last) + 1),
        size=domain.A_PART,
        mine=found.taken_by == acting.by,
        here_is=_printing(ods, id),
        values=values,
        errors=errors,
        back=links.STAFF_LETTERS.format(ods=ods),
        done=confirmation(request, DONE),
    )


def answer(made: Written, name: str, id: UUID, at: datetime) -> Response:
    """A PDF to keep or print: an attachment that can do nothing here."""
    content = made.content
    sha256 = hashlib.sha256(content).hexdigest()
    return files.answer(KeptFile(id, f"{name}.pdf", "application/pdf", len(content), sha256, at), content)
