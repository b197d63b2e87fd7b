"""A session's page: how to join, where to go and what to read. Whoever has a place sees it; coordinators say it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, files, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import MAKES, SAYS_ONCE, button, submit
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.engagements import limits, queries, queries_access, words, words_access
from services.engagements import queries_sessions as found
from services.engagements.commands import saying
from services.engagements.commands import session_pages as commands
from services.engagements.domain.saying import WhatIsWrong
from services.engagements.domain.session_page import PAPER, SessionPageWords
from services.engagements.forms import NothingTyped
from services.engagements.store import intakes
from services.engagements.store import session_pages as store

own = OwnPages()
router = APIRouter()
SignedIn = Annotated[Person, Depends(helping.own)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Sending = Annotated[Member, Depends(limited(entry.staff("coordinator"), limits.SEND_PAPER))]
MINE = links.MY_SESSION
PAGE = links.STAFF_SESSION
PAPERS = PAGE + "/papers"
SAID = {
    "there": "You said that you were there. The organisation sees it when it records who came.",
    "wrong": "The organisation sees what you wrote, and looks at it again.",
}
DONE = {
    "said": "Saved. Whoever has a place sees it on their page of this session.",
    "added": "The paper is there. Whoever has a place can read it.",
    "out": "The paper is taken out. Nobody can open it any more.",
}


@own.get("/engagements/mine/{id}/sessions")
async def my_sessions(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        mine = await queries.my_engagement(tx, id)
        sessions = found.sessions_of(mine.engagement, mine.opportunity, tx.now)
        answers = await who_answers(tx, mine.opportunity)
    return render(request, "my_sessions.jinja", m=mine, sessions=sessions, answers=answers, words=words, links=links)


@own.get(MINE)
async def my_session(request: Request, id: UUID, session_id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        shown = await found.my_page(tx, id, session_id)
        access = await queries_access.mine_here(tx, shown.mine, session_id)
        answers = await who_answers(tx, shown.opportunity)
    return render(
        request,
        "my_session.jinja",
        access=access,
        answers=answers,
        w=words_access,
        m=shown.mine,
        shown=shown,
        may=shown.choices,
        at=MINE.format(id=id, session_id=session_id),
        back=links.MY_ENGAGEMENT.format(id=id),
        done=confirmation(request, SAID),
        words=words,
        links=links,
    )


@own.post(MINE + "/there", does="say_there")
async def say_there(request: Request, id: UUID, session_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await saying.say_there(tx, id, session_id)
        return confirmed(MINE.format(id=id, session_id=session_id), "there")

    return await button(request, acting, act)


@own.get(MINE + "/wrong")
async def wrong(request: Request, id: UUID, session_id: UUID, acting: SignedIn) -> Response:
    return await _wrong_page(request, acting, (id, session_id), ({}, {}))


@own.post(MINE + "/wrong", does="say_wrong")
async def say_wrong(request: Request, id: UUID, session_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], what: WhatIsWrong) -> str:
        await saying.say_wrong(tx, id, session_id, what)
        return confirmed(MINE.format(id=id, session_id=session_id), "wrong")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _wrong_page(request, acting, (id, session_id), (values, errors))

    return await submit(request, acting, WhatIsWrong, act, again, kind=SAYS_ONCE)


async def _wrong_page(
    request: Request, acting: Person, of: tuple[UUID, UUID], filled: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    """`of`: the engagement's id and the session's."""
    async with open_transaction(request, acting) as tx:
        shown = await found.my_page(tx, *of)
        answers = await who_answers(tx, shown.opportunity)
    return render(
        request,
        "wrong_record.jinja",
        shown=shown,
        answers=answers,
        values=filled[0],
        errors=filled[1],
        back=MINE.format(id=of[0], session_id=of[1]),
        words=words,
    )


@own.get(MINE + "/papers/{paper_id}")
async def my_paper(request: Request, id: UUID, session_id: UUID, paper_id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        shown = await found.my_page(tx, id, session_id)
        return files.answer(*await found.open_paper(tx, shown, paper_id))


@router.get("/engagements/for/{ods}/{opportunity_id}/sessions")
async def own_sessions(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        intake = await queries.own_intake(tx, opportunity_id)
        now = tx.now
    return render(request, "own_sessions.jinja", i=intake, o=intake.opportunity, now=now, back=intake.link, words=words)


@router.get(PAGE)
async def session_page(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator
) -> Response:
    async with open_transaction(request, acting) as tx:
        shown = await found.own_page(tx, opportunity_id, session_id)
        values = await _said(opportunity_id, session_id, shown).shown(request, tx)
    return _page(request, acting, shown, (values, {}))


@router.post(PAGE)
async def say(request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: SessionPageWords) -> str:
        await commands.say(tx, opportunity_id, session_id, form)
        return _at(ods, opportunity_id, session_id, "said")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        async with open_transaction(request, acting) as tx:
            shown = await found.own_page(tx, opportunity_id, session_id)
        return _page(request, acting, shown, (values, errors))

    return await submit(request, acting, SessionPageWords, act, again, kind=_said(opportunity_id, session_id))


def _page(
    request: Request, acting: Member, shown: found.ShownPage, filled: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    of = {"ods": acting.ods_code, "opportunity_id": shown.opportunity.id}
    return render(
        request,
        "session_page.jinja",
        shown=shown,
        values=filled[0],
        errors=filled[1],
        at=PAGE.format(**of, session_id=shown.session.id),
        access=links.STAFF_ACCESS.format(**of, session_id=shown.session.id),
        sheet=links.STAFF_SHEET.format(**of, session_id=shown.session.id),
        back=links.STAFF_INTAKE.format(**of),
        done=confirmation(request, DONE),
        words=words,
    )


def _said(opportunity_id: UUID, session_id: UUID, known: found.ShownPage | None = None) -> Changes[Member]:
    """`known`: the page, where it was read in the same transaction already."""

    async def now(tx: Transaction[Member]) -> dict[str, str]:
        page = (known or await found.own_page(tx, opportunity_id, session_id)).page
        return {"joining_link": page.joining_link, "arrival": page.arrival}

    async def hold(tx: Transaction[Member]) -> None:
        await queries.own_intake(tx, opportunity_id)
        await intakes.lock(tx, opportunity_id)

    async def said(tx: Transaction[Member]) -> str:
        page = await store.get(tx, session_id)
        return await last_changed(tx, at=page.changed_at, by=page.changed_by) if page.changed_at else ""

    return Changes(now=now, hold=hold, said=said)


@router.get(PAPERS)
async def papers(request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator) -> Response:
    return await _papers_page(request, acting, (opportunity_id, session_id), ({}, {}))


@router.post(PAPERS, dependencies=[Depends(takes_file(PAPER))])
async def add_paper(request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Sending) -> Response:
    async def themselves(_: NothingTyped) -> Member:
        return acting

    async def act(tx: Transaction[Member], _: NothingTyped, paper: SafeFile | None) -> str:
        await commands.add_paper(tx, opportunity_id, session_id, paper)
        return _at(ods, opportunity_id, session_id, "added")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _papers_page(request, acting, (opportunity_id, session_id), (values, errors))

    return await files.submit_with_file(request, acting, NothingTyped, act, again, kind=MAKES, as_whom=themselves)


async def _papers_page(
    request: Request, acting: Member, of: tuple[UUID, UUID], filled: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        shown = await found.own_page(tx, *of)
    back = PAGE.format(ods=acting.ods_code, opportunity_id=of[0], session_id=of[1])
    return render(
        request, "paper.jinja", shown=shown, values=filled[0], errors=filled[1], name=PAPER, back=back, words=words
    )


@router.get(PAPERS + "/{paper_id}")
async def paper(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, paper_id: UUID, acting: Coordinator
) -> Response:
    async with open_transaction(request, acting) as tx:
        shown = await found.own_page(tx, opportunity_id, session_id)
        return files.answer(*await found.open_paper(tx, shown, paper_id))


@router.post(PAPERS + "/{paper_id}/take-out")
async def take_paper_out(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, paper_id: UUID, acting: Coordinator
) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.take_paper_out(tx, opportunity_id, session_id, paper_id)
        return _at(ods, opportunity_id, session_id, "out")

    return await button(request, acting, act)


def _at(ods: str, opportunity_id: UUID, session_id: UUID, code: str) -> str:
    return confirmed(PAGE.format(ods=ods, opportunity_id=opportunity_id, session_id=session_id), code)
