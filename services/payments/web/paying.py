"""Finance's pages for paying: what is approved, make a run, and what a run did, with its ledger and its file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.forms import button
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.transaction import Transaction
from services.payments import queries, words
from services.payments.commands import restored as restored_commands
from services.payments.commands import runs as commands
from services.payments.download import as_download
from services.payments.store import restored

router = APIRouter()
Finance = Annotated[Member, Depends(entry.staff("finance"))]


@router.get("/payments/for/{ods}")
async def to_pay(request: Request, ods: str, acting: Finance) -> Response:
    async with open_transaction(request, acting) as tx:
        things = await queries.own_claims(tx, statuses=("approved",))
        runs = await queries.own_runs(tx)
        run = await queries.next_run(tx)
        paid_since = await restored.to_compare(tx, acting.organisation_id)
    total = sum(thing.claim.owed.amount_pence for thing in things)
    return render(
        request,
        "to_pay.jinja",
        ods=ods,
        things=things,
        runs=runs,
        may=run,
        total=total,
        paid_since=paid_since,
        links=links,
    )


@router.post("/payments/for/{ods}/compared")
async def compared(request: Request, ods: str, acting: Finance) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await restored_commands.say_compared(tx)
        return f"/payments/for/{ods}"

    return await button(request, acting, act)


@router.post("/payments/for/{ods}/runs")
async def make_run(request: Request, ods: str, acting: Finance) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        run = await commands.make_run(tx)
        return f"/payments/for/{ods}/runs/{run.id}?made=yes"

    return await button(request, acting, act)


@router.get("/payments/for/{ods}/runs/{id}")
async def run(request: Request, ods: str, id: UUID, acting: Finance, made: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.own_run(tx, id)
    done = "The run is made. Download the file and hand it to payroll." if made else ""
    return render(
        request,
        "run.jinja",
        run=found.run,
        lines=found.lines,
        balance=found.balance_pence,
        file=found.file,
        ods=ods,
        done=done,
        words=words,
    )


@router.get("/payments/for/{ods}/runs/{id}/payroll.csv")
async def payroll_file(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    """The same bytes each time."""
    async with open_transaction(request, acting) as tx:
        return as_download(await queries.own_payroll_file(tx, id))
