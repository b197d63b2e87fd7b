"""Calendars as they go over the wire: a file to open, and what a calendar program reads again and again."""

import hashlib
from datetime import date

from fastapi import Request
from fastapi.responses import Response

from services.chassis.http.files import disposition
from services.chassis.http.negotiation import has_newest
from services.chassis.http.request import site_of
from services.notifications import icalendar_of, metrics
from services.notifications.bookings import Booked
from services.notifications.icalendar_of import MEDIA, By
from services.notifications.store.calendar import Seen

EDITION = "1"
"""Of how a calendar is written: another one makes every client read its calendar anew."""
TYPE = f"{MEDIA}; charset=utf-8"
GUARDED = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


def as_file(request: Request, booked: Booked, name: str) -> Response:
    """To be kept and opened, which puts it into the calendar of this device."""
    metrics.CALENDAR_FILES.labels("page").inc()
    headers = {**GUARDED, "Content-Disposition": disposition("attachment", name)}
    return Response(_written(request, booked), media_type=TYPE, headers=headers)


def tag_of(request: Request, seen: Seen, today: date) -> str:
    """Weak, since it is the same however it is packed. It differs with the states, the day, and how we write them."""
    by = By.of(site_of(request).settings)
    made_of = "\n".join((EDITION, by.network, by.base_url, seen.mark, today.isoformat()))
    return f'W/"{hashlib.sha256(made_of.encode()).hexdigest()[:32]}"'


def has_it(request: Request, tag: str) -> bool:
    return has_newest(request.headers.raw, tag.encode())


def as_address(request: Request, booked: Booked | None, tag: str) -> Response:
    """The whole; None: whoever asks has it."""
    headers = {**GUARDED, "Cache-Control": "private, no-cache", "ETag": tag}
    if booked is None:
        return Response(status_code=304, headers=headers)
    return Response(_written(request, booked), media_type=TYPE, headers=headers)


def _written(request: Request, booked: Booked) -> bytes:
    return icalendar_of.write(booked.bookings, by=By.of(site_of(request).settings), today=booked.today)
