"""The JSON API of training. Everything that its pages do can be done here too."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.training import Programme, TrainingSession
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, helping, json_api, organisations_data, own_data
from services.chassis.http.limits import limited, words_are_sought
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, OnePage, WordsToFind, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.training import api_clashes, commands, declared_api, limits, queries
from services.training.domain.programme import ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft
from services.training.forms import Enrolment
from services.training.store import holds
from services.training.store import programmes as store
from services.training.store.people import Enrolled, MyCredential, MyPlace

router = APIRouter()
own = OwnApi(router)
router.include_router(own_data.api("training", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
router.include_router(declared_api.router)
router.include_router(api_clashes.router)
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Searching = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.SEARCH, only_if=words_are_sought))]
SignedIn = Annotated[Person, Depends(helping.own)]
Trainer = Annotated[Member, Depends(entry.staff("trainer", "coordinator"))]


class Programmes(OnePage):
    programmes: list[Programme]


class OwnSession(TrainingSession):
    """A session with everybody who has a place; `attended` is null until it is recorded."""

    programme_id: UUID
    enrolled: list[Enrolled]


class Recorded(BaseModel):
    """How many came to a session, and how many did not."""

    id: UUID
    attended: int
    absent: int


class Place(BaseModel):
    session_id: UUID


class MyEnrolments(OnePage):
    enrolments: list[MyPlace]


class MyCredentials(OnePage):
    credentials: list[MyCredential]


@router.get("/programmes")
async def programmes_offered(request: Request, acting: Searching, asked: AskedByApi, find: WordsToFind) -> Programmes:
    """One page of what is offered, newest first. No sign-in."""
    async with open_transaction(request, acting) as tx:
        page = await store.offered(tx, asked, find)
    return Programmes(programmes=[thing.programme.public() for thing in page.items], **going_on(page))


@router.get("/programmes/{id}")
async def programme(request: Request, id: UUID, acting: Anyone) -> Programme:
    """One programme with its sessions."""
    async with open_transaction(request, acting) as tx:
        return (await queries.programme(tx, id)).programme.public()


@router.get("/organisations/{ods}/programmes")
async def own_programmes(
    request: Request, ods: str, acting: Trainer, asked: ManyAskedByApi, find: WordsToFind
) -> Programmes:
    """One page of the organisation's programmes, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_programmes(tx, asked, find)
    return Programmes(programmes=[thing.programme.public() for thing in page.items], **going_on(page))


@router.get("/organisations/{ods}/programmes/{id}")
async def own_programme(request: Request, ods: str, id: UUID, acting: Trainer) -> Programme:
    """One of the organisation's programmes, withdrawn or not."""
    async with open_transaction(request, acting) as tx:
        return (await queries.own_programme(tx, id)).public()


@router.post("/organisations/{ods}/programmes", status_code=201, response_model=json_api.OnlyId)
async def offer_programme(request: Request, ods: str, draft: ProgrammeDraft, acting: Trainer) -> Response:
    """Offer training. Whoever completes it has the credential that it names."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await commands.offer_programme(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.post("/organisations/{ods}/programmes/{id}/sessions", status_code=201, response_model=json_api.OnlyId)
async def add_session(request: Request, ods: str, id: UUID, draft: SessionDraft, acting: Trainer) -> Response:
    """A time at which people can take part."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await commands.add_session(tx, id, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.post("/organisations/{ods}/programmes/{id}/withdraw", response_model=json_api.OnlyId)
async def withdraw_programme(request: Request, ods: str, id: UUID, acting: Trainer) -> Response:
    """Offer it no more."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.withdraw_programme(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/sessions/{id}")
async def session(request: Request, ods: str, id: UUID, acting: Trainer) -> OwnSession:
    """The session with everybody who has a place; `attended` is null until it is recorded."""
    async with open_transaction(request, acting) as tx:
        programme, found = await queries.own_session(tx, id)
        enrolled = await queries.own_enrolled(tx, id)
    return OwnSession.build(**dict(found.public()), programme_id=programme.id, enrolled=enrolled)


@router.post("/organisations/{ods}/sessions/{id}/attendance", response_model=Recorded)
async def record_attendance(request: Request, ods: str, id: UUID, register: Register, acting: Trainer) -> Response:
    """Who came and who did not: everybody who has a place. On the same day it can be sent again to put it right."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.record_attendance(tx, id, register)
        return {"id": str(id), "attended": len(register.attended), "absent": len(register.absent)}

    return await json_api.write(request, acting, act)


@own.get("/mine/enrolments")
async def my_enrolments(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> MyEnrolments:
    """One page of the person's places, the newest session first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_places(tx, asked)
    return MyEnrolments(enrolments=list(page.items), **going_on(page))


@own.post("/mine/enrolments", does="take_training", status_code=201, response_model=Place)
async def enrol(request: Request, wanted: Enrolment, acting: SignedIn) -> Response:
    """Take a place in a session."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.enrol(tx, wanted.session_id)
        return {"session_id": str(wanted.session_id)}

    return await json_api.write(request, acting, act, status=201)


@own.delete("/mine/enrolments/{session_id}", does="cancel_training", response_model=Place)
async def cancel_enrolment(request: Request, session_id: UUID, acting: SignedIn) -> Response:
    """Give one's place back."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.cancel(tx, session_id)
        return {"session_id": str(session_id)}

    return await json_api.write(request, acting, act)


@own.get("/mine/credentials")
async def my_credentials(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> MyCredentials:
    """One page of what the person completed, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_credentials(tx, asked)
    return MyCredentials(credentials=list(page.items), **going_on(page))
