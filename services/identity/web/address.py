"""Change the address that one signs in with: ask for it, see what is missing, and say yes or no at each mailbox.

What a letter's link opens has buttons only, so that nothing is done by whoever only follows links (see `link.py`).
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import ASKS, HIDDEN_ONLY, button, submit
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, queries, tokens
from services.identity.commands import address_change, invitations
from services.identity.domain.address_change import ChangeOver
from services.identity.domain.sign_in import AddressTaken
from services.identity.forms import NewAddress, Presented

router = APIRouter()
ShownLately = Annotated[Person, Depends(entry.fresh(entry.signed_in))]
Asking = Annotated[Person, Depends(limited(entry.fresh(entry.signed_in), limits.CHANGE_ADDRESS))]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Answering = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.USE_LINK))]
HERE = f"{links.MY_ACCOUNT}/address"
BY_LINK = f"{links.SIGN_IN}/address"
SAID = f"{BY_LINK}/answered?how="
HOW = ("changed", "new", "old", "no-new", "no-old")
"""What came of an answer: the address is changed, one mailbox has said yes, or one has said no."""


@router.get(HERE)
async def show(request: Request, acting: ShownLately) -> Response:
    return await _form(request, acting, {}, {})


@router.post(HERE)
async def ask(request: Request, acting: Asking) -> Response:
    async def act(tx: Transaction[Person], form: NewAddress) -> str:
        await address_change.ask(tx, form.email, tokens.letters_of(request))
        return f"{links.MY_ACCOUNT}?done=address"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors)

    return await submit(request, acting, NewAddress, act, again, kind=ASKS)


@router.post(f"{HERE}/stop")
async def stop(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await address_change.stop(tx)
        return f"{links.MY_ACCOUNT}?done=stopped"

    return await button(request, acting, act)


@router.get(BY_LINK)
async def opened(request: Request, acting: Anyone, token: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        shown = await address_change.show(tx, token)
    return render(request, "address_link.jinja", shown=shown, token=token)


@router.post(f"{BY_LINK}/yes")
async def say_yes(request: Request, acting: Answering) -> Response:
    async def act(tx: Transaction[Visitor | Person], form: Presented) -> str:
        with tokens.failure_noted():
            said = await address_change.say_yes(tx, form.token, tokens.letters_of(request))
        return SAID + ("changed" if said.is_made else said.mailbox)

    return await submit(request, acting, Presented, act, _nothing_to_correct, kind=HIDDEN_ONLY)


@router.post(f"{BY_LINK}/no")
async def say_no(request: Request, acting: Answering) -> Response:
    async def act(tx: Transaction[Visitor | Person], form: Presented) -> str:
        with tokens.failure_noted():
            return f"{SAID}no-{await address_change.say_no(tx, form.token)}"

    return await submit(request, acting, Presented, act, _nothing_to_correct, kind=HIDDEN_ONLY)


@router.get(f"{BY_LINK}/answered")
async def answered(request: Request, acting: Anyone, how: str = "") -> Response:
    return render(request, "address_answered.jinja", how=how if how in HOW else "")


async def _form(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        mine, invited = await queries.my_account(tx), await invitations.of_account(tx, acting.person_id)
    return render(request, "address.jinja", values=values, errors=errors, mine=mine, invited=bool(invited))


async def _nothing_to_correct(values: dict[str, Any], errors: dict[str, str]) -> Response:
    """Its only field is hidden. An address that is somebody's by now is refused in the words of that rule."""
    raise AddressTaken if "email" in errors else ChangeOver
