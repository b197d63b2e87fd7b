"""One's own account in one place; the name to be called by, and being forgotten. See also `address` and `sessions`."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import VISITOR, Person, Visitor
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed, leads_to
from services.chassis.http.forms import read_form
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.postgres.transaction import Transaction
from services.identity import queries, tokens, words
from services.identity.commands import accounts, invitations
from services.identity.forms import CalledName, Forgetting
from services.identity.store import accounts as store
from services.identity.store import owed

router = APIRouter()
SignedIn = Annotated[Person, Depends(entry.signed_in)]
ShownLately = Annotated[Person, Depends(entry.fresh(entry.signed_in))]
MINE = "/sign-in/mine"
FORGOTTEN = "/sign-in/forgotten"
GONE = "Your account is gone, and you are signed out."


@router.get("/sign-in/mine")
async def mine(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        account, invited = await queries.my_account(tx), await invitations.of_account(tx, acting.person_id)
    return render(
        request,
        "mine.jinja",
        mine=account,
        invited=[one.organisation for one in invited],
        roles=words.ROLE,
    )


@router.get("/sign-in/mine/name")
async def show_name(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await RENAMES.shown(request, tx)
    return render(request, "name.jinja", values=values, errors={})


async def _name_now(tx: Transaction[Person]) -> dict[str, Any]:
    return {"called": await queries.my_name(tx)}


async def _hold_account(tx: Transaction[Person]) -> None:
    await store.lock_account(tx, tx.acting.person_id)


RENAMES = Changes(now=_name_now, hold=_hold_account)


@router.post("/sign-in/mine/name")
async def rename(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: CalledName) -> str:
        await accounts.rename(tx, form.called)
        return MINE

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "name.jinja", values=values, errors=errors)

    return await submit(request, acting, CalledName, act, again, kind=RENAMES)


@router.get("/sign-in/mine/forget")
async def show_forget(request: Request, acting: ShownLately) -> Response:
    return await _forget_page(request, acting, {})


@router.post("/sign-in/mine/forget")
async def forget(request: Request, acting: ShownLately) -> Response:
    async def act(tx: Transaction[Person], form: Forgetting) -> str:
        await accounts.forget_me(tx, loses_pence=form.loses_pence)
        return FORGOTTEN

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _forget_page(request, acting, errors)

    answer = await submit(request, acting, Forgetting, act, again, kind=HIDDEN_ONLY)
    if answer.headers.get("location") != FORGOTTEN:
        return answer
    # The session has ended with the account, so the note is the browser's.
    led, key = confirmed(FORGOTTEN, "forgotten"), (await read_form(request)).key
    return tokens.delete_cookie(request, leads_to(request, VISITOR, led, form_key=key))


async def _forget_page(request: Request, acting: Person, errors: dict[str, str]) -> Response:
    """What goes, and what is lost with it, as of this moment."""
    async with open_transaction(request, acting) as tx:
        return render(request, "forget.jinja", owed=await owed.owed_to_me(tx), now=tx.now, errors=errors)


@router.get("/sign-in/forgotten")
async def forgotten(request: Request, acting: Annotated[Visitor | Person, Depends(entry.anyone)]) -> Response:
    return render(request, "forgotten.jinja", done=confirmation(request, {"forgotten": GONE}))
