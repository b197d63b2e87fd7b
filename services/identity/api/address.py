"""Another address to sign in with: asked for by its person, agreed to at both mailboxes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import Person
from services.chassis.http import entry, json_api
from services.chassis.http.limits import limited
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, tokens
from services.identity.api import answers
from services.identity.commands import address_change
from services.identity.domain.address_change import AddressChange
from services.identity.forms import NewAddress, Secret

router = APIRouter(prefix="/mine/address")
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Asking = Annotated[Person, Depends(limited(entry.fresh(entry.signed_in), limits.CHANGE_ADDRESS))]
Answering = Annotated[Person, Depends(limited(entry.signed_in, limits.USE_LINK))]


@router.post("", status_code=202, response_model=answers.AddressChange)
async def ask_to_change_address(request: Request, body: NewAddress, acting: Asking) -> Response:
    """A letter goes to the new mailbox and one to the old. The address is changed when both have said yes.

    Whoever has none yet is sent one letter, and can sign in once that mailbox has said yes.

    The answer is the same whether somebody has an account with the new address or not.
    """

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        change = await address_change.ask(tx, body.email, tokens.letters_of(request))
        return as_answer(change).model_dump(mode="json")

    return await json_api.write(request, acting, act, status=202)


@router.post("/stop", response_model=answers.Stopped)
async def stop_changing_address(request: Request, acting: SignedIn) -> Response:
    """The address stays as it is, and both letters' links are dead."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await address_change.stop(tx)
        return {"stopped": True}

    return await json_api.write(request, acting, act)


@router.post("/yes", response_model=answers.Agreed)
async def agree_to_address(request: Request, body: Secret, acting: Answering) -> Response:
    """Whoever has the secret of a letter's link reads that mailbox, and agrees. Each works once, for 24 hours."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        with tokens.failure_noted():
            said = await address_change.say_yes(tx, body.secret, tokens.letters_of(request))
        return {"mailbox": said.mailbox, "changed": said.is_made}

    return await json_api.write(request, acting, act)


@router.post("/no", response_model=answers.RefusedChange)
async def refuse_address(request: Request, body: Secret, acting: Answering) -> Response:
    """Whoever has the secret of a letter's link did not ask for it: nothing changes. From the old mailbox it also ends
    every session of the account."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        with tokens.failure_noted():
            return {"mailbox": await address_change.say_no(tx, body.secret)}

    return await json_api.write(request, acting, act)


def as_answer(change: AddressChange) -> answers.AddressChange:
    return answers.AddressChange(
        email=change.email.kept,
        asked_at=change.asked_at,
        expires_at=change.expires_at,
        new_proved_at=change.new_proved_at,
        old_proved_at=change.old_proved_at,
    )
