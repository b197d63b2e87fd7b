"""A person's pages: what is arranged of what they need, at each session, and whether it was there."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import submit
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.engagements import queries_access as queries
from services.engagements import words, words_access
from services.engagements.commands import arranging as commands
from services.engagements.domain.looking_back import MISSED, THERE, typed
from services.engagements.forms import WasItThere
from services.engagements.store import engagements

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
PAGE = links.MY_ACCESS_OF_SESSION
DONE = {"there": "Thank you. The organisation sees what you said."}


@own.get(links.MY_ACCESS)
async def my_access(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.mine(tx, id)
        answers = await who_answers(tx, found.mine.opportunity)
    return render(
        request,
        "my_access.jinja",
        m=found.mine,
        sessions=found.sessions,
        answers=answers,
        back=links.MY_ENGAGEMENT.format(id=id),
        page=links.MY_ACCESS_OF_SESSION,
        words=words,
        w=words_access,
        links=links,
    )


@own.get(PAGE)
async def my_access_at_session(request: Request, id: UUID, session_id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _answers(id, session_id).shown(request, tx)
    return await _page(request, acting, (id, session_id), (values, {}))


@own.post(PAGE, does="say_was_it_there")
async def say_was_it_there(request: Request, id: UUID, session_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: WasItThere) -> str:
        await commands.say_was_it_there(tx, id, session_id, typed(form.each_there, form.each_missed))
        return confirmed(PAGE.format(id=id, session_id=session_id), "there")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, (id, session_id), (values, errors))

    return await submit(request, acting, WasItThere, act, again, kind=_answers(id, session_id))


async def _page(
    request: Request, acting: Person, of: tuple[UUID, UUID], filled: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    """`of`: the engagement's id and the session's."""
    async with open_transaction(request, acting) as tx:
        found = await queries.mine_at(tx, *of)
        who = await who_answers(tx, found.mine.opportunity)
    return render(
        request,
        "my_access_at_session.jinja",
        m=found.mine,
        at=found.at,
        answers=words_access.answered(found.answers),
        may=found.may_answer,
        who=who,
        there=THERE,
        missed=MISSED,
        values=filled[0],
        errors=filled[1],
        back=links.MY_SESSION.format(id=of[0], session_id=of[1]),
        done=confirmation(request, DONE),
        words=words,
        w=words_access,
    )


def _answers(id: UUID, session_id: UUID) -> Changes[Person]:
    async def now(tx: Transaction[Person]) -> dict[str, str]:
        found = await queries.mine_at(tx, id, session_id)
        said = {one.need: one for one in found.answers}
        values: dict[str, str] = {}
        for need in found.at.arranged.needs:
            values[THERE + need] = said[need].there if need in said else ""
            values[MISSED + need] = said[need].words if need in said else ""
        return values

    async def hold(tx: Transaction[Person]) -> None:
        await queries.mine_at(tx, id, session_id)
        await engagements.lock(tx, id)

    return Changes(now=now, hold=hold, left_out_stays=True)
