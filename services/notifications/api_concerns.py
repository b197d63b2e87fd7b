"""The JSON API of concerns, complaints about data, and calls around a session of somebody's own story."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, helping, json_api
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.notifications import answers_concerns as answers
from services.notifications import limits
from services.notifications import queries_concerns as queries
from services.notifications.commands import concerns as commands
from services.notifications.commands import raising
from services.notifications.commands import story as story_commands
from services.notifications.commands.story import Asking
from services.notifications.concern_forms import (
    AnswerConcernBody,
    HandOnBody,
    NoBody,
    RaiseBody,
    SpokeBody,
    StoryCallForm,
)
from services.notifications.domain import outside

router = APIRouter()
own = OwnApi(router)
Own = Annotated[Person, Depends(helping.own)]
Raises = Annotated[Person, Depends(limited(helping.own, limits.RAISE_CONCERN))]
Complains = Annotated[Person, Depends(limited(helping.own, limits.COMPLAIN))]
AsksForCall = Annotated[Person, Depends(limited(helping.own, limits.ASK_FOR_CALL))]
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Reader = Annotated[Member, Depends(entry.staff("admin", "coordinator", "approver"))]
Admin = Annotated[Member, Depends(entry.staff("admin"))]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
OURS, THEIRS, CALLS = (
    "/organisations/{ods}/concerns",
    "/organisations/{ods}/complaints",
    "/organisations/{ods}/calls-asked",
)
CALL = "/mine/calls/{id}"


@router.get("/outside")
async def who_helps_outside(request: Request, acting: Anyone) -> answers.AllOutside:
    """Who helps outside the network, with where each number is from and when that was looked at."""
    async with open_transaction(request, acting) as tx:
        return answers.AllOutside(outside=[answers.helps(one) for one in outside.on(london_day(tx.now))])


@own.get("/mine/concerns")
async def my_concerns(request: Request, acting: Own, asked: AskedByApi) -> answers.MyConcerns:
    """What the person told us, newest first. Whoever helps sees what they wrote down themselves."""
    async with open_transaction(request, acting) as tx:
        page = await queries.mine(tx, asked)
    return answers.MyConcerns(concerns=[answers.my_concern(one.concern) for one in page.items], **going_on(page))


@own.post("/mine/concerns", does="write_down", status_code=201, response_model=json_api.OnlyId)
async def raise_concern(request: Request, body: RaiseBody, acting: Raises) -> Response:
    """Say what worries the person. Whoever it is about does not see it; refused where nobody is left to read it."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        return {"id": str((await raising.send(tx, body.what, body.said)).id)}

    return await json_api.write(request, acting, act, status=201)


@own.get("/mine/concerns/{id}")
async def my_concern(request: Request, id: UUID, acting: Own) -> answers.MyConcern:
    """One of them, with the answers."""
    async with open_transaction(request, acting) as tx:
        return answers.my_concern((await queries.one_of_mine(tx, id)).concern)


@own.post("/mine/concerns/{id}/not-settled", does="write_down", response_model=json_api.OnlyId)
async def say_not_settled(request: Request, id: UUID, acting: Raises) -> Response:
    """After the last answer, once: somebody else looks at it."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await commands.not_settled(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@own.post("/mine/concerns/{id}/hand-on", does="write_down", response_model=json_api.OnlyId)
async def say_whether_to_hand_on(request: Request, id: UUID, body: HandOnBody, acting: Raises) -> Response:
    """Whether the organisation that the network asked about (`offered_ods`) may have it, or it stays where it is."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await commands.say_whether_to_hand_on(tx, id, yes=body.may)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@own.post("/mine/no/{about}/{id}", does="write_down", status_code=201, response_model=json_api.OnlyId)
