"""The JSON API of sessions: whether one came, and each session's page with its papers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, files, helping, json_api
from services.chassis.http.limits import limited
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.transaction import Transaction
from services.engagements import answers, limits, queries, queries_sheet
from services.engagements import queries_sessions as found
from services.engagements.commands import saying
from services.engagements.commands import session_pages as commands
from services.engagements.domain.saying import WhatIsWrong
from services.engagements.domain.session_page import SessionPageWords

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Sending = Annotated[Member, Depends(limited(entry.staff("coordinator"), limits.SEND_PAPER))]
NameOfFile = Annotated[str, Query(title="the name of the file", max_length=255)]
ONE = "/organisations/{ods}/intakes/{opportunity_id}/sessions/{session_id}"


@own.get("/mine/engagements/{id}/sessions")
async def my_sessions(request: Request, id: UUID, acting: SignedIn) -> answers.MySessions:
    """All sessions of a role that the person takes part in, cancelled ones too, and whether they came."""
    async with open_transaction(request, acting) as tx:
        mine = await queries.my_engagement(tx, id)
        sessions = found.sessions_of(mine.engagement, mine.opportunity, tx.now)
    return answers.MySessions(sessions=[answers.MySession(session=one.session, came=one.came) for one in sessions])


@own.get("/mine/engagements/{id}/sessions/{session_id}")
async def my_session(request: Request, id: UUID, session_id: UUID, acting: SignedIn) -> answers.MySessionPage:
    """One of them with how to join, what to know on the day, and its papers: once the person has a place."""
    async with open_transaction(request, acting) as tx:
        return answers.my_page(await found.my_page(tx, id, session_id))


@own.post("/mine/engagements/{id}/sessions/{session_id}/there", does="say_there", response_model=json_api.OnlyId)
async def say_there(request: Request, id: UUID, session_id: UUID, acting: SignedIn) -> Response:
    """Say that the person was there, before it is recorded. The organisation confirms it."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await saying.say_there(tx, id, session_id)
        return {"id": str(session_id)}

    return await json_api.write(request, acting, act)


@own.post("/mine/engagements/{id}/sessions/{session_id}/wrong", does="say_wrong", response_model=json_api.OnlyId)
async def say_wrong(request: Request, id: UUID, session_id: UUID, what: WhatIsWrong, acting: SignedIn) -> Response:
    """Say what is wrong with what was recorded. It waits for the organisation's coordinators."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await saying.say_wrong(tx, id, session_id, what)
        return {"id": str(session_id)}

    return await json_api.write(request, acting, act)


@own.get(
    "/mine/engagements/{id}/sessions/{session_id}/papers/{paper_id}",
    response_class=Response,
    responses=files.ANSWER_OF_A_FILE,
)
async def my_paper(request: Request, id: UUID, session_id: UUID, paper_id: UUID, acting: SignedIn) -> Response:
    """One paper of a session, as a JPEG or a PDF."""
    async with open_transaction(request, acting) as tx:
        shown = await found.my_page(tx, id, session_id)
        return files.answer(*await found.open_paper(tx, shown, paper_id))


@router.get(ONE)
async def session_page(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator
) -> answers.SessionPage:
    """What whoever has a place reads of a session."""
    async with open_transaction(request, acting) as tx:
        return answers.page(await found.own_page(tx, opportunity_id, session_id))


@router.get(ONE + "/sheet")
async def attendee_sheet(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator
) -> answers.AttendeeSheet:
    """Who has a place at a session, and what they need there as they let the organisation see it. It is noted."""
    async with open_transaction(request, acting) as tx:
        sheet = await queries_sheet.sheet(tx, opportunity_id, session_id)
    people = [
        answers.ExpectedThere(called=p.called, reference=p.reference, said=p.said, needs=queries_sheet.lines(p))
        for p in sheet.people
    ]
    return answers.AttendeeSheet(arrival=sheet.page.arrival, people=people, more=sheet.people.more)


@router.put(ONE, response_model=json_api.OnlyId)
async def say_session_page(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, said: SessionPageWords, acting: Coordinator
) -> Response:
    """Say how people join and what they need to know on the day. It takes the place of what was said before."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.say(tx, opportunity_id, session_id, said)
        return {"id": str(session_id)}

    return await json_api.write(request, acting, act)


@router.post(
    ONE + "/papers",
    dependencies=[Depends(takes_file())],
    openapi_extra=files.BODY_OF_A_FILE,
    response_model=json_api.OnlyId,
    status_code=201,
)
async def add_paper(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Sending, name: NameOfFile = ""
) -> Response:
    """Add a paper. The body is the file (JPEG, PNG, WebP or PDF, at most 5 MB).

    A picture is drawn and a PDF written anew. The same one is kept once.
    """

    async def act(tx: Transaction[Member], paper: SafeFile) -> dict[str, Any]:
        return {"id": str(await commands.add_paper(tx, opportunity_id, session_id, paper))}

    async with open_transaction(request, acting) as tx:
        await found.own_page(tx, opportunity_id, session_id)  # before the file is read
    return await files.write_file(request, acting, act, name=name, status=201)


@router.get(ONE + "/papers/{paper_id}", response_class=Response, responses=files.ANSWER_OF_A_FILE)
async def paper(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, paper_id: UUID, acting: Coordinator
) -> Response:
    """One paper of a session, as a JPEG or a PDF."""
    async with open_transaction(request, acting) as tx:
        shown = await found.own_page(tx, opportunity_id, session_id)
        return files.answer(*await found.open_paper(tx, shown, paper_id))


@router.delete(ONE + "/papers/{paper_id}", response_model=json_api.OnlyId)
async def take_paper_out(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, paper_id: UUID, acting: Coordinator
) -> Response:
    """Take a paper out: nobody can open it any more."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.take_paper_out(tx, opportunity_id, session_id, paper_id)
        return {"id": str(paper_id)}

    return await json_api.write(request, acting, act)
