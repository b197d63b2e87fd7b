"""Staff pages of the network about one person: notes of talks, which the person reads, and handing them over."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.recruitment import Leader
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries, words
from services.recruitment.commands import coordinating, noting
from services.recruitment.domain.coordinator import ADMIN, COORDINATES
from services.recruitment.forms.people import HandPeopleOver, TalkNote
from services.recruitment.queries import people
from services.recruitment.store import notes

router = APIRouter()
LooksAfter = Annotated[Member, Depends(entry.staff(*COORDINATES, ADMIN))]
PERSON = links.STAFF_APPLICATION
NOTES = PERSON + "/notes"
DONE = {"written": "The note is kept. The person can read it.", "deleted": "The note is deleted."}
_NOTES = About(notes.OF_PERSON, "note")


async def _person(tx: Transaction[Member], id: UUID) -> tuple[Leader, people.AboutPerson]:
    """Somebody in the pool, to the network's staff who look after people. Raises NotFound to everybody else."""
    await coordinating.check_looks_after_people(tx)
    leader = await queries.leader_in_pool(tx, id)
    about = await people.about_person(tx, leader)
    if about is None:
        raise NotFound
    return leader, about


@router.get(NOTES)
async def notes_of_person(request: Request, ods: str, id: UUID, acting: LooksAfter, asked: AskedByPage) -> Response:
    """What was written about somebody: to their coordinator and whoever covers, and to nobody else."""
    async with open_transaction(request, acting) as tx:
        leader, about = await _person(tx, id)
        about.choices.write_note.must()
        page = await people.notes_of(tx, asked, id)
    return render(
        request,
        "notes.jinja",
        leader=leader,
        may=about.choices,
        things=page.items,
        list=view(request, page, _NOTES),
        here_is=PERSON.format(ods=ods, id=id),
        done=confirmation(request, DONE),
        words=words,
    )


@router.get(NOTES + "/new")
async def note_page(request: Request, ods: str, id: UUID, acting: LooksAfter) -> Response:
    return await _note_page(request, acting, id, ({}, {}))


@router.post(NOTES + "/new")
async def write_note(request: Request, ods: str, id: UUID, acting: LooksAfter) -> Response:
    async def act(tx: Transaction[Member], form: TalkNote) -> str:
        await noting.write_note(tx, id, form)
        return confirmed(NOTES.format(ods=ods, id=id), "written")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _note_page(request, acting, id, (values, errors))

    return await submit(request, acting, TalkNote, act, again, kind=MAKES)


async def _note_page(
    request: Request, acting: Member, id: UUID, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        leader, about = await _person(tx, id)
        about.choices.write_note.must()
    back = NOTES.format(ods=acting.ods_code, id=id)
    return render(request, "note.jinja", leader=leader, values=shown[0], errors=shown[1], back=back, words=words)


@router.post(NOTES + "/{note_id}/delete")
async def delete_note(request: Request, ods: str, id: UUID, note_id: UUID, acting: LooksAfter) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await noting.delete_note(tx, id, note_id)
        return confirmed(NOTES.format(ods=ods, id=id), "deleted")

    return await button(request, acting, act)


@router.get(PERSON + "/coordinator")
async def hand_over_page(request: Request, ods: str, id: UUID, acting: LooksAfter) -> Response:
    return await _hand_over_page(request, acting, id, ({}, {}))


@router.post(PERSON + "/coordinator")
async def hand_over(request: Request, ods: str, id: UUID, acting: LooksAfter) -> Response:
    async def act(tx: Transaction[Member], form: HandPeopleOver) -> str:
        await coordinating.hand_over(tx, id, form.to, form.line)
        return confirmed(PERSON.format(ods=ods, id=id), "given")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _hand_over_page(request, acting, id, (values, errors))

    return await submit(request, acting, HandPeopleOver, act, again, kind=MAKES)


async def _hand_over_page(
    request: Request, acting: Member, id: UUID, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        leader, about = await _person(tx, id)
        about.choices.hand_over.must()
        without = (leader.coordinator_id, leader.id)
        choose = [(one.id, one.called) for one in await people.colleagues(tx) if one.id not in without]
    return render(
        request,
        "coordinator.jinja",
        leader=leader,
        about=about,
        choose=choose,
        values=shown[0],
        errors=shown[1],
        back=PERSON.format(ods=acting.ods_code, id=id),
    )
