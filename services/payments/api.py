"""The JSON API of payments. Everything that its pages do can be done here too."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.payments import Claim
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, json_api
from services.chassis.http import policies as policy_doors
from services.chassis.http.lists import ManyAskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.payments import desk, queries
from services.payments.commands import claims as commands
from services.payments.commands import payees as payee_commands
from services.payments.commands import rates as rate_commands
from services.payments.commands import restored as restored_commands
from services.payments.commands import runs as run_commands
from services.payments.domain.claim import PersonChoices, Return, Seen
from services.payments.domain.deciding import StaffChoices
from services.payments.domain.payee import PayeeDetails
from services.payments.domain.rate_card import Closing, Draft
from services.payments.download import as_download
from services.payments.store import restored
from services.payments.store.promises import KINDS
from services.payments.store.runs import Run

router = APIRouter()
router.include_router(policy_doors.api(KINDS))
SignedIn = Annotated[Person, Depends(entry.signed_in)]
ShownLately = Annotated[Person, Depends(entry.fresh(entry.signed_in))]
Approver = Annotated[Member, Depends(desk.or_network("approver"))]
Finance = Annotated[Member, Depends(desk.or_network("finance"))]
Rates = Annotated[Member, Depends(entry.staff("finance"))]
Releaser = Annotated[Member, Depends(entry.fresh(desk.or_network("finance")))]
"""Whoever makes a run shows first that it is them; a program cannot."""
AnyStaff = Annotated[Member, Depends(entry.staff())]


@router.put("/mine/payee-details")
async def give_details(request: Request, details: PayeeDetails, acting: ShownLately) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await payee_commands.give_details(tx, details)
        return {"account": f"••••{details.account_number[-4:]}"}

    return await json_api.write(request, acting, act)


@router.get("/mine/payee-details")
async def details(request: Request, acting: SignedIn) -> dict[str, object]:
    """The payee's name, the account masked, and since when; all null before they are given."""
    async with open_transaction(request, acting) as tx:
        payee = await queries.my_payee(tx)
    if payee is None:
        return {"payee_name": None, "account": None, "given_at": None}
    return {"payee_name": payee.name, "account": payee.masked, "given_at": payee.given_at}


class MyClaim(Claim):
    """A claim as its person sees it."""

    title: str
    organisation: str
    returned_why: str | None
    payment_reference: str | None
    days_to_pay: int | None
    choices: PersonChoices


class MyClaims(OnePage):
    claims: list[MyClaim]
    promised_days: int | None


class OurClaim(Claim):
    """A claim as approvers of its organisation see it."""

    choices: StaffChoices


class OurClaims(OnePage):
    claims: list[OurClaim]


