"""Staff pages: one press on the page where answers are checked takes an advice over into the draft."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.request import render
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.http.task_list import TaskList
from services.chassis.postgres.transaction import Transaction
from services.matching.commands import advising
from services.matching.domain.draft import Draft
from services.matching.domain.job import JobDraft
from services.matching.entering import or_who_drafts
from services.matching.forms import AdviceTaken
from services.matching.web import drafting, jobs
from services.matching.web.asked_drafts import DRAFTING
from services.matching.web.drafting import POSTING
from services.matching.web.jobs import JOBS

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Drafter = Annotated[Member, Depends(or_who_drafts("coordinator"))]


@router.post("/opportunities/for/{ods}/advice/{draft_id}")
async def take_advice(request: Request, ods: str, draft_id: UUID, acting: Coordinator) -> Response:
    return await _take(request, acting, draft_id, POSTING, page_of=drafting.PAGE_OF)


@router.post("/opportunities/for/{ods}/jobs/advice/{draft_id}")
async def take_advice_on_job(request: Request, ods: str, draft_id: UUID, acting: Coordinator) -> Response:
    return await _take(request, acting, draft_id, JOBS, page_of=jobs.PAGE_OF, of=JobDraft)


@router.post("/opportunities/for/{ods}/ask/{draft_id}/advice")
async def take_advice_on_asked(request: Request, ods: str, draft_id: UUID, acting: Drafter) -> Response:
    return await _take(request, acting, draft_id, DRAFTING, page_of=drafting.PAGE_OF)


async def _take(
    request: Request,
    acting: Member,
    draft_id: UUID,
    tasks: TaskList[Member],
    *,
    page_of: Mapping[str, str],
    of: type[BaseModel] = Draft,
) -> Response:
    async def act(tx: Transaction[Member], form: AdviceTaken) -> str:
        posted = await advising.take(tx, tasks.kind, draft_id, form.advice, page_of=page_of, of=of)
        if posted:
            return tasks.made(acting, posted)
        return tasks.at.format(ods=acting.ods_code, draft_id=draft_id) + "/check"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "error.jinja", status=422, title="Nothing was changed", words=" ".join(errors.values()))

    return await submit(request, acting, AdviceTaken, act, again, kind=HIDDEN_ONLY)
