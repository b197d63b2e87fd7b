"""What a person asked about their role before conversations came: taken back, or answered by coordinators."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmed
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import SAYS_ONCE, button, submit
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries_questions as queries
from services.engagements.commands import asking as commands
from services.engagements.forms import AnswerForm
from services.engagements.web.choosing import at_intake

own = OwnPages()
router = APIRouter()
SignedIn = Annotated[Person, Depends(helping.own)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
MINE, PAGE = links.MY_ENGAGEMENT + "/question", links.STAFF_QUESTION
SAID = {
    "taken_back": "Your question is taken back. Nobody answers it any more.",
}
DONE = {"answered": "Your answer is kept. The person is told that there is one, and reads it on their page."}


@own.post(MINE + "/take-back", does="take_back_question")
async def take_back(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.take_back(tx, id)
        return confirmed(links.MY_ENGAGEMENT.format(id=id), "taken_back")

    return await button(request, acting, act)


@router.get(PAGE)
async def questions(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _answer_page(request, acting, id, {}, {})


@router.post(PAGE)
async def answer(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: AnswerForm) -> str:
        answered = await commands.answer(tx, id, form.question, form.said)
        return at_intake(ods, answered.opportunity_id, "answered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _answer_page(request, acting, id, values, errors)

    return await submit(request, acting, AnswerForm, act, again, kind=SAYS_ONCE)


async def _answer_page(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        theirs, asked = await queries.theirs(tx, id)
    return render(
        request,
        "answer_question.jinja",
        p=theirs,
        o=theirs.intake.opportunity,
        may=theirs.may,
        asked=asked,
        values=values,
        errors=errors,
        back=theirs.intake.link,
    )
