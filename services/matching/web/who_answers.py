"""Staff pages: who answers for a role, changed at any time: a coordinator leaves, a desk closes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmed
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import submit
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.commands import posting
from services.matching.domain import who_answers as domain
from services.matching.forms import AnswersForm
from services.matching.store import opportunities

router = APIRouter()
HERE = "/opportunities/for/{ods}/{id}/answers"
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


@router.get(HERE)
async def answers_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _answers(id).shown(request, tx)
    return await _page(request, acting, id, values, {})


@router.post(HERE)
async def change_answers(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: AnswersForm) -> str:
        await posting.change_answers(tx, id, form)
        return confirmed(f"/opportunities/for/{ods}/{id}", "answers")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, id, values, errors)

    return await submit(request, acting, AnswersForm, act, again, kind=_answers(id))


def _answers(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        stands = domain.of((await queries.own_opportunity(tx, id)).opportunity)
        named = {name: str(value or "") for name, value in stands.model_dump().items() if name.endswith("_id")}
        return named | {"talks_from_interest": "yes" if stands.talks_from_interest else ""}

    async def hold(tx: Transaction[Member]) -> None:
        await opportunities.lock(tx, id)

    return Changes(now=now, hold=hold)


async def _page(request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        own = await queries.own_opportunity(tx, id)
        who = await queries.who_can_answer(tx)
    return render(
        request,
        "answers.jinja",
        values=values,
        errors=errors,
        o=own.opportunity,
        ods=acting.ods_code,
        known={"who": who},
    )
