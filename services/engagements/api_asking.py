"""The JSON API of questions of before conversations came: what was asked about a role, and what was answered."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping, json_api
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries_questions as queries
from services.engagements.answers import Questions, questions
from services.engagements.commands import asking
from services.engagements.domain.asking import AnswerWords

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
ONE = "/organisations/{ods}/engagements/{id}/questions"


@own.get("/mine/engagements/{id}/questions")
async def my_questions(request: Request, id: UUID, acting: SignedIn) -> Questions:
    """What the person asked the organisation about a role, oldest first, and what it answered."""
    async with open_transaction(request, acting) as tx:
        return questions((await queries.mine(tx, id))[1])


@own.post("/mine/engagements/{id}/questions/take-back", does="take_back_question", response_model=json_api.OnlyId)
async def take_back_question(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Take back what is not answered yet. `id` is the engagement's."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        return {"id": str((await asking.take_back(tx, id)).id)}

    return await json_api.write(request, acting, act)


@router.get(ONE)
async def questions_of_engagement(request: Request, ods: str, id: UUID, acting: Coordinator) -> Questions:
    """What somebody asked about a role of the organisation, oldest first, and what was answered."""
    async with open_transaction(request, acting) as tx:
        return questions((await queries.theirs(tx, id))[1])


@router.post(ONE + "/{question_id}/answer", response_model=json_api.OnlyId)
async def answer_question(
    request: Request, ods: str, id: UUID, question_id: UUID, said: AnswerWords, acting: Coordinator
) -> Response:
    """Answer the question that waits. The person is told that there is an answer, and reads it on their page."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await asking.answer(tx, id, question_id, said)
        return {"id": str(question_id)}

    return await json_api.write(request, acting, act)
