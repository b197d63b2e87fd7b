"""Rates, payment runs and what they paid, for an organisation's finance."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.payments import desk, queries
from services.payments.api import answers
from services.payments.commands import rates as rate_commands
from services.payments.commands import restored as restored_commands
from services.payments.commands import runs as run_commands
from services.payments.domain.rate_card import Closing, Draft
from services.payments.domain.seen import WhatWasSeen
from services.payments.download import as_download
from services.payments.store import restored
from services.payments.store.runs import Run

router = APIRouter()
AS_CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
Finance = Annotated[Member, Depends(desk.or_network("finance"))]
Releaser = Annotated[Member, Depends(entry.fresh(desk.or_network("finance")))]
"""Whoever makes a run shows first that it is them; a program cannot."""
Rates = Annotated[Member, Depends(entry.staff("finance"))]
AnyStaff = Annotated[Member, Depends(entry.staff())]


@router.get("/organisations/{ods}/rate-cards")
async def rate_cards(request: Request, ods: str, acting: AnyStaff, asked: ManyAskedByApi) -> answers.RateCards:
    """One page of what the organisation pays and paid, the newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_rate_cards(tx, asked)
    return answers.RateCards(rate_cards=list(page.items), **going_on(page))


@router.post("/organisations/{ods}/rate-cards", status_code=201, response_model=json_api.OnlyId)
async def issue_rate(request: Request, ods: str, draft: Draft, acting: Rates) -> Response:
    """Put a rate in force from a day on."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await rate_commands.issue_rate(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.post("/organisations/{ods}/rate-cards/{id}/close", response_model=answers.ClosedRate)
async def close_rate(request: Request, ods: str, id: UUID, closing: Closing, acting: Rates) -> Response:
    """Give a rate its last day."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await rate_commands.close_rate(tx, id, closing.valid_to)
        return {"id": str(id), "valid_to": closing.valid_to.isoformat()}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/runs")
async def runs(request: Request, ods: str, acting: Finance, asked: ManyAskedByApi) -> answers.Runs:
    """One page of the payment runs, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_runs(tx, asked)
    return answers.Runs(runs=[_run(one) for one in page.items], **going_on(page))


@router.get("/organisations/{ods}/runs/next")
async def next_run(request: Request, ods: str, acting: Finance) -> answers.NextRun:
    """What a run of whoever asks would pay now. `left_out`: why, and how many claims. `seen` is sent to make it."""
    async with open_transaction(request, acting) as tx:
        found, as_of = await queries.next_run(tx), tx.now
    return answers.NextRun(
        claims=found.pays,
        total_pence=found.pence,
        left_out=dict(found.left_out),
        make=found.make,
        seen=found.seen,
        as_of=as_of,
    )


@router.post("/organisations/{ods}/runs", status_code=201, response_model=answers.ARun)
async def make_run(request: Request, ods: str, acting: Releaser, body: WhatWasSeen | None = None) -> Response:
    """Pay every approved claim that whoever asks may pay. `left_out` says why, by the claim's id, for the others.

    With `seen` of the next run only those that it was said of: nothing is paid where they are others by now.
    """

    async def act(tx: Transaction[Member]) -> answers.ARun:
        return _run(await run_commands.make_run(tx, seen=body.seen if body else None))

    return await json_api.write(request, acting, act, status=201)


@router.get("/organisations/{ods}/hands")
async def claims_together(request: Request, ods: str, acting: Finance, asked: AskedByApi) -> answers.ClaimsTogether:
    """One page of the claims of which two hands belong together, and why. That can be right: look at each."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_claims_together(tx, asked)
    claims = [
        answers.Together(id=one.claim.id, why=one.claim.together, by_network=one.claim.by_network) for one in page.items
    ]
    return answers.ClaimsTogether(claims=claims, **going_on(page))


@router.get("/organisations/{ods}/paid-since-restore")
async def paid_since_restore(request: Request, ods: str, acting: Finance) -> answers.PaidSinceRestore:
    """Payments made after the day to which the network was restored. While there are any, no run is made.

    `more`: so many others come up once these are compared.
    """
    async with open_transaction(request, acting) as tx:
        found = await restored.to_compare(tx, acting.organisation_id)
        more = await restored.count_to_compare(tx, acting.organisation_id) - len(found)
    return answers.PaidSinceRestore(payments=list(found), more=more, seen=restored_commands.seen(found))


@router.post("/organisations/{ods}/paid-since-restore/compared", response_model=answers.Compared)
async def say_compared(request: Request, ods: str, acting: Finance, body: WhatWasSeen | None = None) -> Response:
    """They were compared with payroll, and the claims that are paid already were sent back.

    With `seen` of what was compared only those: nothing is said where there are others by now.
    """

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await restored_commands.say_compared(tx, saw=body.seen if body else None)
        return {"compared": "yes"}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/runs/{id}")
async def run(request: Request, ods: str, id: UUID, acting: Finance) -> answers.RunDetails:
    """A run with its ledger, which comes to zero, and the SHA-256 of its file."""
    async with open_transaction(request, acting) as tx:
        found = await queries.own_run(tx, id)
    return answers.RunDetails(
        **dict(_run(found.run)),
        ledger=list(found.lines),
        more_ledger=found.lines.more,
        ledger_sum_pence=found.balance_pence,
        file=found.file.name,
        sha256=found.file.sha256,
    )


@router.get("/organisations/{ods}/runs/{id}/payroll.csv", response_class=Response, responses=AS_CSV)
async def payroll_file(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    """The same bytes each time."""
    async with open_transaction(request, acting) as tx:
        return as_download(await queries.own_payroll_file(tx, id))


def _run(run: Run) -> answers.ARun:
    return answers.ARun(
        id=run.id,
        made_at=run.made_at,
        made_by=run.made_by,
        claims=run.claims,
        total_pence=run.total_pence,
        left_out={UUID(claim): why for claim, why in run.left_out.items()},
    )
