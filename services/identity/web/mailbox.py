"""Sign in with the mailbox that one has just shown to be one's own: one button, on a page of notifications.

Not by `submit`: its answer gives a session, so it cannot be stored; a double click is known by its form's key.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.forms import Form, read_form, sealed_form
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, site_of
from services.identity import limits, tokens
from services.identity.commands import first_address
from services.identity.commands.browsers import note_browser
from services.identity.commands.first_address import Mailbox
from services.identity.commands.sessions import SignedIn
from services.identity.commands.starting import begin_once
from services.identity.domain.sign_in import AddressTaken, SignsInAlready
from services.identity.store import accounts

router = APIRouter()
Using = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.USE_LINK))]


@router.post(links.SIGN_IN_WITH_MAILBOX)
async def sign_in(request: Request, acting: Using) -> Response:
    if isinstance(acting, Person) and await _is_in(request, acting, _mailbox_of(request, await read_form(request))):
        return RedirectResponse(links.HOME, status_code=303)  # pressed twice; nothing is done
    form = await sealed_form(request, acting)
    mailbox = _mailbox_of(request, form)
    try:
        who = await _sign_in(request, acting, form, mailbox)
    except AddressTaken:
        raise AddressTaken(TAKEN) from None
    if who is None:
        raise SignsInAlready
    return tokens.set_cookie(request, RedirectResponse(links.HOME, status_code=303), who)


def _mailbox_of(request: Request, form: Form) -> Mailbox:
    return first_address.read_mailbox(str(form.values.get("proved", "")), site_of(request).form_secret)


TAKEN = (
    "Somebody signs in with this e-mail address already, so nothing was changed. If it is you, sign in with it: you may"
    " be here twice, and the welcome team looks at that. If it is somebody who shares your mailbox, talk to us."
)


async def _sign_in(request: Request, acting: Visitor | Person, form: Form, mailbox: Mailbox) -> SignedIn | None:
    async with open_transaction(request, acting) as tx:
        key = form.key.partition(".")[0]
        who = await begin_once(tx, key, form.body, lambda: first_address.sign_in_with(tx, mailbox))
        if who:
            await note_browser(tx, who, tokens.browser_here(request), tokens.letters_of(request))
    return who


async def _is_in(request: Request, acting: Person, mailbox: Mailbox) -> bool:
    if acting.person_id != mailbox.person_id:
        return False
    async with open_transaction(request, acting) as tx:
        account = await accounts.account(tx, acting.person_id)
    return account is not None and account.can_sign_in
