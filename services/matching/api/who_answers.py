"""The JSON API of who answers for an opportunity."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.commands import posting
from services.matching.domain import who_answers as domain
from services.matching.domain.who_answers import Answers

router = APIRouter()
HERE = "/organisations/{ods}/opportunities/{id}/answers"
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


@router.get(HERE)
async def answers(request: Request, ods: str, id: UUID, acting: Coordinator) -> Answers:
    """Which desk answers for it, who by name, and who can write to them."""
    async with open_transaction(request, acting) as tx:
        return domain.of((await queries.own_opportunity(tx, id)).opportunity)


@router.put(HERE, response_model=json_api.OnlyId)
async def change_answers(request: Request, ods: str, id: UUID, new: Answers, acting: Coordinator) -> Response:
    """Somebody else answers for it. It takes the place of what was said before, and is shown at once."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await posting.change_answers(tx, id, new)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)
