"""Staff pages: one press asks about how many people a role would fit; the page that it leads back to says it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.matching import Opportunity
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.sending import button
from services.chassis.http.task_list import TaskList, progress
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.commands import counting, jobs, posting
from services.matching.entering import or_who_drafts
from services.matching.web.asked_drafts import DRAFTING
from services.matching.web.drafting import POSTED, POSTING
from services.matching.web.jobs import JOBS

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Drafter = Annotated[Member, Depends(or_who_drafts("coordinator"))]
As = Callable[[Transaction[Member], Any], Awaitable[tuple[Opportunity, Any]]]
"""What a draft becomes when it is posted."""


@router.post("/opportunities/for/{ods}/fits/{draft_id}")
async def count_for_draft(request: Request, ods: str, draft_id: UUID, acting: Coordinator) -> Response:
    return await _count(request, acting, draft_id, POSTING, posted=posting.posted_as)


@router.post("/opportunities/for/{ods}/jobs/fits/{draft_id}")
async def count_for_job(request: Request, ods: str, draft_id: UUID, acting: Coordinator) -> Response:
    return await _count(request, acting, draft_id, JOBS, posted=jobs.posted_as)


@router.post("/opportunities/for/{ods}/ask/{draft_id}/fits")
async def count_for_asked(request: Request, ods: str, draft_id: UUID, acting: Drafter) -> Response:
    """A question of the organisation for which it is drafted, whoever drafts it: it reads the answer, and it is one of
    those that it asks a day."""
    return await _count(request, acting, draft_id, DRAFTING, posted=posting.posted_as)


async def _count(request: Request, acting: Member, draft_id: UUID, tasks: TaskList[Member], *, posted: As) -> Response:
    at = tasks.at.format(ods=acting.ods_code, draft_id=draft_id)

    async def act(tx: Transaction[Member]) -> str:
        draft = await drafts.find(tx, tasks.kind, Owner(organisation_id=tx.acting.organisation_id), draft_id)
        if draft is None:
            raise NotFound
        if draft.sent_as:
            return tasks.made(acting, draft.sent_as)
        far = progress(tasks, draft, at, await tasks.known(tx), tx.now)
        if far.is_complete:
            role, _ = await posted(tx, tasks.model.model_validate(far.values))
            await counting.ask(tx, role)
        return f"{at}/check#fits"

    return await button(request, acting, act)


@router.post("/opportunities/for/{ods}/{id}/fits")
async def count_for_role(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await counting.ask(tx, (await queries.own_opportunity(tx, id)).opportunity)
        return f"{POSTED.format(ods=ods, id=id)}#fits"

    return await button(request, acting, act)
