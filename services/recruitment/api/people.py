"""The API of the network's staff who look after people: whom they look after, notes, handing over, cover."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, WordsToFind, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries
from services.recruitment.answers import people as answers
from services.recruitment.api.mine import who, written
from services.recruitment.commands import coordinating, noting
from services.recruitment.domain.coordinator import ADMIN, COORDINATES
from services.recruitment.forms.people import Cover, HandPeopleOver, TalkNote
from services.recruitment.queries import people
from services.recruitment.store import coordinators
from services.recruitment.store.caseloads import Narrowed

router = APIRouter()
LooksAfter = Annotated[Member, Depends(entry.staff(*COORDINATES, ADMIN))]
CASELOAD = "/organisations/{ods}/caseloads/{coordinator_id}"
PERSON = "/organisations/{ods}/people/{id}"


def _looked_after(one: people.LookedAfter) -> dict[str, Any]:
    return {
        "leader": one.leader,
        "last_contact_on": one.row.last_contact_on,
        "quiet_since": one.row.quiet_since,
        "is_late": one.is_late,
        "is_paused": one.is_paused,
        "signs_in": one.signs_in,
        "review_due": one.review_due,
        "waiting": list(one.to_do),
    }


@router.get(CASELOAD)
async def caseload(
    request: Request, ods: str, coordinator_id: UUID, acting: LooksAfter, asked: AskedByApi, find: WordsToFind
) -> answers.MyPeople:
    """One page of whom somebody looks after, by name; of the nil UUID, of those who wait for a coordinator."""
    async with open_transaction(request, acting) as tx:
        await coordinating.check_looks_after_people(tx)
        if not await coordinating.may_speak_for(tx, coordinator_id):
            raise NotFound
        page = await people.my_people(tx, asked, coordinator_id, Narrowed(find))
    return answers.MyPeople(people=[answers.LookedAfter(**_looked_after(one)) for one in page.items], **going_on(page))


@router.post(CASELOAD + "/hand-over", status_code=201, response_model=json_api.OnlyId)
async def hand_all_over(
    request: Request, ods: str, coordinator_id: UUID, form: HandPeopleOver, acting: LooksAfter
) -> Response:
    """All whom somebody looks after go to a colleague, within moments."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await coordinating.hand_all_over(tx, coordinator_id, form.to, form.line))}

    return await json_api.write(request, acting, act, status=201)


@router.get(CASELOAD + "/cover")
async def cover_now(request: Request, ods: str, coordinator_id: UUID, acting: LooksAfter) -> answers.CoverNow:
    """Who covers for somebody today."""
    async with open_transaction(request, acting) as tx:
        await coordinating.check_looks_after_people(tx)
        cover = await coordinators.cover_for(tx, coordinator_id, on=london_day(tx.now))
    if cover is None:
        raise NotFound
    return answers.CoverNow(coordinator_id=coordinator_id, cover_id=cover.cover_id, until=cover.until)


@router.put(CASELOAD + "/cover", response_model=json_api.OnlyId)
async def say_who_covers(request: Request, ods: str, coordinator_id: UUID, form: Cover, acting: LooksAfter) -> Response:
    """A colleague looks after somebody's people up to a day. It takes the place of what was said before."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await coordinating.say_who_covers(tx, coordinator_id, form.cover, form.until)
        return {"id": str(coordinator_id)}

    return await json_api.write(request, acting, act)


@router.post(CASELOAD + "/cover/end", response_model=json_api.OnlyId)
async def end_cover(request: Request, ods: str, coordinator_id: UUID, acting: LooksAfter) -> Response:
    """They are back: nobody covers any more."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await coordinating.end_cover(tx, coordinator_id)
        return {"id": str(coordinator_id)}

    return await json_api.write(request, acting, act)


@router.get(PERSON + "/looked-after")
async def about_person(request: Request, ods: str, id: UUID, acting: LooksAfter) -> answers.AboutPerson:
    """Somebody in the pool, to the network's staff who look after people."""
    async with open_transaction(request, acting) as tx:
        about = await _about(tx, id)
    asks = who(about.looked_after_by)
    return answers.AboutPerson(**_looked_after(about.one), asks=asks, choices=about.choices)


@router.post(PERSON + "/hand-over", response_model=json_api.OnlyId)
async def hand_person_over(request: Request, ods: str, id: UUID, form: HandPeopleOver, acting: LooksAfter) -> Response:
    """Somebody goes to a colleague, with a line that both read."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await coordinating.hand_over(tx, id, form.to, form.line)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get(PERSON + "/notes")
async def notes_of_person(request: Request, ods: str, id: UUID, acting: LooksAfter, asked: AskedByApi) -> answers.Notes:
    """One page of what was written about somebody, newest first: to their coordinator and whoever covers."""
    async with open_transaction(request, acting) as tx:
        (await _about(tx, id)).choices.write_note.must()
        page = await people.notes_of(tx, asked, id)
    return answers.Notes(notes=[written(one) for one in page.items], **going_on(page))


@router.post(PERSON + "/notes", status_code=201, response_model=json_api.OnlyId)
async def write_note(request: Request, ods: str, id: UUID, form: TalkNote, acting: LooksAfter) -> Response:
    """Keep that one was in touch with somebody, and what was said. They can read it."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await noting.write_note(tx, id, form))}

    return await json_api.write(request, acting, act, status=201)


@router.post(PERSON + "/notes/{note_id}/delete", response_model=json_api.OnlyId)
async def delete_note(request: Request, ods: str, id: UUID, note_id: UUID, acting: LooksAfter) -> Response:
    """Take a note away that one wrote oneself."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await noting.delete_note(tx, id, note_id)
        return {"id": str(note_id)}

    return await json_api.write(request, acting, act)


async def _about(tx: Transaction[Member], id: UUID) -> people.AboutPerson:
    await coordinating.check_looks_after_people(tx)
    about = await people.about_person(tx, await queries.leader_in_pool(tx, id))
    if about is None:
        raise NotFound
    return about
