"""Finance's pages for paying: what is approved, make a run, and what a run did, with its ledger and its file."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, WordsToFind, also_asked, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.payments import desk, queries, words
from services.payments.commands import restored as restored_commands
from services.payments.commands import runs as commands
from services.payments.domain.run import MOST_CLAIMS, RunChanged
from services.payments.domain.seen import WhatWasSeen
from services.payments.download import as_download
from services.payments.store import restored
from services.payments.store.claim_lists import Listed
from services.payments.web import lists

router = APIRouter()
Finance = Annotated[Member, Depends(desk.or_network("finance"))]
Releaser = Annotated[Member, Depends(entry.fresh(desk.or_network("finance")))]
"""Whoever makes a run shows first that it is them; a program cannot."""
DONE = {"made": "The run is made. Download the file and hand it to payroll."}


@router.get("/payments/for/{ods}")
async def to_pay(request: Request, ods: str, acting: Finance, asked: AskedByPage, find: WordsToFind) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[Listed]:
        return await queries.own_claims_in(tx, asked, "approved", find)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.CLAIM_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page, total = await one_page(tx, asked), await queries.own_approved(tx)
        runs = await queries.own_runs(tx, also_asked(request, lists.RUNS))
        now = tx.now
        run, new_roles = await queries.next_run(tx), await queries.new_roles_before_a_run(tx)
        paid_since = await restored.to_compare(tx, acting.organisation_id)
        more_paid_since = await restored.count_to_compare(tx, acting.organisation_id) - len(paid_since)
    return render(
        request,
        "to_pay.jinja",
        ods=ods,
        things=page.items,
        list=view(request, page, lists.TO_PAY),
        runs=runs.items,
        runs_list=view(request, runs, lists.RUNS),
        may=run,
        new_roles=new_roles,
        total=total,
        now=now,
        most_in_a_run=MOST_CLAIMS,
        paid_since=paid_since,
        seen_to_compare=restored_commands.seen(paid_since),
        more_paid_since=more_paid_since,
        words=words,
        links=links,
    )


@router.get("/payments/for/{ods}/hands")
async def together(request: Request, ods: str, acting: Finance, asked: AskedByPage) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[Listed]:
        return await queries.own_claims_together(tx, asked)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.TOGETHER_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    return render(
        request, "hands.jinja", ods=ods, things=page.items, list=view(request, page, lists.TOGETHER), words=words
    )


@router.post("/payments/for/{ods}/compared")
async def compared(request: Request, ods: str, acting: Finance) -> Response:
    async def act(tx: Transaction[Member], form: WhatWasSeen) -> str:
        await restored_commands.say_compared(tx, saw=form.seen or "")
        return f"/payments/for/{ods}"

    return await submit(request, acting, WhatWasSeen, act, _look_again, kind=HIDDEN_ONLY)


@router.post("/payments/for/{ods}/runs")
async def make_run(request: Request, ods: str, acting: Releaser) -> Response:
    async def act(tx: Transaction[Member], form: WhatWasSeen) -> str:
        run = await commands.make_run(tx, seen=form.seen or "")
        return confirmed(f"/payments/for/{ods}/runs/{run.id}", "made")

    return await submit(request, acting, WhatWasSeen, act, _look_again, kind=HIDDEN_ONLY)


async def _look_again(values: dict[str, Any], errors: dict[str, str]) -> Response:
    """What was sent is no form of ours: whoever sent it looks at the page again."""
    raise RunChanged


@router.get("/payments/for/{ods}/runs/{id}")
async def run(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.own_run(tx, id)
    return render(
        request,
        "run.jinja",
        run=found.run,
        lines=found.lines,
        balance=found.balance_pence,
        file=found.file,
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
    )


@router.get("/payments/for/{ods}/runs/{id}/payroll.csv")
async def payroll_file(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    """The same bytes each time."""
    async with open_transaction(request, acting) as tx:
        return as_download(await queries.own_payroll_file(tx, id))
