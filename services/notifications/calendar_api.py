"""Bookings and calendar addresses in the JSON API."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import entry, helping, json_api
from services.chassis.http.limits import limited
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction, site_of
from services.chassis.postgres.transaction import Transaction
from services.notifications import answers, bookings, calendar_answers, limits
from services.notifications.commands import calendar as commands
from services.notifications.domain.booking import MOST, Booking
from services.notifications.domain.calendar_address import Address
from services.notifications.icalendar_of import MEDIA
from services.notifications.store import calendar as store

router = APIRouter()
own = OwnApi(router)
Own = Annotated[Person, Depends(helping.own)]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Making = Annotated[Person, Depends(limited(entry.fresh(entry.signed_in), limits.MAKE_CALENDAR))]
_FILE = {200: {"description": "The calendar.", "content": {MEDIA: {"schema": {"type": "string"}}}}}


@own.get("/mine/bookings")
async def my_bookings(request: Request, acting: Own) -> answers.MyBookings:
    """What the person has booked: sessions of roles, talks with a time, training. Offers are none."""
    async with open_transaction(request, acting) as tx:
        found = (await bookings.of_calendar(tx, acting.person_id)).bookings
    return answers.MyBookings(bookings=[_booking(one) for one in found[:MOST]], more=len(found) > MOST)


@own.get("/mine/bookings.ics", response_class=Response, responses=_FILE)
async def my_bookings_as_a_calendar(request: Request, acting: Own) -> Response:
    """The same as iCalendar (RFC 5545)."""
    async with open_transaction(request, acting) as tx:
        found = await bookings.of_calendar(tx, acting.person_id)
    return calendar_answers.as_file(request, found, "calendar.ics")


@router.get("/mine/calendar-addresses")
async def my_calendar_addresses(request: Request, acting: SignedIn) -> answers.CalendarAddresses:
    """Those that stand. The person's alone: whoever has one reads without signing in."""
    async with open_transaction(request, acting) as tx:
        standing = await store.of_person(tx, acting.person_id)
        return answers.CalendarAddresses(
            addresses=[_address(request, one, shown=one.is_shown(tx.now)) for one in standing]
        )


@router.post("/mine/calendar-addresses", status_code=201, response_model=answers.CalendarAddress)
async def make_calendar_address(request: Request, acting: Making) -> Response:
    """A new address: put it into a calendar program, which then reads it by itself. Keep it secret."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return {
            "id": str(await commands.make_address(tx, secret=site_of(request).form_secret)),
            "at": tx.now.isoformat(),
        }

    made = json.loads(bytes((await json_api.write(request, acting, act, status=201)).body))
    async with open_transaction(request, acting) as tx:
        standing = {str(one.id): one for one in await store.of_person(tx, acting.person_id)}
    found = standing.get(made["id"])
    address = _address(request, found).address if found else None
    return JSONResponse({"id": made["id"], "made_at": made["at"], "address": address}, status_code=201)


@router.delete("/mine/calendar-addresses/{id}", response_model=answers.StoppedAddress)
async def stop_calendar_address(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Nobody can read anything at it any more."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await commands.stop_address(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


def _address(request: Request, one: Address, *, shown: bool = True) -> answers.CalendarAddress:
    site = site_of(request)
    secret = commands.secret_of(one, site.form_secret) if shown else None
    at = site.settings.base_url + links.CALENDAR.format(secret=secret) if secret else None
    return answers.CalendarAddress(id=one.id, made_at=one.made_at, address=at)


def _booking(one: Booking) -> answers.Booking:
    return answers.Booking(
        uid=one.uid,
        sequence=one.sequence,
        what=one.of,
        title=one.title,
        organisation=one.organisation.name,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        place=one.place,
        off=one.off,
        link=one.link,
    )
