"""Staff write to everybody who has a place in a role, once they have seen how many people it goes to."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits
from services.notifications.commands import writing_to_all as commands
from services.notifications.conversation_forms import LONGEST, ToAllForm

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Writing = Annotated[Member, Depends(limited(entry.staff("coordinator"), limits.WRITE_TO_ALL))]
PAGE = links.STAFF_WRITE_TO_ALL
DONE = {"written": "It is sent. Each of them has it in their own conversation, and is told so."}


@router.get(PAGE)
async def write_page(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    return await _page(request, acting, opportunity_id, ({}, {}))


@router.post(PAGE)
async def write(request: Request, ods: str, opportunity_id: UUID, acting: Writing) -> Response:
    async def act(tx: Transaction[Member], form: ToAllForm) -> str:
        await commands.write_to_all(tx, opportunity_id, form.wanted)
        return confirmed(PAGE.format(ods=ods, opportunity_id=opportunity_id), "written")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, opportunity_id, (values, errors))

    return await submit(request, acting, ToAllForm, act, again, kind=MAKES)


async def _page(
    request: Request, acting: Member, opportunity_id: UUID, filled: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        role, people = await commands.role_of(tx, opportunity_id)
        now = tx.now
    values, errors = filled
    return render(
        request,
        "write_to_all.jinja",
        o=role,
        people=people,
        now=now,
        most=LONGEST,
        values=values | {"sure": ""},
        errors=errors,
        looks=set(errors) == {"sure"},
        done=confirmation(request, DONE),
        back=links.STAFF_INTAKE.format(ods=acting.ods_code, opportunity_id=opportunity_id),
    )
