"""Asking for a link to sign in or to make an account, and renewing a token. Opening the link: `link.py`."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from schemas import links
from schemas.signed import VERIFIED_ADDRESS
from services.chassis.base.access import Token
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.forms import sealed_form
from services.chassis.http.limits import limited
from services.chassis.http.request import is_head, open_transaction, render, site_of
from services.chassis.http.sending import ASKS, HIDDEN_ONLY, submit
from services.chassis.http.signed_values import sign
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, queries, tokens
from services.identity.commands import sessions, sign_in
from services.identity.commands.sign_in import Asked
from services.identity.domain.sign_in import BY_ANYBODY, LINK_LIFE, ShownTooLate
from services.identity.forms import AskForLink, GoOn, NewAccount, ShownAgain
from services.identity.store import accounts
from services.identity.tokens import TRY_IT_PROFILES, local_or_home

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Asking = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.ASK_FOR_LINK))]
Beginning = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.NEW_ACCOUNT))]
SENT = confirmed("/sign-in/sent", "link")
Proving = Annotated[Person, Depends(limited(entry.signed_in, limits.PROVE))]


@router.get("/sign-in")
async def show_sign_in(request: Request, acting: Anyone, to: str = "") -> Response:
    if isinstance(acting, Person):
        return render(request, "signed_in.jinja", to=local_or_home(to))
    return _ask(request, {"to": local_or_home(to)}, {})


@router.post("/sign-in")
async def ask_for_link(request: Request, acting: Asking) -> Response:
    async def act(tx: Transaction[Visitor | Person], form: AskForLink) -> str:
        asked = Asked(form.email, local_or_home(form.to))
        await sign_in.ask_for_link(tx, asked, tokens.letters_of(request))
        return SENT

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _ask(request, values, errors)

    return await submit(request, acting, AskForLink, act, again, kind=ASKS)


def _ask(request: Request, values: dict[str, Any], errors: dict[str, str]) -> Response:
    try_it = tokens.settings_of(request).profile in TRY_IT_PROFILES
    return render(request, "sign_in.jinja", values=values, errors=errors, try_it=try_it)


@router.get("/sign-in/again")
async def show_again(request: Request, acting: SignedIn, to: str = "", shown: str = "") -> Response:
    """`shown`: what notifications signed for whoever has no address that a link could go to."""
    async with open_transaction(request, acting) as tx:
        account = await accounts.account(tx, acting.person_id)
    if account is not None and not account.can_sign_in:
        back = local_or_home(to)
        if sessions.is_shown(acting, shown, site_of(request).form_secret):
            return render(request, "shown.jinja", to=back, shown=shown)
        return RedirectResponse(f"{links.SHOW_IT_IS_YOU}?to={quote(back)}", status_code=303)
    try_it = tokens.settings_of(request).profile in TRY_IT_PROFILES
    return render(request, "again.jinja", values={"to": local_or_home(to)}, errors={}, try_it=try_it)


@router.post("/sign-in/again")
async def send_again(request: Request, acting: Proving) -> Response:
    async def act(tx: Transaction[Person], form: GoOn) -> str:
        await sign_in.ask_to_prove(tx, local_or_home(form.to), tokens.letters_of(request))
        return SENT

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "again.jinja", values=values, errors=errors, try_it=False)

    return await submit(request, acting, GoOn, act, again, kind=HIDDEN_ONLY)


@router.post("/sign-in/again/shown")
async def shown_by_contact(request: Request, acting: Proving) -> Response:
    """Not by `submit`, which stores the answer, and so the token. Pressed twice it leads on."""
    try:
        form = ShownAgain.model_validate((await sealed_form(request, acting)).values)
    except ValidationError:
        raise ShownTooLate from None
    async with open_transaction(request, acting) as tx:
        who = await sessions.show_by_contact(tx, form.shown, site_of(request).form_secret)
    return tokens.set_cookie(request, RedirectResponse(local_or_home(form.to), status_code=303), who)


@router.get("/sign-in/sent")
async def sent(request: Request, acting: Anyone) -> Response:
    """What to do with the link. Only right after it was asked for does it say that one was sent."""
    minutes = int(LINK_LIFE.total_seconds() // 60)
    done = confirmation(request, {"link": f"We have sent you a link. It works once, for {minutes} minutes."})
    mailbox = tokens.settings_of(request).mailbox_url
    return render(request, "sent.jinja", minutes=minutes, most=BY_ANYBODY.most, mailbox=mailbox, done=done)


@router.get("/sign-in/new")
async def show_new(request: Request, acting: Anyone, to: str = "") -> Response:
    if isinstance(acting, Person):
        return render(request, "signed_in.jinja", to=local_or_home(to))
    return render(request, "new_account.jinja", values={"to": local_or_home(to)}, errors={})


@router.post("/sign-in/new")
async def make_account(request: Request, acting: Beginning) -> Response:
    async def act(tx: Transaction[Visitor | Person], form: NewAccount) -> str:
        asked = Asked(form.email, local_or_home(form.to), called=form.called)
        await sign_in.ask_for_link(tx, asked, tokens.letters_of(request))
        return SENT

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "new_account.jinja", values=values, errors=errors)

    return await submit(request, acting, NewAccount, act, again, kind=ASKS)


@router.get("/sign-in/reach")
async def reach(request: Request, acting: SignedIn, to: str = "") -> Response:
    """How should we reach you? The address that the link proved is handed to notifications, signed for five minutes."""
    async with open_transaction(request, acting) as tx:
        email = await queries.my_address(tx)
    if email is None:
        return RedirectResponse(local_or_home(to), status_code=303)
    proved = {"email": email, "person_id": str(acting.person_id)}
    signed = sign(site_of(request).form_secret, proved, purpose=VERIFIED_ADDRESS)
    return render(
        request, "reach.jinja", email=email, verified_address=signed, to=local_or_home(to), action=links.MY_MESSAGES
    )


@router.get("/sign-in/renew")
async def renew(request: Request, token: Annotated[Token | None, Depends(tokens.with_token)], to: str = "") -> Response:
    """A live session goes on. When it is over its cookie goes, and the page asks for signing in if it needs it."""
    back = RedirectResponse(local_or_home(to), status_code=303)
    if is_head(request):
        return back
    if token is None:
        return tokens.delete_cookie(request, back)
    async with open_transaction(request, request.state.acting, get_may_change=True) as tx:
        who = await sessions.renew(tx, token.account_id, token.session_id)
    return tokens.set_cookie(request, back, who) if who else tokens.delete_cookie(request, back)
