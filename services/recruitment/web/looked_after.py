"""A person's own pages about being looked after: who may do things for them, what was written, a break, leaving."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.base.typed.days import apart
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, WordsToFind, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries, words
from services.recruitment.commands import pool
from services.recruitment.domain.leader import choices_of_pause
from services.recruitment.forms.people import Pause
from services.recruitment.queries import people
from services.recruitment.store import leaders, notes

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
Saying = Annotated[Person, Depends(helping.own_word)]
SAID = {
    "yes": "They may do things for you from now on. You can change it at any time.",
    "no": "They may do nothing for you from now on. You can change it at any time.",
    "neither": "What you said is taken back.",
}
PAUSED = {"paused": "You are told of no new roles now.", "back": "Welcome back. You are told of new roles again."}
_NOTES = About(notes.OF_PERSON, "note")


@own.get(links.MY_HELPERS)
async def helpers(request: Request, acting: Saying, find: WordsToFind) -> Response:
    """Which organisations may do things for the person."""
    async with open_transaction(request, acting) as tx:
        known = await people.who_may_act(tx)
        found = await people.organisations_called(tx, find) if find else None
        in_pool = await leaders.get(tx, acting.person_id) is not None
        asks = await people.who_to_ask(tx)
        closed = await queries.closed_for(tx, acting.person_id)
    return render(
        request,
        "helpers.jinja",
        closed=closed,
        known=known,
        found=found,
        find=find,
        in_pool=in_pool,
        asks=asks,
        done=confirmation(request, SAID),
        links=links,
    )


@own.post(links.MY_HELPERS + "/{organisation_id}/{says}", does="say_who_may_act")
async def say_who_may_act(
    request: Request, organisation_id: UUID, says: Literal["yes", "no", "neither"], acting: Saying
) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await pool.say_who_may_act(tx, organisation_id, "" if says == "neither" else says)
        return confirmed(links.MY_HELPERS, says)

    return await button(request, acting, act)


@own.alone(links.MY_NOTES)
async def my_notes(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    """What was written about the person, whole."""
    async with open_transaction(request, acting) as tx:
        page = await people.notes_of(tx, asked, acting.person_id)
        asks = await people.who_to_ask(tx)
        closed = await queries.closed_for(tx, acting.person_id)
    return render(
        request,
        "my_notes.jinja",
        closed=closed,
        things=page.items,
        list=view(request, page, _NOTES),
        asks=asks,
        words=words,
        links=links,
    )


async def _pause_now(tx: Transaction[Person]) -> dict[str, Any]:
    leader = await leaders.get(tx, tx.acting.person_id)
    until = leader.paused_until if leader and leader.is_paused_on(london_day(tx.now)) else None
    return apart("until", until)


async def _hold(tx: Transaction[Person]) -> None:
    await leaders.lock(tx, tx.acting.person_id)


PAUSES = Changes(now=_pause_now, hold=_hold)


@own.get(links.MY_PAUSE)
async def pause_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await PAUSES.shown(request, tx)
    return await _pause_page(request, acting, values, {})


@own.post(links.MY_PAUSE, does="pause")
async def pause(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: Pause) -> str:
        await pool.pause(tx, form.until)
        return confirmed(links.MY_PAUSE, "paused")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _pause_page(request, acting, values, errors)

    return await submit(request, acting, Pause, act, again, kind=PAUSES)


@own.post(links.MY_PAUSE + "/end", does="end_pause")
async def come_back(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await pool.come_back(tx)
        return confirmed(links.MY_PAUSE, "back")

    return await button(request, acting, act)


async def _pause_page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        leader = await leaders.get(tx, acting.person_id)
        today = london_day(tx.now)
        closed = await queries.closed_for(tx, acting.person_id)
    return render(
        request,
        "pause.jinja",
        closed=closed,
        may=choices_of_pause(leader, today=today),
        until=leader.paused_until if leader else None,
        values=values,
        errors=errors,
        done=confirmation(request, PAUSED),
        links=links,
    )
