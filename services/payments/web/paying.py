"""Finance's pages for paying: what is approved, make a run, and what a run did, with its ledger and its file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import Acting
from services.chassis.http import entry
from services.chassis.http.forms import button
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.transaction import Transaction
from services.payments import words
from services.payments.commands import restored as restored_commands
from services.payments.commands import runs as commands
from services.payments.store import claims, restored
from services.payments.store import runs as store

router = APIRouter()
Finance = Annotated[Acting, Depends(entry.staff("finance"))]


@router.get("/payments/for/{ods}")
async def to_pay(request: Request, ods: str, acting: Finance) -> Response:
    assert acting.organisation_id
    async with open_transaction(request, acting) as tx:
        things = await claims.of_organisation(tx, acting.organisation_id, statuses=("approved",))
        runs = await store.of_organisation(tx, acting.organisation_id)
        paid_since = await restored.to_compare(tx, acting.organisation_id)
    not_by_you = [t for t in things if acting.person_id in (t.claim.person_id, t.claim.approved_by)]
    total = sum(thing.claim.owed.amount_pence for thing in things)
    return render(
        request,
        "to_pay.jinja",
        ods=ods,
        things=things,
        runs=runs,
        not_by_you=not_by_you,
        total=total,
        paid_since=paid_since,
        links=links,
    )


@router.post("/payments/for/{ods}/compared")
async def compared(request: Request, ods: str, acting: Finance) -> Response:
    async def act(tx: Transaction) -> str:
        await restored_commands.say_compared(tx)
        return f"/payments/for/{ods}"

    return await button(request, acting, act)


@router.post("/payments/for/{ods}/runs")
async def make_run(request: Request, ods: str, acting: Finance) -> Response:
    async def act(tx: Transaction) -> str:
        run = await commands.make_run(tx)
        return f"/payments/for/{ods}/runs/{run.id}?made=yes"

    return await button(request, acting, act)


@router.get("/payments/for/{ods}/runs/{id}")
async def run(request: Request, ods: str, id: UUID, acting: Finance, made: str = "") -> Response:
    assert acting.organisation_id
    async with open_transaction(request, acting) as tx:
        found = await store.get(tx, id, organisation_id=acting.organisation_id)
        lines, balance = await store.lines(tx, found), await store.balance(tx, found)
        file = await store.file(tx, found)
    done = "The run is made. Download the file and hand it to payroll." if made else ""
    return render(
        request, "run.jinja", run=found, lines=lines, balance=balance, file=file, ods=ods, done=done, words=words
    )


@router.get("/payments/for/{ods}/runs/{id}/payroll.csv")
async def payroll_file(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    """The same bytes each time."""
    assert acting.organisation_id
    async with open_transaction(request, acting) as tx:
        file = await store.file(tx, await store.get(tx, id, organisation_id=acting.organisation_id))
    return as_download(file)


def as_download(file: store.File) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(file.content, media_type="text/csv; charset=utf-8", headers=headers)