async def ask_to_look_again(request: Request, about: str, id: UUID, body: NoBody, acting: Raises) -> Response:
    """Somebody else looks again at a no (`about`: `engagement` or `claim`), once. Answers with the concern's id."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        return {"id": str(await raising.look_again(tx, about, id, body.words))}

    return await json_api.write(request, acting, act, status=201)


@own.get(CALL)
async def my_story_call(request: Request, id: UUID, acting: Own) -> answers.MyCallSaid:
    """The call that the person asked for around a session of this role."""
    async with open_transaction(request, acting) as tx:
        found = (await queries.my_call(tx, id)).call
    if found is None:
        raise NotFound
    return answers.my_call(found)


@own.put(CALL, does="ask_for_call", response_model=answers.MyCallSaid)
async def ask_for_story_call(request: Request, id: UUID, body: StoryCallForm, acting: AsksForCall) -> Response:
    """Ask for a call, or say otherwise when and how. `id`: of the engagement."""

    async def act(tx: Transaction[Person]) -> answers.MyCallSaid:
        await story_commands.ask(tx, id, Asking(body.around, body.who == "desk", body.how))
        found = (await queries.my_call(tx, id)).call
        assert found, "it was asked for in this transaction"
        return answers.my_call(found)

    return await json_api.write(request, acting, act)


@own.delete(CALL, does="ask_for_call", response_model=json_api.OnlyId)
async def take_back_story_call(request: Request, id: UUID, acting: AsksForCall) -> Response:
    """No call is wished any more. Nobody asks why."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await story_commands.take_back(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get(OURS)
async def concerns_of_organisation(
    request: Request, ods: str, acting: Reader, asked: AskedByApi, closed: bool = False
) -> answers.TheirConcerns:
    """Those that this member reads, newest first: none that is about them. `closed`: those that are closed instead."""
    async with open_transaction(request, acting) as tx:
        page = await queries.ours(tx, asked, is_open=not closed)
    return answers.TheirConcerns(concerns=[answers.their_concern(one) for one in page.items], **going_on(page))


@router.get(OURS + "/{id}")
async def concern_of_organisation(request: Request, ods: str, id: UUID, acting: Reader) -> answers.TheirConcern:
    """One of them. 404 to whoever it is about, as to anybody who does not read it."""
    async with open_transaction(request, acting) as tx:
        return answers.their_concern(await queries.one_of_ours(tx, id))


@router.post(OURS + "/{id}/answers", status_code=201, response_model=json_api.OnlyId)
async def answer_concern(request: Request, ods: str, id: UUID, body: AnswerConcernBody, acting: Reader) -> Response:
    """The person reads it on their page, and is told that it is there. `closes`: it says what was done."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.answer(tx, id, body.words, closes=body.closes)
        return {"id": str(id)}

    return await json_api.write(request, acting, act, status=201)


@router.post(OURS + "/{id}/read", response_model=json_api.OnlyId)
async def note_concern_read(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    """Somebody has read it."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.note_read(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(OURS + "/{id}/to-network", response_model=json_api.OnlyId)
async def move_concern_to_network(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    """The network has it from now on."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.move_to_network(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(OURS + "/{id}/hand-on", response_model=json_api.OnlyId)
async def ask_to_hand_concern_on(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    """At the network: ask the person whether the organisation that it is about may have it. Nothing moves before."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.ask_to_hand_on(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(OURS + "/{id}/step-back", response_model=json_api.OnlyId)
async def step_back_from_concern(request: Request, ods: str, id: UUID, acting: Reader) -> Response:
    """Whoever does it reads it no more; where nobody is left, the network has it."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await commands.step_back(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get(CALLS)
async def story_calls_asked(request: Request, ods: str, acting: Coordinator, asked: AskedByApi) -> answers.CallsToMake:
    """Whom to ring or meet around a session at which they tell their own story, the longest waiting first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.calls_asked(tx, asked)
    return answers.CallsToMake(calls=[answers.call_to_make(one) for one in page.items], **going_on(page))


@router.post(CALLS + "/{id}/spoke", response_model=json_api.OnlyId)
async def note_that_we_spoke(request: Request, ods: str, id: UUID, body: SpokeBody, acting: Coordinator) -> Response:
    """They spoke or met; nothing else is kept. `id`: of the engagement."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await story_commands.note_spoke(tx, id, again=body.again)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)
