"""Signing in by a link in an e-mail, making an account, and renewing a token."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from services.chassis import web
from services.chassis.access import Acting, Token
from services.chassis.sealed import seal
from services.chassis.transaction import Transaction
from services.identity import entry
from services.identity.commands import sign_in
from services.identity.commands.sign_in import Asked
from services.identity.domain.sign_in import LINK_LIFE, LINKS_AN_HOUR
from services.identity.entry import TRY_IT_PROFILES, local_or_home
from services.identity.forms import AskForLink, NewAccount
from services.identity.store import accounts as store

router = APIRouter()
Anyone = Annotated[Acting, Depends(web.anyone)]
SEAL_LIFE = timedelta(minutes=5)
REACH = "/sign-in/reach?to={to}"


@router.get("/sign-in")
async def show_sign_in(request: Request, acting: Anyone, to: str = "") -> Response:
    if acting.person_id:
        return web.page(request, "signed_in.jinja", to=local_or_home(to))
    return _ask(request, {"to": local_or_home(to)}, {})


@router.post("/sign-in")
async def ask_for_link(request: Request, acting: Anyone) -> Response:
    async def act(tx: Transaction, form: AskForLink) -> str:
        asked = Asked(form.email, local_or_home(form.to))
        await sign_in.ask_for_link(tx, asked, entry.letters_of(request))
        return "/sign-in/sent"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _ask(request, values, errors)

    return await web.submit(request, acting, AskForLink, act, again)


def _ask(request: Request, values: dict[str, Any], errors: dict[str, str]) -> Response:
    try_it = entry.settings_of(request).profile in TRY_IT_PROFILES
    return web.page(request, "sign_in.jinja", values=values, errors=errors, try_it=try_it)


@router.get("/sign-in/sent")
async def sent(request: Request, acting: Anyone) -> Response:
    minutes = int(LINK_LIFE.total_seconds() // 60)
    mailbox = entry.settings_of(request).mailbox_url
    return web.page(request, "sent.jinja", minutes=minutes, most=LINKS_AN_HOUR, mailbox=mailbox)


@router.get("/sign-in/new")
async def show_new(request: Request, acting: Anyone, to: str = "") -> Response:
    if acting.person_id:
        return web.page(request, "signed_in.jinja", to=local_or_home(to))
    return web.page(request, "new_account.jinja", values={"to": local_or_home(to)}, errors={})


@router.post("/sign-in/new")
async def make_account(request: Request, acting: Anyone) -> Response:
    async def act(tx: Transaction, form: NewAccount) -> str:
        asked = Asked(form.email, local_or_home(form.to), called=form.called)
        await sign_in.ask_for_link(tx, asked, entry.letters_of(request))
        return "/sign-in/sent"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return web.page(request, "new_account.jinja", values=values, errors=errors)

    return await web.submit(request, acting, NewAccount, act, again)


@router.get("/sign-in/link")
async def show_link(request: Request, acting: Anyone, token: str = "") -> Response:
    """Only a button: mail scanners that follow links do not press it, so they do not use the link up."""
    async with web.open_transaction(request, acting) as tx:
        link = await sign_in.check_link(tx, token)
    return web.page(request, "link.jinja", token=token, called=link.called)


@router.post("/sign-in/link")
async def use_link(request: Request, acting: Anyone) -> Response:
    """Not by `web.submit`: a kept answer would hold the token. A double click is known by its form's key."""
    form = await web.read_form(request)
    if not web.is_sealed(request, acting, form.key):
        raise web.FormOfAnotherSession(form)
    async with web.open_transaction(request, acting) as tx:
        who = await sign_in.use_link(tx, str(form.values.get("token", "")), key=form.key)
    to = local_or_home(who.go_to)
    target = REACH.format(to=quote(to)) if who.is_new else to
    return entry.keep(request, RedirectResponse(target, status_code=303), who)


@router.get("/sign-in/reach")
async def reach(request: Request, acting: Annotated[Acting, Depends(web.signed_in)], to: str = "") -> Response:
    """How should we reach you? The address that the link proved is handed to notifications, sealed for five minutes."""
    assert acting.person_id
    async with web.open_transaction(request, acting) as tx:
        email = await store.address_of(tx, acting.person_id)
    if email is None:
        return RedirectResponse(local_or_home(to), status_code=303)
    proved = {"email": email, "person_id": str(acting.person_id)}
    sealed = seal(web.service_of(request).form_secret, proved, datetime.now(UTC) + SEAL_LIFE)
    return web.page(
        request, "reach.jinja", email=email, verified_address=sealed, to=local_or_home(to), action=links.MY_MESSAGES
    )


@router.get("/sign-in/renew")
async def renew(request: Request, token: Annotated[Token | None, Depends(entry.with_token)], to: str = "") -> Response:
    """A live session goes on. When it is over its cookie goes, and the page asks for signing in if it needs it."""
    back = RedirectResponse(local_or_home(to), status_code=303)
    if token is None:
        return entry.drop(request, back)
    async with web.open_transaction(request, request.state.acting) as tx:
        who = await sign_in.renew(tx, token.account_id, token.session_id)
    return entry.keep(request, back, who) if who else entry.drop(request, back)
