"""Staff pages: the sheet of a session, to print or as a file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.lists import csv_of, wants_csv
from services.chassis.http.request import open_transaction, render
from services.engagements import queries_sheet as queries
from services.engagements import words
from services.engagements.store.sheets import MOST_EXPECTED

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
_HEADINGS = ("Name", "Reference", "What they need", "Came", "Notes")


@router.get(links.STAFF_SHEET)
async def attendee_sheet(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, acting: Coordinator
) -> Response:
    async with open_transaction(request, acting) as tx:
        sheet, now = await queries.sheet(tx, opportunity_id, session_id), tx.now
    if wants_csv(request):
        return csv_of(request, _HEADINGS, ([p.called, p.reference, "; ".join(queries.lines(p))] for p in sheet.people))
    of = {"ods": ods, "opportunity_id": opportunity_id}
    return render(
        request,
        "sheet.jinja",
        sheet=sheet,
        o=sheet.opportunity,
        s=sheet.session,
        answers=sheet.answers,
        lines=queries.lines,
        now=now,
        most=MOST_EXPECTED,
        phones=links.STAFF_PHONE_SHEET.format(**of),
        back=links.STAFF_SESSION.format(**of, session_id=session_id),
        words=words,
    )
