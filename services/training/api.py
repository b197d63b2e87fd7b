"""The JSON API of training. Everything that its pages do can be done here too."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.training import Programme
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.limits import limited, words_are_sought
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, WordsToFind, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.training import commands, limits, queries
from services.training.domain.programme import ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft
from services.training.forms import Enrolment
from services.training.store import people
from services.training.store import programmes as store

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Searching = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.SEARCH, only_if=words_are_sought))]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Trainer = Annotated[Member, Depends(entry.staff("trainer", "coordinator"))]


@router.get("/programmes")
async def offered(request: Request, acting: Searching, asked: AskedByApi, find: WordsToFind) -> dict[str, object]:
    """One page of what is offered, newest first. No sign-in."""
    async with open_transaction(request, acting) as tx:
        page = await store.offered(tx, asked, find)
    return {"programmes": [thing.programme.public() for thing in page.items], **going_on(page)}


@router.get("/programmes/{id}")
async def programme(request: Request, id: UUID, acting: Anyone) -> Programme:
    async with open_transaction(request, acting) as tx:
        return (await queries.programme(tx, id)).programme.public()


@router.get("/organisations/{ods}/programmes")
async def own(
    request: Request, ods: str, acting: Trainer, asked: ManyAskedByApi, find: WordsToFind
) -> dict[str, object]:
    async with open_transaction(request, acting) as tx:
        page = await queries.own_programmes(tx, asked, find)
    return {"programmes": [thing.programme.public() for thing in page.items], **going_on(page)}


@router.get("/organisations/{ods}/programmes/{id}")
async def own_one(request: Request, ods: str, id: UUID, acting: Trainer) -> Programme:
    async with open_transaction(request, acting) as tx:
        return (await queries.own_programme(tx, id)).public()


@router.post("/organisations/{ods}/programmes", status_code=201)
async def offer(request: Request, ods: str, draft: ProgrammeDraft, acting: Trainer) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await commands.offer_programme(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.post("/organisations/{ods}/programmes/{id}/sessions", status_code=201)
async def add_session(request: Request, ods: str, id: UUID, draft: SessionDraft, acting: Trainer) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await commands.add_session(tx, id, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.post("/organisations/{ods}/programmes/{id}/withdraw")
async def withdraw(request: Request, ods: str, id: UUID, acting: Trainer) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.withdraw_programme(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/sessions/{id}")
async def session(request: Request, ods: str, id: UUID, acting: Trainer) -> dict[str, Any]:
    """The session with everybody who has a place; `attended` is null until it is recorded."""
    async with open_transaction(request, acting) as tx:
        programme, found = await queries.own_session(tx, id)
        enrolled = await people.enrolled(tx, id)
    return {**found.public().model_dump(), "programme_id": programme.id, "enrolled": enrolled}


@router.post("/organisations/{ods}/sessions/{id}/attendance")
async def record(request: Request, ods: str, id: UUID, register: Register, acting: Trainer) -> Response:
    """Who came and who did not: everybody who has a place. On the same day it can be sent again to put it right."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.record_attendance(tx, id, register)
        return {"id": str(id), "attended": len(register.attended), "absent": len(register.absent)}

    return await json_api.write(request, acting, act)


@router.get("/mine/enrolments")
async def enrolments(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> dict[str, object]:
    async with open_transaction(request, acting) as tx:
        page = await queries.my_places(tx, asked)
    return {"enrolments": page.items, **going_on(page)}


@router.post("/mine/enrolments", status_code=201)
async def enrol(request: Request, wanted: Enrolment, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.enrol(tx, wanted.session_id)
        return {"session_id": str(wanted.session_id)}

    return await json_api.write(request, acting, act, status=201)


@router.delete("/mine/enrolments/{session_id}")
async def cancel(request: Request, session_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.cancel(tx, session_id)
        return {"session_id": str(session_id)}

    return await json_api.write(request, acting, act)


@router.get("/mine/credentials")
async def credentials(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> dict[str, object]:
    async with open_transaction(request, acting) as tx:
        page = await queries.my_credentials(tx, asked)
    return {"credentials": page.items, **going_on(page)}
