"""One's own account."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import Person
from services.chassis.http import entry, json_api
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.identity import queries
from services.identity.api import address, answers
from services.identity.commands import accounts, sessions
from services.identity.forms import CalledName, Forgetting
from services.identity.store import owed

router = APIRouter(prefix="/mine")
SignedIn = Annotated[Person, Depends(entry.signed_in)]
ShownLately = Annotated[Person, Depends(entry.fresh(entry.signed_in))]


@router.get("")
async def my_account(request: Request, acting: SignedIn) -> answers.MyAccount:
    """What the front desk knows of whoever asks."""
    async with open_transaction(request, acting) as tx:
        called, mine, owes = await queries.my_name(tx), await queries.my_account(tx), await owed.owed_to_me(tx)
    return answers.MyAccount(
        id=acting.person_id,
        called=called,
        email=mine.email,
        staff_of=acting.staff_of,
        memberships=mine.memberships,
        address_change=address.as_answer(mine.change) if mine.change else None,
        owed_pence=owes.pence,
    )


@router.post("", response_model=answers.Renamed)
async def rename(request: Request, body: CalledName, acting: SignedIn) -> Response:
    """Another name to be called by."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await accounts.rename(tx, body.called)
        return {"called": body.called}

    return await json_api.write(request, acting, act)


@router.post("/sign-out", response_model=answers.SignedOut)
async def sign_out(request: Request, acting: SignedIn) -> Response:
    """The token's session ends; none of its tokens works any more."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await sessions.sign_out(tx)
        return {"signed_out": True}

    return await json_api.write(request, acting, act)


@router.post("/forget", response_model=answers.Forgotten)
async def forget_me(request: Request, acting: ShownLately, body: Forgetting | None = None) -> Response:
    """Every service forgets this person. It cannot be undone.

    Whoever is owed money loses it, and says how much (`loses_pence`, which is `owed_pence` of the account).
    """

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await accounts.forget_me(tx, loses_pence=body.loses_pence if body else 0)
        return {"forgotten": True}

    return await json_api.write(request, acting, act)
