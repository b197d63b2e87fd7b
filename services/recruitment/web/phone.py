"""Staff page: enter an application for somebody on the phone, who has an account without sign-in."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.identity import Account
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helped, helping
from services.chassis.http.confirmations import confirmed
from services.chassis.http.files import submit_with_file
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import SAYS_ONCE
from services.chassis.http.uploads import takes_file
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.recruitment import limits, queries, words
from services.recruitment.commands import joining
from services.recruitment.domain.application import SCREENER, SIGNED_FORM
from services.recruitment.forms import PhoneEntry

router = APIRouter()
Screener = Annotated[Member, Depends(entry.staff(SCREENER))]
Entering = Annotated[Member, Depends(limited(entry.staff(SCREENER), limits.ENTER_BY_PHONE))]
PHONE = "/people/for/{ods}/phone"


@router.get(PHONE)
async def phone_page(request: Request, ods: str, acting: Screener, account: str = "") -> Response:
    return await _phone_page(request, acting, {"person_id": account[:36]}, {})


@router.post(PHONE, dependencies=[Depends(takes_file(SIGNED_FORM))])
@helped.does("apply")
async def enter(request: Request, ods: str, acting: Entering) -> Response:
    async def on_the_phone(entry: PhoneEntry) -> Person:
        return await helping.on_behalf_of(request, acting, entry.person_id)

    async def act(tx: Transaction[Person], entry: PhoneEntry, form: SafeFile | None) -> str:
        id = await joining.send_application(tx, entry, entry, signed_form=form)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "entered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _phone_page(request, acting, values, errors)

    return await submit_with_file(request, acting, PhoneEntry, act, again, kind=SAYS_ONCE, as_whom=on_the_phone)


async def _phone_page(request: Request, acting: Member, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        called = await _called(tx, str(values.get("person_id", "")))
        in_force = await queries.policies_in_force(tx)
    return render(
        request,
        "phone.jinja",
        values=values,
        errors=errors,
        on_the_phone=called,
        speaking_for=f"You are filling this in for {called}, who is on the phone." if called else "",
        in_force=in_force,
        ods=acting.ods_code,
        words=words,
        links=links,
    )


async def _called(tx: Transaction, person_id: str) -> str | None:
    try:
        account = await mirrors.get(tx, Account, UUID(person_id))
    except ValueError:
        return None
    return account.called if account and not account.can_sign_in else None
