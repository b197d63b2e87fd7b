"""Staff write to everybody who has a place in a role, once they have seen how many people it goes to."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member
from services.chassis.http import entry, files
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits
from services.notifications.commands import writing_to_all as commands
from services.notifications.conversation_forms import LONGEST, ToAllPageForm, host_of

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Writing = Annotated[Member, Depends(limited(entry.staff("coordinator"), limits.WRITE_TO_ALL))]
FILE = "file"
PAGE = links.STAFF_WRITE_TO_ALL
DONE = {"written": "It is sent. Each of them has it in their own conversation, and is told so."}


@router.get(PAGE)
async def write_page(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    return await _page(request, acting, opportunity_id, ({}, {}))


@router.post(PAGE)
async def write(
    request: Request,
    ods: str,
    opportunity_id: UUID,
    acting: Writing,
    file: Annotated[None, Depends(takes_file(FILE))],
) -> Response:
    async def themselves(_: ToAllPageForm) -> Member:
        return acting

    async def act(tx: Transaction[Member], form: ToAllPageForm, sent: SafeFile | None) -> str:
        await commands.write_to_all(tx, opportunity_id, form.wanted(has_file=sent is not None), sent)
        return confirmed(PAGE.format(ods=ods, opportunity_id=opportunity_id), "written")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, opportunity_id, (values, errors))

    return await files.submit_with_file(request, acting, ToAllPageForm, act, again, kind=MAKES, as_whom=themselves)


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
        values={name: value for name, value in values.items() if name not in ("sure", "had_file")},
        errors=errors,
        looks=bool(errors) and set(errors) <= {"sure", FILE},
        file=FILE,
        host_of=host_of,
        had_file=errors.get(FILE) == files.CHOOSE_AGAIN,
        done=confirmation(request, DONE),
        back=links.STAFF_INTAKE.format(ods=acting.ods_code, opportunity_id=opportunity_id),
    )
