"""A person's pages: what they are owed, send it or say no to it, and where they are paid."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.base.wording import moment
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.postgres.transaction import Transaction
from services.payments import queries, words
from services.payments.commands import claims as commands
from services.payments.commands import payees as payee_commands
from services.payments.domain.claim import Seen
from services.payments.domain.payee import PayeeDetails
from services.payments.store import payees
from services.payments.web import lists

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
ShownLately = Annotated[Person, Depends(entry.fresh(helping.own))]


@own.get("/claims/mine")
async def mine(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page, payee = await queries.my_claims(tx, asked), await queries.my_shown_payee(tx)
        entered = await queries.my_details_to_confirm(tx)
    return render(
        request,
        "mine.jinja",
        things=page.items,
        list=view(request, page, lists.MINE),
        payee=payee,
        entered=entered,
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


DONE = {
    "details": "Your bank details are saved.",
    "entered": "The bank details are kept. They are used when somebody else has rung back and confirmed them.",
    "confirmed": "The bank details are confirmed. From now on pay goes there.",
    "declined": "You will not be paid for that session.",
}
SENT = {"sent": "Your claim is sent."}


@own.get("/claims/mine/{id}")
async def claim(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _claim_page(request, acting, id)


async def _claim_page(request: Request, acting: Person, id: UUID, *, template: str = "claim.jinja") -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.my_claim(tx, id)
        promise, payee = await queries.promise_of(tx, found.claim), await queries.my_shown_payee(tx)
        entered, answers = await queries.my_details_to_confirm(tx), await queries.who_answers_for(tx, found.claim)
    return render(
        request,
        template,
        answers=answers,
        thing=found,
        c=found.claim,
        promise=promise,
        payee=payee,
        entered=entered,
        may=found.choices,
        done=confirmation(request, SENT),
        words=words,
        links=links,
    )


@own.post("/claims/mine/{id}/send", does="send_claim")
async def send(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: Seen) -> str:
        await commands.send_claim(tx, id, seen=form.version)
        return confirmed(links.MY_CLAIM.format(id=id), "sent")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _claim_page(request, acting, id)

    return await submit(request, acting, Seen, act, again, kind=HIDDEN_ONLY)


@own.get("/claims/mine/{id}/decline")
async def decline_page(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _claim_page(request, acting, id, template="decline.jinja")


@own.post("/claims/mine/{id}/decline", does="decline_claim")
async def decline(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: Seen) -> str:
        await commands.decline_claim(tx, id, seen=form.version)
        return confirmed(links.MY_CLAIMS, "declined")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _claim_page(request, acting, id, template="decline.jinja")

    return await submit(request, acting, Seen, act, again, kind=HIDDEN_ONLY)


@own.get("/payments/mine/details")
async def details_page(request: Request, acting: ShownLately) -> Response:
    return await _details_page(request, acting, {}, {})


async def _details_page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        payee, entered = await queries.my_shown_payee(tx), await queries.my_details_to_confirm(tx)
        await GIVES.shown(request, tx)  # which fills in nothing
    return render(request, "details.jinja", values=values, errors=errors, payee=payee, entered=entered, links=links)


async def _details_now(tx: Transaction[Person]) -> dict[str, Any]:
    payee = await queries.my_payee(tx)
    if payee is None:
        return dict.fromkeys(PayeeDetails.model_fields, "")
    return {"payee_name": payee.name, "sort_code": payee.sort_code, "account_number": payee.account_number}


async def _hold_details(tx: Transaction[Person]) -> None:
    await payees.lock(tx, tx.acting.person_id)


async def _details_given(tx: Transaction[Person]) -> str:
    payee = await queries.my_payee(tx)
    return f"They were given on {moment(payee.given_at)}." if payee else ""


GIVES = Changes(
    now=_details_now,
    hold=_hold_details,
    said=_details_given,
    secret=frozenset({"payee_name", "sort_code", "account_number"}),
)


@own.post("/payments/mine/details", does="give_details")
async def give_details(request: Request, acting: ShownLately) -> Response:
    async def act(tx: Transaction[Person], form: PayeeDetails) -> str:
        await payee_commands.give_details(tx, form)
        return confirmed(links.MY_CLAIMS, "entered" if acting.helper else "details")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _details_page(request, acting, values, errors)

    return await submit(request, acting, PayeeDetails, act, again, kind=GIVES)
