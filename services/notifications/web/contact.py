"""How should we reach you? Choose it, and show that an e-mail address is yours."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.refusals import SignInFirst
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import is_local, open_transaction, render, site_of
from services.chassis.http.sending import HIDDEN_ONLY, submit, submit_as
from services.chassis.postgres.transaction import Transaction
from services.notifications import beginning, limits, queries, words
from services.notifications.commands import contact as commands
from services.notifications.commands import first_sign_in
from services.notifications.domain.contact import Contact, LinkNotGood
from services.notifications.entering import signed_in_or_shown
from services.notifications.forms import ConfirmForm, ContactForm
from services.notifications.store.messages import LinkLetter
from services.notifications.web.reached import REACHES

own = OwnPages()
router = own.router
Looking = Annotated[Person, Depends(signed_in_or_shown)]
Choosing = Annotated[Person, Depends(limited(entry.fresh(entry.signed_in), limits.CHOOSE_CONTACT))]
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Confirming = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.CONFIRM))]
CONFIRM = f"{links.MY_MESSAGES}/confirm"
DONE = {
    "meet": "Saved. From now on we meet you.",
    "email": "Saved. From now on we write to this e-mail address.",
    "phone": "Saved. From now on we ring you.",
    "sms": "Saved. From now on we text you when there is something new.",
    "post": "Saved. From now on we send you letters.",
    "page": "Saved. We send you nothing. What is new stands on your home page.",
    "confirmed": "Thank you. From now on we write to this e-mail address.",
}


@router.get("/messages/mine")
async def contact_page(request: Request, acting: Looking) -> Response:
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


@own.alone("/messages/mine/confirm")
async def confirm_page(request: Request, acting: Anyone, token: str = "") -> Response:
    """A button, so that a mail scanner which follows links confirms nothing."""
    if done := confirmation(request, DONE):
        return await _confirmed(request, acting, token, done)
    await _whose(request, acting, token)
    return render(request, "confirm.jinja", values={}, errors={}, token=token)


@router.post(CONFIRM)
async def confirm(request: Request, acting: Confirming) -> Response:
    async def act(tx: Transaction[Person], form: ConfirmForm) -> str:
        secret = site_of(request).form_secret
        await commands.confirm_address(tx, form.token, secret=secret)
        if await first_sign_in.hand_over(tx, form.token, secret=secret):
            return confirmed(f"{CONFIRM}?token={quote(form.token)}", "confirmed")
        mine = isinstance(acting, Person) and acting.person_id == tx.acting.person_id
        return confirmed(links.MY_MESSAGES if mine else CONFIRM, "confirmed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "confirm.jinja", values=values, errors=errors, token=values.get("token", ""))

    async def as_whom(form: ConfirmForm) -> Person:
        return await _whose(request, acting, form.token)

    return await submit_as(request, acting, ConfirmForm, act, again, kind=HIDDEN_ONLY, as_whom=as_whom)


async def _confirmed(request: Request, acting: Visitor | Person, token: str, done: str) -> Response:
    """Only right after it was pressed: what comes next, and of who has no way to sign in yet the way to one."""
    proved, called = None, ""
    if token:
        async with open_transaction(request, await _whose(request, acting, token)) as tx:
            proved = await first_sign_in.hand_over(tx, token, secret=site_of(request).form_secret)
            called = await beginning.my_name(tx)
    return render(request, "confirmed.jinja", done=done, links=links, proved=proved, whose=called)


async def _whose(request: Request, acting: Visitor | Person, token: str) -> Person:
    """Who says that the address is theirs: whoever is signed in, or whose link it is where they cannot sign in.

    Whoever has the link reads that mailbox, perhaps on another machine than the one on which they gave the address.
    Raises SignInFirst, and LinkNotGood to whoever is not signed in and shows what is no link, or no longer.
    """
    link = commands.read_link(token, site_of(request).form_secret)
    if link and link.person_id != acting.subject_id:
        theirs = Person(person_id=link.person_id, by=link.person_id)
        async with open_transaction(request, theirs) as tx:
            if await beginning.cannot_sign_in(tx):
                return theirs
    if isinstance(acting, Person):
        return acting
    raise LinkNotGood if token and not link else SignInFirst


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
