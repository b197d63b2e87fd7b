"""A person's page: whether somebody with whom they live has an account here."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.transaction import Transaction
from services.payments import queries
from services.payments.commands import households as commands
from services.payments.domain.household import TypedCode

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(entry.signed_in)]
HERE = "/payments/mine/household"
DONE = {"said": "Thank you. Somebody else will decide about your claims.", "ended": "That no longer holds."}


@own.alone(HERE)
async def household(request: Request, acting: SignedIn) -> Response:
    return await _page(request, acting, {}, {})


@router.post(HERE)
async def say(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: TypedCode) -> str:
        await commands.say(tx, form)
        return confirmed(HERE, "said")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, values, errors)

    return await submit(request, acting, TypedCode, act, again, kind=MAKES)


@router.post(HERE + "/code")
async def show_code(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.show_code(tx)
        return HERE

    return await button(request, acting, act)


@router.post(HERE + "/{with_id}/end")
async def end(request: Request, with_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.end(tx, with_id)
        return confirmed(HERE, "ended")

    return await button(request, acting, act)


async def _page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        code, said = await queries.my_code(tx), await queries.my_household(tx)
    done = confirmation(request, DONE)
    return render(
        request, "household.jinja", values=values, errors=errors, code=code, said=said, done=done, links=links
    )
