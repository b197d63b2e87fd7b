"""How should we reach you? Choose it, and show that an e-mail address is yours."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.request import is_local, open_transaction, render, site_of
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, queries, words
from services.notifications.commands import contact as commands
from services.notifications.domain.contact import Contact
from services.notifications.forms import ConfirmForm, ContactForm
from services.notifications.store.messages import LinkLetter
from services.notifications.web.reached import REACHES

router = APIRouter()
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Choosing = Annotated[Person, Depends(limited(entry.fresh(entry.signed_in), limits.CHOOSE_CONTACT))]
Confirming = Annotated[Person, Depends(limited(entry.signed_in, limits.CONFIRM))]
DONE = {
    "email": "Saved. From now on we write to this e-mail address.",
    "phone": "Saved. From now on we ring you.",
    "sms": "Saved. From now on we text you when there is something new.",
    "post": "Saved. From now on we send you letters.",
    "page": "Saved. We send you nothing. What is new stands on your home page.",
    "confirmed": "Thank you. From now on we write to this e-mail address.",
}


@router.get("/messages/mine")
async def contact_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        contact = await queries.my_contact(tx)
        undelivered = await queries.my_undelivered(tx, contact)
        letter = await queries.my_link(tx, contact)
        values = await REACHES.shown(request, tx)
    return _page(request, acting, values, contact, undelivered=undelivered, letter=letter)


@router.post("/messages/mine")
async def choose(request: Request, acting: Choosing) -> Response:
    site = site_of(request)

    async def act(tx: Transaction[Person], form: ContactForm) -> str:
        contact = await commands.choose_contact(
            tx, form.wanted(), secret=site.form_secret, texts=site.settings.sends_texts
        )
        if form.to and is_local(form.to):
            return form.to
        return confirmed(links.MY_MESSAGES, contact.channel) if contact.usable else links.MY_MESSAGES

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        async with open_transaction(request, acting) as tx:
            contact = await queries.my_contact(tx)
            letter = await queries.my_link(tx, contact)
        return _page(request, acting, values, contact, errors=errors, letter=letter)

    return await submit(request, acting, ContactForm, act, again, kind=REACHES)


@router.get("/messages/mine/confirm")
async def confirm_page(request: Request, acting: SignedIn, token: str = "") -> Response:
    """A button, so that a mail scanner which follows links confirms nothing."""
    return render(request, "confirm.jinja", values={}, errors={}, token=token)


@router.post("/messages/mine/confirm")
async def confirm(request: Request, acting: Confirming) -> Response:
    async def act(tx: Transaction[Person], form: ConfirmForm) -> str:
        await commands.confirm_address(tx, form.token, secret=site_of(request).form_secret)
        return confirmed(links.MY_MESSAGES, "confirmed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "confirm.jinja", values=values, errors=errors, token=values.get("token", ""))

    return await submit(request, acting, ConfirmForm, act, again, kind=HIDDEN_ONLY)


def _page(
    request: Request,
    acting: Person,
    values: dict[str, Any],
    contact: Contact | None,
    *,
    errors: dict[str, str] | None = None,
    undelivered: datetime | None = None,
    letter: LinkLetter | None = None,
) -> Response:
    return render(
        request,
        "contact.jinja",
        values=values,
        errors=errors or {},
        contact=contact,
        undelivered=undelivered,
        letter=letter,
        words=words,
        texts=site_of(request).settings.sends_texts,
        is_staff=bool(acting.staff_of),
        done=confirmation(request, DONE),
    )
