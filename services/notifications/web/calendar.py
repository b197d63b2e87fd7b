"""What somebody has booked, for their own calendar: as files, and by an address that their calendar program reads."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.sending import button
from services.chassis.postgres.transaction import Transaction
from services.notifications import bookings, calendar_answers, limits
from services.notifications.bookings import Kind
from services.notifications.commands import calendar as commands
from services.notifications.domain import calendar_address as domain
from services.notifications.store import calendar as store

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Own = Annotated[Person, Depends(helping.own)]
Making = Annotated[Person, Depends(limited(entry.fresh(entry.signed_in), limits.MAKE_CALENDAR))]
"""What is read without signing in for years is not made at a desk that somebody left open."""
DONE = {
    "made": "Your new calendar address is below. Copy it now: you see it for 10 minutes.",
    "stopped": "Stopped. Nobody can read your calendar at that address any more.",
}


@own.get(links.ALL_MY_BOOKINGS)
async def all_as_a_file(request: Request, acting: Own) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await bookings.of_calendar(tx, acting.person_id)
    return calendar_answers.as_file(request, found, "calendar.ics")


@own.get(links.MY_BOOKINGS)
async def some_as_a_file(request: Request, kind: Kind, id: UUID, acting: Own) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await bookings.of_many(tx, acting.person_id, kind, id)
    return calendar_answers.as_file(request, found, "talk.ics" if kind in bookings.TALKS else "sessions.ics")


@own.get(links.MY_BOOKING)
async def one_as_a_file(request: Request, kind: Kind, id: UUID, session_id: UUID, acting: Own) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await bookings.of_one(tx, acting.person_id, kind, id, session_id)
    return calendar_answers.as_file(request, found, "session.ics")


@own.alone(links.MY_CALENDAR)
async def calendar_page(request: Request, acting: SignedIn) -> Response:
    site = site_of(request)
    async with open_transaction(request, acting) as tx:
        standing = await store.of_person(tx, acting.person_id)
        found = await bookings.of_calendar(tx, acting.person_id)
        shown = {one.id: commands.secret_of(one, site.form_secret) for one in standing if one.is_shown(tx.now)}
    at = {id: site.settings.base_url + links.CALENDAR.format(secret=secret) for id, secret in shown.items() if secret}
    return render(
        request,
        "calendar.jinja",
        addresses=standing,
        shown=at,
        can_make=len(standing) < domain.MOST,
        bookings=len(found.bookings),
        done=confirmation(request, DONE),
    )


@router.post(links.MY_CALENDAR)
async def make(request: Request, acting: Making) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.make_address(tx, secret=site_of(request).form_secret)
        return confirmed(links.MY_CALENDAR, "made")

    return await button(request, acting, act)


@router.post(links.MY_CALENDAR + "/{id}/stop")
async def stop(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.stop_address(tx, id)
        return confirmed(links.MY_CALENDAR, "stopped")

    return await button(request, acting, act)
