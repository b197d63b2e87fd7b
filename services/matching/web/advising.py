"""Staff pages: one press on the page where answers are checked takes an advice over into the draft."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.request import render
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.postgres.transaction import Transaction
from services.matching.commands import advising
from services.matching.forms import AdviceTaken
from services.matching.web.drafting import PAGE_OF, POSTED, POSTING

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


@router.post("/opportunities/for/{ods}/advice/{draft_id}")
async def take_advice(request: Request, ods: str, draft_id: UUID, acting: Coordinator) -> Response:
    check = POSTING.at.format(ods=ods, draft_id=draft_id) + "/check"

    async def act(tx: Transaction[Member], form: AdviceTaken) -> str:
        posted = await advising.take(tx, draft_id, form.advice, PAGE_OF)
        return POSTED.format(ods=ods, id=posted) if posted else check

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "error.jinja", status=422, title="Nothing was changed", words=" ".join(errors.values()))

    return await submit(request, acting, AdviceTaken, act, again, kind=HIDDEN_ONLY)
