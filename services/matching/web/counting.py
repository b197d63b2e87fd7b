"""Staff pages: one press asks about how many people a role would fit; the page that it leads back to says it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.sending import button
from services.chassis.http.task_list import progress
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.commands import counting, posting
from services.matching.forms import PostForm
from services.matching.web.drafting import POSTED, POSTING

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


@router.post("/opportunities/for/{ods}/fits/{draft_id}")
async def count_for_draft(request: Request, ods: str, draft_id: UUID, acting: Coordinator) -> Response:
    at = POSTING.at.format(ods=ods, draft_id=draft_id)

    async def act(tx: Transaction[Member]) -> str:
        draft = await drafts.find(tx, POSTING.kind, Owner(organisation_id=tx.acting.organisation_id), draft_id)
        if draft is None:
            raise NotFound
        if draft.sent_as:
            return POSTED.format(ods=ods, id=draft.sent_as)
        far = progress(POSTING, draft, at, await POSTING.known(tx), tx.now)
        if far.is_complete:
            role, _ = await posting.posted_as(tx, PostForm.model_validate(far.values))
            await counting.ask(tx, role)
        return f"{at}/check#fits"

    return await button(request, acting, act)


@router.post("/opportunities/for/{ods}/{id}/fits")
async def count_for_role(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await counting.ask(tx, (await queries.own_opportunity(tx, id)).opportunity)
        return f"{POSTED.format(ods=ods, id=id)}#fits"

    return await button(request, acting, act)
