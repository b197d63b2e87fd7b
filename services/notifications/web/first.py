"""Somebody has begun to join with their name (identity's page): one way to reach them, and what happens then."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import entry
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.sending import submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import beginning, limits, queries, words
from services.notifications.beginning import Started
from services.notifications.commands import contact as commands
from services.notifications.entering import first_or_fresh
from services.notifications.forms import FirstContactForm
from services.notifications.web.reached import REACHES

WAITS_SECONDS = 2.0
LOOKS_EVERY_SECONDS = 0.1

router = APIRouter()
SignedIn = Annotated[Person, Depends(entry.signed_in)]


Choosing = Annotated[Person, Depends(limited(first_or_fresh, limits.CHOOSE_CONTACT))]


@router.get(links.FIRST_CONTACT)
async def show(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        if await queries.my_contact(tx) is not None:
            return RedirectResponse(links.STARTED, status_code=303)
        values = await REACHES.shown(request, tx)
    return _page(request, values, {})


@router.post(links.FIRST_CONTACT)
async def choose(request: Request, acting: Choosing) -> Response:
    async def act(tx: Transaction[Person], form: FirstContactForm) -> str:
        site = site_of(request)
        texts = site.settings.sends_texts
        await commands.choose_contact(tx, form.wanted(), secret=site.form_secret, texts=texts)
        return links.STARTED

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _page(request, values, errors)

    return await submit(request, acting, FirstContactForm, act, again, kind=REACHES)


def _page(request: Request, values: dict[str, Any], errors: dict[str, str]) -> Response:
    ways = words.ways(words.FIRST_WAY, site_of(request).settings.sends_texts)
    return render(request, "first_contact.jinja", values=values, errors=errors, ways=ways)


@router.get(links.STARTED)
async def started(request: Request, acting: SignedIn) -> Response:
    """We have your name: who answers, by when, and what they can say on the phone."""
    found = await _wait_for_application(request, acting)
    if found.contact is None:
        return RedirectResponse(links.FIRST_CONTACT if found.came_to_join else links.MY_MESSAGES, status_code=303)
    if found.application is None and found.came_to_join:
        return render(
            request, "on_its_way.jinja", status=200, title="We have your name", words=words.RECEIPT_ON_ITS_WAY
        )
    if found.application is None:
        return RedirectResponse(links.JOIN, status_code=303)
    return render(request, "started.jinja", of=found, reached=_reached(found, acting), links=links)


def _reached(found: Started, acting: Person) -> str:
    """What somebody without a credential shows that it is them by, no page shows after ten minutes."""
    assert found.contact
    shown = found.can_sign_in or acting.is_fresh(datetime.now(UTC))
    return words.reached(found.contact) if shown else words.REACHED_HIDDEN


async def _wait_for_application(request: Request, acting: Person) -> Started:
    """Recruitment opens it by itself; that takes a moment. Whoever waits for it holds no connection."""
    until = asyncio.get_running_loop().time() + WAITS_SECONDS
    while True:
        async with open_transaction(request, acting) as tx:
            found = await beginning.my_start(tx)
        comes = found.application is None and found.came_to_join and found.contact is not None
        if not comes or asyncio.get_running_loop().time() > until:
            return found
        await asyncio.sleep(LOOKS_EVERY_SECONDS)
