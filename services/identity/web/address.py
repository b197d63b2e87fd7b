"""Change the address that one signs in with: ask for it, see what is missing, and say yes or no at each mailbox.

What a letter's link opens has buttons only, so that nothing is done by whoever only follows links (see `link.py`).
"""

from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.forms import sealed_form
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import ASKS, button, submit
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, queries, tokens
from services.identity.commands import address_change, invitations
from services.identity.domain.address_change import ChangeOver, ProvedAlready
from services.identity.forms import NewAddress, Presented

router = APIRouter()
ShownLately = Annotated[Person, Depends(entry.fresh(entry.signed_in))]
Asking = Annotated[Person, Depends(limited(entry.fresh(entry.signed_in), limits.CHANGE_ADDRESS))]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Answering = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.USE_LINK))]
HERE = f"{links.MY_ACCOUNT}/address"
BY_LINK = f"{links.SIGN_IN}/address"


@router.get(HERE)
async def show(request: Request, acting: ShownLately) -> Response:
    return await _form(request, acting, {}, {})


@router.post(HERE)
async def ask(request: Request, acting: Asking) -> Response:
    async def act(tx: Transaction[Person], form: NewAddress) -> str:
        await address_change.ask(tx, form.email, tokens.letters_of(request))
        return links.MY_ACCOUNT

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors)

    return await submit(request, acting, NewAddress, act, again, kind=ASKS)


@router.post(f"{HERE}/stop")
async def stop(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await address_change.stop(tx)
        return links.MY_ACCOUNT

    return await button(request, acting, act)


@router.get(BY_LINK)
async def opened(request: Request, acting: Anyone, token: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        shown = await address_change.show(tx, token)
    return render(request, "address_link.jinja", shown=shown, token=token)


@router.post(f"{BY_LINK}/yes")
async def say_yes(request: Request, acting: Answering) -> Response:
    """Not by `submit`, which stores the answer, and so the token. Pressed twice or too late, it only leads on."""
    token, who = await _presented(request, acting), None
    with suppress(ProvedAlready, ChangeOver), tokens.failure_noted():
        async with open_transaction(request, acting) as tx:
            who = (await address_change.say_yes(tx, token, tokens.letters_of(request))).who
    return tokens.set_cookie(request, _how_it_stands(token), who) if who else _how_it_stands(token)


@router.post(f"{BY_LINK}/no")
async def say_no(request: Request, acting: Answering) -> Response:
    token = await _presented(request, acting)
    with suppress(ChangeOver), tokens.failure_noted():
        async with open_transaction(request, acting) as tx:
            await address_change.say_no(tx, token)
    return _how_it_stands(token)


async def _presented(request: Request, acting: Visitor | Person) -> str:
    """The secret that the form's only field has. Raises ChangeOver where it has none."""
    try:
        return Presented.model_validate((await sealed_form(request, acting)).values).token
    except ValidationError:
        raise ChangeOver from None


def _how_it_stands(token: str) -> Response:
    """The page of the link says it, or that the link is none."""
    return RedirectResponse(f"{BY_LINK}?token={quote(token)}", status_code=303)


async def _form(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        mine, invited = await queries.my_account(tx), await invitations.of_account(tx, acting.person_id)
    return render(request, "address.jinja", values=values, errors=errors, mine=mine, invited=bool(invited))
