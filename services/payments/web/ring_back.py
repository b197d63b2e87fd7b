"""Bank details that a helper entered: whom to ring back, and what they say, typed by another hand than entered them."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.helping import for_person
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmed
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import SAYS_ONCE, submit
from services.chassis.postgres.transaction import Transaction
from services.payments import queries
from services.payments.commands import payees as commands
from services.payments.domain.payee import ReadBack
from services.payments.store import to_confirm as store

own = OwnPages()
router = own.router
ShownLately = Annotated[Person, Depends(entry.fresh(helping.own))]
Helper = Annotated[Member, Depends(entry.staff(helping.HELPER))]
_TO_RING = About(store.TO_RING, "person to ring back", "people to ring back")


@router.get(links.STAFF_RING_BACK)
async def whom_to_ring_back(request: Request, ods: str, acting: Helper, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await queries.people_to_ring_back(tx, asked)
    return render(
        request,
        "ring_back.jinja",
        things=page.items,
        list=view(request, page, _TO_RING),
        confirm={one.person_id: for_person(links.CONFIRM_PAYEE_DETAILS, ods, one.person_id) for one in page.items},
        reach={one.person_id: links.STAFF_CONTACT.format(ods=ods, person_id=one.person_id) for one in page.items},
        me=acting.by,
    )


@own.get(links.CONFIRM_PAYEE_DETAILS)
async def confirm_page(request: Request, acting: ShownLately) -> Response:
    return await _confirm_page(request, acting, {}, {})


@own.post(links.CONFIRM_PAYEE_DETAILS, does="confirm_details")
async def confirm(request: Request, acting: ShownLately) -> Response:
    async def act(tx: Transaction[Person], said: ReadBack) -> str:
        await commands.confirm_details(tx, said)
        return confirmed(links.MY_CLAIMS, "confirmed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _confirm_page(request, acting, values, errors)

    return await submit(request, acting, ReadBack, act, again, kind=SAYS_ONCE)


async def _confirm_page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        waiting = await queries.my_details_to_confirm(tx)
    mine = waiting is not None and waiting.entered_by == acting.by
    return render(
        request, "confirm_details.jinja", values=values, errors=errors, waiting=waiting, entered_it=mine, links=links
    )
