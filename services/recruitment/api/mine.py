"""The API about being looked after: who may do things for one, what was written, a break."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.http import entry, helping, json_api
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.recruitment.answers import people as answers
from services.recruitment.commands import pool
from services.recruitment.domain.leader import Says as Word
from services.recruitment.domain.leader import choices_of_pause
from services.recruitment.forms.people import Pause, Says
from services.recruitment.queries import people
from services.recruitment.store import leaders

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]
SaysWho = Annotated[Person, Depends(helping.own_word)]
Themselves = Annotated[Person, Depends(entry.signed_in)]
"""Notes about talks are for them and whoever looks after them, who reads them at the organisation's address."""
_WORDS: dict[bool | None, Word] = {True: "yes", False: "no", None: ""}


def who(asks: people.Coordinated) -> answers.WhoToAsk:
    return answers.WhoToAsk(**vars(asks))


def written(one: people.WrittenNote) -> answers.WrittenNote:
    note = one.note
    return answers.WrittenNote(
        id=note.id,
        kind=note.kind,
        on=note.happened_on,
        way=note.way,
        outcome=note.outcome,
        words=note.words,
        written_by=one.written_by,
        written_at=note.written_at,
    )


@own.get("/mine/helpers")
async def my_helpers(request: Request, acting: SaysWho) -> answers.Helpers:
    """Who looks after the person, and what they said of which organisation may do things for them."""
    async with open_transaction(request, acting) as tx:
        asks = await people.who_to_ask(tx)
        known = await people.who_may_act(tx)
    return answers.Helpers(
        asks=who(asks) if asks else None,
        organisations=[
            answers.MayAct(
                organisation_id=one.organisation.id,
                ods_code=one.organisation.ods_code,
                name=one.organisation.name,
                may_act=one.said.may_act if one.said else None,
                said_at=one.said.said_at if one.said else None,
                entered_by=one.entered_by,
            )
            for one in known
        ],
    )


@own.put("/mine/helpers/{organisation_id}", does="say_who_may_act", response_model=json_api.OnlyId)
async def say_who_may_act(request: Request, organisation_id: UUID, says: Says, acting: SaysWho) -> Response:
    """Say whether an organisation may do things for the person. It takes the place of what was said before."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.say_who_may_act(tx, organisation_id, _WORDS[says.may_act])
        return {"id": str(organisation_id)}

    return await json_api.write(request, acting, act)


@router.get("/mine/notes")
async def my_notes(request: Request, acting: Themselves, asked: AskedByApi) -> answers.Notes:
    """One page of what was written about the person, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await people.notes_of(tx, asked, acting.person_id)
    return answers.Notes(notes=[written(one) for one in page.items], **going_on(page))


@own.get("/mine/pause")
async def my_pause(request: Request, acting: SignedIn) -> answers.Paused:
    """Whether the person has a break, and until when."""
    async with open_transaction(request, acting) as tx:
        leader, today = await leaders.get(tx, acting.person_id), london_day(tx.now)
    paused = leader is not None and leader.is_paused_on(today)
    return answers.Paused(
        paused=paused,
        until=leader.paused_until if leader and paused else None,
        choices=choices_of_pause(leader, today=today),
    )


@own.put("/mine/pause", does="pause", response_model=json_api.OnlyId)
async def pause(request: Request, form: Pause, acting: SignedIn) -> Response:
    """Take a break: the person is told of no new roles. It takes the place of what was said before."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.pause(tx, form.until)
        return {"id": str(acting.person_id)}

    return await json_api.write(request, acting, act)


@own.post("/mine/pause/end", does="end_pause", response_model=json_api.OnlyId)
async def come_back(request: Request, acting: SignedIn) -> Response:
    """End the break: the person is told of new roles again."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.come_back(tx)
        return {"id": str(acting.person_id)}

    return await json_api.write(request, acting, act)
