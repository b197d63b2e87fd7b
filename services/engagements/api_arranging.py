"""The JSON API of what people with a place need: how far it is at each session, and whether it was there."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping, json_api
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.engagements import answers_access as answers
from services.engagements import queries_access as queries
from services.engagements.commands import arranging as commands
from services.engagements.domain.arranging import Arranging
from services.engagements.domain.looking_back import LookingBack

router = APIRouter()
own = OwnApi(router)
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
SignedIn = Annotated[Person, Depends(helping.own)]
OF_SESSION = "/organisations/{ods}/intakes/{opportunity_id}/sessions/{session_id}/access"
OF_PLACE = "/organisations/{ods}/engagements/{id}/needs"
MINE = "/mine/engagements/{id}/sessions/{session_id}/access"


@router.get(OF_SESSION)
async def access_of_session(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator, asked: AskedByApi
) -> answers.AccessOfSession:
    """What people with a place need at one session, who let its organisation see it, and how far each of it is."""
    async with open_transaction(request, acting) as tx:
        found = await queries.of_session(tx, opportunity_id, session_id, asked)
    people = [answers.of_person(one) for one in found.page.items]
    return answers.AccessOfSession(people=people, **going_on(found.page))


@router.get(OF_SESSION + "/{id}/needs/{need}")
async def booking_at_session(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, id: UUID, need: str, acting: Coordinator
) -> answers.Booking:
    """How far one need of one person is, at one session."""
    async with open_transaction(request, acting) as tx:
        found = await queries.booking_at_session(tx, opportunity_id, session_id, (id, need))
    return answers.booking(found[2])


@router.put(OF_SESSION + "/{id}/needs/{need}", response_model=json_api.OnlyId)
async def arrange_at_session(
    request: Request,
    ods: str,
    opportunity_id: UUID,
    session_id: UUID,
    id: UUID,
    need: str,
    said: Arranging,
    acting: Coordinator,
) -> Response:
    """Say how far it is at this session. It takes the place of what was said before; the person sees it."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await queries.one_at_session(tx, opportunity_id, session_id, id)
        await commands.arrange_one(tx, id, session_id, need, said)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(OF_SESSION + "/{id}/looked", response_model=json_api.OnlyId)
async def look_at_access(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, id: UUID, acting: Coordinator
) -> Response:
    """Say that somebody has looked at what its person says was not there."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await queries.one_at_session(tx, opportunity_id, session_id, id)
        await commands.look(tx, id, session_id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get(OF_PLACE)
async def needs_of_place(request: Request, ods: str, id: UUID, acting: Coordinator) -> answers.NeedsOfPlace:
    """What somebody with a place needs, who lets organisations see it, and how far it is at each session."""
    async with open_transaction(request, acting) as tx:
        found = await queries.of_place(tx, id)
    return answers.needs_of_place(found)


@router.get(OF_PLACE + "/{need}")
async def bookings_of_place(request: Request, ods: str, id: UUID, need: str, acting: Coordinator) -> answers.AtEach:
    """How far one need of one person is, at each session to come."""
    async with open_transaction(request, acting) as tx:
        found, _ = await queries.booking_of_place(tx, id, need)
    return answers.at_each(found, need)


@router.put(OF_PLACE + "/{need}", response_model=answers.Arranged)
async def arrange_needs(
    request: Request, ods: str, id: UUID, need: str, said: Arranging, acting: Coordinator
) -> Response:
    """Say how far it is at all sessions to come. It takes the place of what was said before; the person sees it."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await queries.booking_of_place(tx, id, need)
        return {"id": str(id), "sessions": await commands.arrange(tx, id, need, said)}

    return await json_api.write(request, acting, act)


@own.get("/mine/engagements/{id}/access")
async def my_access(request: Request, id: UUID, acting: SignedIn) -> answers.MyAccess:
    """What is arranged of what the person needs, at each session of a role where they have a place."""
    async with open_transaction(request, acting) as tx:
        found = await queries.mine(tx, id)
    return answers.MyAccess(sessions=[answers.at_session(one) for one in found.sessions])


@own.get(MINE)
async def my_access_at_session(
    request: Request, id: UUID, session_id: UUID, acting: SignedIn
) -> answers.MyAccessAtSession:
    """The same at one session, and what the person said of it afterwards."""
    async with open_transaction(request, acting) as tx:
        return answers.my_access_at_session(await queries.mine_at(tx, id, session_id))


@own.post(MINE + "/answers", does="say_was_it_there", response_model=json_api.OnlyId)
async def say_was_it_there(
    request: Request, id: UUID, session_id: UUID, said: LookingBack, acting: SignedIn
) -> Response:
    """Say whether what the person needs was there. Of a need of which nothing is said, what was said before stays."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await commands.say_was_it_there(tx, id, session_id, said)
        return {"id": str(session_id)}

    return await json_api.write(request, acting, act)
