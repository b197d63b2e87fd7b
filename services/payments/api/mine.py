"""A person's claims, where they are paid, and with whom they live."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.payments import Claim
from services.chassis.base.hands import Person
from services.chassis.http import entry, helping, json_api
from services.chassis.http.lists import ManyAskedByApi, OnePage, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.payments import queries
from services.payments.commands import claims as commands
from services.payments.commands import households as household_commands
from services.payments.commands import payees as payee_commands
from services.payments.domain.claim import PersonChoices, Seen
from services.payments.domain.household import Code, Household, TypedCode
from services.payments.domain.payee import PayeeDetails, ReadBack

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]
ShownLately = Annotated[Person, Depends(entry.fresh(helping.own))]
Themselves = Annotated[Person, Depends(entry.signed_in)]
"""A code that two people give each other is nobody's to type for them."""


class GivenDetails(BaseModel):
    """`account`: masked, but for its last four digits."""

    account: str


class MyPayeeDetails(BaseModel):
    """Who is paid, the account masked, and since when; each null before they are given."""

    payee_name: str | None
    account: str | None
    given_at: datetime | None


class MyHousehold(BaseModel):
    """The code to show, while it works, and those with whom one said that one lives."""

    code: Code | None
    household: list[Household]
    more: bool
    """Whether there are more, which are not given."""


class Said(BaseModel):
    said: str


class Ended(BaseModel):
    ended: str


class Moved(BaseModel):
    """Where the claim stands now."""

    id: UUID
    status: str


@own.put("/mine/payee-details", does="give_details", response_model=GivenDetails)
async def give_payee_details(request: Request, details: PayeeDetails, acting: ShownLately) -> Response:
    """Say where one is paid. Whoever had given an account before is told of the change. What a helper enters waits
    until somebody else has rung the person back (`/payee-details/confirm`)."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await payee_commands.give_details(tx, details)
        return {"account": f"••••{details.account_number[-4:]}"}

    return await json_api.write(request, acting, act)


@own.post("/mine/payee-details/confirm", does="confirm_details", response_model=Said)
async def confirm_payee_details(request: Request, said: ReadBack, acting: ShownLately) -> Response:
    """What the person said when another hand than the one that entered their details rang them back, or typed once more
    themselves: from now on they are paid there."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await payee_commands.confirm_details(tx, said)
        return {"said": "yes"}

    return await json_api.write(request, acting, act)


@own.get("/mine/payee-details")
async def my_payee_details(request: Request, acting: SignedIn) -> MyPayeeDetails:
    """The payee's name, the account masked, and since when; all null before they are given. Helpers read since when."""
    async with open_transaction(request, acting) as tx:
        payee = await queries.my_shown_payee(tx)
    if payee is None:
        return MyPayeeDetails(payee_name=None, account=None, given_at=None)
    return MyPayeeDetails(payee_name=payee.name, account=payee.masked, given_at=payee.given_at)


@router.get("/mine/household")
async def my_household(request: Request, acting: Themselves) -> MyHousehold:
    """The code to show to somebody you live with, while it works, and those with whom you said that you live."""
    async with open_transaction(request, acting) as tx:
        code, said = await queries.my_code(tx), await queries.my_household(tx)
    return MyHousehold(code=code, household=list(said), more=said.more)


@router.post("/mine/household/code", status_code=201, response_model=Code)
async def show_household_code(request: Request, acting: Themselves) -> Response:
    """A code to show to somebody one lives with. It works once, for a day."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        return asdict(await household_commands.show_code(tx))

    return await json_api.write(request, acting, act, status=201)


@router.post("/mine/household", response_model=Said)
async def say_household(request: Request, typed: TypedCode, acting: Themselves) -> Response:
    """You live with whoever showed you this code."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await household_commands.say(tx, typed)
        return {"said": "yes"}

    return await json_api.write(request, acting, act)


@router.post("/mine/household/{with_id}/end", response_model=Ended)
async def end_household(request: Request, with_id: UUID, acting: Themselves) -> Response:
    """One lives with them no longer."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await household_commands.end(tx, with_id)
        return {"ended": "yes"}

    return await json_api.write(request, acting, act)


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


@own.get("/mine/claims")
async def my_claims(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> MyClaims:
    """One page of the person's claims, newest session first, and within how many days of being sent they are paid."""
    async with open_transaction(request, acting) as tx:
        page, promise = await queries.my_claims(tx, asked), await queries.promise(tx)
    claims = [_mine(one) for one in page.items]
    return MyClaims(claims=claims, promised_days=promise.days if promise else None, **going_on(page))


@own.get("/mine/claims/{id}")
async def my_claim(request: Request, id: UUID, acting: SignedIn) -> MyClaim:
    """One claim, and what its person may do with it now."""
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


@own.post("/mine/claims/{id}/send", does="send_claim", response_model=Moved)
async def send_claim(request: Request, id: UUID, acting: SignedIn, seen: Seen | None = None) -> Response:
    """Ask to be paid. With `version` only for the claim as it was seen."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.send_claim(tx, id, seen=seen.version if seen else None)
        return {"id": str(id), "status": "sent"}

    return await json_api.write(request, acting, act)


@own.post("/mine/claims/{id}/decline", does="decline_claim", response_model=Moved)
async def decline_claim(request: Request, id: UUID, acting: SignedIn, seen: Seen | None = None) -> Response:
    """Ask not to be paid for this session."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.decline_claim(tx, id, seen=seen.version if seen else None)
        return {"id": str(id), "status": "declined"}

    return await json_api.write(request, acting, act)
