"""The JSON API of an informal talk: staff propose times, the person picks one, either cancels."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.engagements import Chat
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, helping, json_api
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries
from services.engagements.answers import MyTalk, Status, Talk, short
from services.engagements.commands import talking
from services.engagements.domain.talking import Picked, Proposing
from services.engagements.queries_clashes import at_times_of_talk
from services.engagements.store import talks

router = APIRouter()
own = OwnApi(router)
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
SignedIn = Annotated[Person, Depends(helping.own)]
ONE = "/organisations/{ods}/engagements/{id}/talk"
MINE = "/mine/engagements/{id}/talk"


@router.get(ONE)
async def talk(request: Request, ods: str, id: UUID, acting: Coordinator) -> Talk:
    """The talk that was proposed to somebody last. None was: 404."""
    async with open_transaction(request, acting) as tx:
        found = await queries.to_choose(tx, id)
        words = await talks.words(tx, id)
    return _talk(found.engagement.chat, words)


@router.post(ONE, response_model=Status)
async def propose_talk(request: Request, ods: str, id: UUID, proposing: Proposing, acting: Coordinator) -> Response:
    """Propose up to five times for an informal talk. It is never a condition for being chosen."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return short(await talking.propose(tx, id, proposing))

    return await json_api.write(request, acting, act)


@router.post(ONE + "/cancel", response_model=Status)
async def cancel_talk_as_staff(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """Cancel a talk that is to come, or take the times back. The person is told."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return short(await talking.cancel_as_staff(tx, id))

    return await json_api.write(request, acting, act)


@own.get(MINE)
async def my_talk(request: Request, id: UUID, acting: SignedIn) -> MyTalk:
    """The talk that an organisation proposed last, and how it is held. None was: 404."""
    async with open_transaction(request, acting) as tx:
        chat = (await queries.my_engagement(tx, id)).engagement.chat
        words, clashes = await talks.words(tx, id), await at_times_of_talk(tx, chat)
    return MyTalk(**dict(_talk(chat, words)), clashes=clashes)


@own.post(MINE, does="answer_talk", response_model=Status)
async def answer_talk(request: Request, id: UUID, picked: Picked, acting: SignedIn) -> Response:
    """Pick one of the times, or null: none of them suits."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return short(await talking.pick(tx, id, picked))

    return await json_api.write(request, acting, act)


@own.post(MINE + "/cancel", does="cancel_talk", response_model=Status)
async def cancel_talk(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Cancel a talk that is to come."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return short(await talking.cancel(tx, id))

    return await json_api.write(request, acting, act)


def _talk(chat: Chat | None, words: str) -> Talk:
    if chat is None:
        raise NotFound
    return Talk(chat=chat, words="" if chat.ended else words)
