"""People on the phone, who get an account that nobody can sign in to; for those who help them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, submit
from services.chassis.postgres.transaction import Transaction
from services.identity import limits
from services.identity.commands import accounts
from services.identity.forms import EnteredPerson
from services.identity.store import accounts as store

router = APIRouter()
HERE = "/organisations/for/{ods}"
Helper = Annotated[Member, Depends(entry.staff("screener", "coordinator"))]
Entering = Annotated[Member, Depends(limited(entry.staff("screener", "coordinator"), limits.ENTER_PERSON))]


@router.get(HERE + "/people/new")
async def show_enter(request: Request, ods: str, acting: Helper) -> Response:
    return render(request, "enter_person.jinja", ods=ods, values={}, errors={})


@router.post(HERE + "/people/new")
async def enter(request: Request, ods: str, acting: Entering) -> Response:
    async def act(tx: Transaction[Member], form: EnteredPerson) -> str:
        person_id = await accounts.enter_person(tx, form.called)
        return f"{HERE.format(ods=ods)}/people/{person_id}"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "enter_person.jinja", ods=ods, values=values, errors=errors)

    return await submit(request, acting, EnteredPerson, act, again, kind=MAKES)


@router.get(HERE + "/people/{account_id}")
async def entered(request: Request, ods: str, account_id: UUID, acting: Helper) -> Response:
    async with open_transaction(request, acting) as tx:
        called = await store.called_of_entered(tx, account_id)
    if called is None:
        raise NotFound
    return render(
        request,
        "entered.jinja",
        ods=ods,
        who=called,
        account_id=account_id,
        screener="screener" in acting.roles,
        apply=f"{links.STAFF_PHONE_ENTRY.format(ods=ods)}?account={account_id}",
        reach=links.STAFF_CONTACT.format(ods=ods, person_id=account_id),
    )