@router.get("/mine/claims")
async def mine(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> MyClaims:
    """One page of the person's claims, newest session first, and within how many days of being sent they are paid."""
    async with open_transaction(request, acting) as tx:
        page, promise = await queries.my_claims(tx, asked), await queries.promise(tx)
    claims = [_mine(one) for one in page.items]
    return MyClaims(claims=claims, promised_days=promise.days if promise else None, **going_on(page))


@router.get("/mine/claims/{id}")
async def my_claim(request: Request, id: UUID, acting: SignedIn) -> MyClaim:
    async with open_transaction(request, acting) as tx:
        return _mine(await queries.my_claim(tx, id))


def _mine(one: queries.MyClaim) -> MyClaim:
    return MyClaim.build(
        **dict(one.claim.public()),
        title=one.title,
        organisation=one.organisation,
        returned_why=one.claim.returned_why,
        payment_reference=one.payment_reference or None,
        days_to_pay=one.days_to_pay,
        choices=one.choices,
    )


def _ours(one: queries.OurClaim) -> OurClaim:
    return OurClaim.build(**dict(one.claim.public()), choices=one.choices)


@router.post("/mine/claims/{id}/send")
async def send(request: Request, id: UUID, acting: SignedIn, seen: Seen | None = None) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.send_claim(tx, id, seen=_version(seen))
        return {"id": str(id), "status": "sent"}

    return await json_api.write(request, acting, act)


@router.post("/mine/claims/{id}/decline")
async def decline(request: Request, id: UUID, acting: SignedIn, seen: Seen | None = None) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.decline_claim(tx, id, seen=_version(seen))
        return {"id": str(id), "status": "declined"}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/claims")
async def ours(request: Request, ods: str, acting: Approver, asked: ManyAskedByApi) -> OurClaims:
    """One page of what was sent to the organisation, the longest waiting first, whatever came of it."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_claims(tx, asked)
    return OurClaims(claims=[_ours(one) for one in page.items], **going_on(page))


@router.get("/organisations/{ods}/claims/{id}")
async def our_claim(request: Request, ods: str, id: UUID, acting: Approver) -> OurClaim:
    async with open_transaction(request, acting) as tx:
        return _ours(await queries.own_claim(tx, id))


@router.post("/organisations/{ods}/claims/{id}/approve")
async def approve(request: Request, ods: str, id: UUID, acting: Approver, seen: Seen | None = None) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.approve_claim(tx, id, seen=_version(seen))
        return {"id": str(id), "status": "approved"}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/claims/{id}/return")
async def send_back(request: Request, ods: str, id: UUID, back: Return, acting: Approver) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.return_claim(tx, id, why=back.why, seen=back.version)
        return {"id": str(id), "status": "returned"}

    return await json_api.write(request, acting, act)


def _version(seen: Seen | None) -> int | None:
    return seen.version if seen else None


@router.get("/organisations/{ods}/rate-cards")
async def rate_cards(request: Request, ods: str, acting: AnyStaff, asked: ManyAskedByApi) -> dict[str, object]:
    async with open_transaction(request, acting) as tx:
        page = await queries.own_rate_cards(tx, asked)
    return {"rate_cards": page.items, **going_on(page)}


@router.post("/organisations/{ods}/rate-cards", status_code=201)
async def issue_rate(request: Request, ods: str, draft: Draft, acting: Rates) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await rate_commands.issue_rate(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.post("/organisations/{ods}/rate-cards/{id}/close")
async def close_rate(request: Request, ods: str, id: UUID, closing: Closing, acting: Rates) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await rate_commands.close_rate(tx, id, closing.valid_to)
        return {"id": str(id), "valid_to": closing.valid_to.isoformat()}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/runs")
async def all_runs(request: Request, ods: str, acting: Finance, asked: ManyAskedByApi) -> dict[str, object]:
    """Newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_runs(tx, asked)
    return {"runs": [_run(run) for run in page.items], **going_on(page)}


@router.post("/organisations/{ods}/runs", status_code=201)
async def make_run(request: Request, ods: str, acting: Releaser) -> Response:
    """Pay every approved claim that whoever asks may pay. `left_out` says why, by the claim's id, for the others."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        return _run(await run_commands.make_run(tx))

    return await json_api.write(request, acting, act, status=201)


@router.get("/organisations/{ods}/paid-since-restore")
async def paid_since(request: Request, ods: str, acting: Finance) -> dict[str, Any]:
    """Payments made after the day to which the network was restored. While there are any, no run is made.

    `more`: so many others come up once these are compared.
    """
    async with open_transaction(request, acting) as tx:
        found = await restored.to_compare(tx, acting.organisation_id)
        more = await restored.count_to_compare(tx, acting.organisation_id) - len(found)
    return {"payments": [asdict(one) for one in found], "more": more}


@router.post("/organisations/{ods}/paid-since-restore/compared")
async def compared(request: Request, ods: str, acting: Finance) -> Response:
    """They were compared with payroll, and the claims that are paid already were sent back."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await restored_commands.say_compared(tx)
        return {"compared": "yes"}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/runs/{id}")
async def one_run(request: Request, ods: str, id: UUID, acting: Finance) -> dict[str, Any]:
    """A run with its ledger, which comes to zero, and the SHA-256 of its file."""
    async with open_transaction(request, acting) as tx:
        found = await queries.own_run(tx, id)
    ledger = [
        {
            "account": line.account,
            "reference": line.reference,
            "claim_id": line.claim_id,
            "amount_pence": line.amount_pence,
        }
        for line in found.lines
    ]
    about_file = {"file": found.file.name, "sha256": found.file.sha256}
    return {**_run(found.run), "ledger": ledger, "ledger_sum_pence": found.balance_pence, **about_file}


@router.get("/organisations/{ods}/runs/{id}/payroll.csv", response_class=Response)
async def payroll_file(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    """The same bytes each time."""
    async with open_transaction(request, acting) as tx:
        return as_download(await queries.own_payroll_file(tx, id))


def _run(run: Run) -> dict[str, Any]:
    shown = {"id": run.id, "made_at": run.made_at, "made_by": run.made_by, "claims": run.claims}
    return {**shown, "total_pence": run.total_pence, "left_out": dict(run.left_out)}
