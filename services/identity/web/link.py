"""Opening a link that came by e-mail: a page with a button, and a new link where this one does not work any more.

Nothing is used up by whoever only opens it: mail scanners follow links, ask for them by HEAD and load them ahead of
their readers. Only the button's form does, and that is sealed for the visit of whoever opened the page.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.forms import field_errors, sealed_form
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, tokens
from services.identity.commands import invitations, sign_in
from services.identity.commands.browsers import note_browser
from services.identity.commands.sessions import SignedIn
from services.identity.domain.sign_in import CalledNeeded, LinkTooOld, LinkUsed
from services.identity.forms import Presented, UseLink
from services.identity.tokens import local_or_home
from services.identity.web.sign_in import SENT

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Using = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.USE_LINK))]
Asking = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.ASK_FOR_LINK))]
HERE = f"{links.SIGN_IN}/link"
REACH = "/sign-in/reach?to={to}"
INVITATIONS = "/sign-in/mine/invitations?to={to}"


@router.get(HERE)
async def show(request: Request, acting: Anyone, token: str = "") -> Response:
    """Only a button: mail scanners that follow links do not press it, so they do not use the link up."""
    return await _page(request, acting, token)


@router.post(HERE)
async def use(request: Request, acting: Using) -> Response:
    """Not by `submit`, which stores the answer: the token would be in it. A double click is known by its form's key."""
    form = await sealed_form(request, acting)
    token, browser = str(form.values.get("token", "")), tokens.browser_here(request)
    try:
        sent = UseLink.model_validate(form.values)
        with tokens.failure_noted():
            async with open_transaction(request, acting) as tx:
                who = await sign_in.use_link(tx, sent.token, key=form.key, called=sent.called)
                invited = bool(await invitations.of_account(tx, who.account_id))
                await note_browser(tx, who, browser, tokens.letters_of(request))
    except ValidationError as wrong:
        return await _page(request, acting, token, values=form.values, errors=field_errors(wrong, UseLink))
    except CalledNeeded as refusal:
        return await _page(request, acting, token, values=form.values, errors={"called": refusal.words})
    except (LinkUsed, LinkTooOld) as refusal:
        return _over(request, token, refusal)
    return tokens.set_browser(request, go_on(request, who, invited=invited), browser.secret)


def go_on(request: Request, who: SignedIn, *, invited: bool) -> Response:
    """Somebody has signed in: to what waits for their answer, to how to reach them, to where they were going."""
    to = local_or_home(who.go_to)
    if who.is_new:
        to = REACH.format(to=quote(to))
    if invited:
        to = INVITATIONS.format(to=quote(to))
    return tokens.set_cookie(request, RedirectResponse(to, status_code=303), who)


@router.post(f"{HERE}/new")
async def ask_instead(request: Request, acting: Asking) -> Response:
    """A new link for one that does not work any more, without typing the address: it goes to where that one went."""

    async def act(tx: Transaction[Visitor | Person], form: Presented) -> str:
        await sign_in.ask_instead(tx, form.token, tokens.letters_of(request))
        return SENT

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _over(request, "", LinkTooOld())

    return await submit(request, acting, Presented, act, again, kind=HIDDEN_ONLY)


async def _page(
    request: Request,
    acting: Visitor | Person,
    token: str,
    *,
    values: Mapping[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    try:
        async with open_transaction(request, acting) as tx:
            opened = await sign_in.open_link(tx, token)
    except (LinkUsed, LinkTooOld) as refusal:
        return _over(request, token, refusal)
    typed = {"called": opened.link.called or "", **(values or {})}
    if opened.called:
        return render(request, "link.jinja", token=token, who=opened.called)
    status = 422 if errors else 200
    return render(request, "link_new.jinja", status=status, token=token, values=typed, errors=errors or {})


def _over(request: Request, token: str, refusal: LinkUsed | LinkTooOld) -> Response:
    return render(request, "link_over.jinja", status=refusal.status, token=token, words=refusal.words)
