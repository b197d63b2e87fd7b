"""Bookings as iCalendar (RFC 5545): what a calendar program reads, of a file or an address.

No joining link, nothing of health or needs: the page of each has that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from icalendar import Component, Event

from services.chassis.base.calendars import MEDIA as MEDIA
from services.chassis.base.calendars import begun
from services.chassis.base.plain_text import plain_line
from services.chassis.base.settings import Settings
from services.chassis.base.wording import LONDON
from services.notifications.domain.booking import MOST, Booking, Off

_WHERE = {
    "phone": "By phone: who rings, and the number, are on your page",
    "video": "By video: the link is on your page",
    "in_person": "The place is on your page",
    "relay": "By text or video relay: how is on your page",
    "online": "Online: how to join is on your page",
}
_OFF: dict[Off, str] = {
    "cancelled": "This does not take place.",
    "given_back": "You gave this place back, so you are not expected.",
    "called_off": "The role was called off, so this does not take place.",
}
_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""
"""As clocks in the United Kingdom have gone since 1996 (SI 2002/262, Directive 2000/84/EC): no need of each year."""


@dataclass(frozen=True)
class By:
    """Whose calendar it is in: the network's name, and where its pages are."""

    network: str
    base_url: str

    @classmethod
    def of(cls, settings: Settings) -> "By":
        return cls(settings.network_name, settings.base_url)


def write(bookings: Sequence[Booking], *, by: By, today: date) -> bytes:
    """A file of these; `today`: whose desks answer. Of more than MOST the later ones are left out, and it says so."""
    calendar = begun(by.network, of="Bookings", called=by.network)
    if (left := len(bookings) - MOST) > 0:
        calendar.add("description", f"{left} later ones are not in here yet. They come by themselves.")
    calendar.add_component(_zone())
    for one in bookings[:MOST]:
        calendar.add_component(_event(one, by, today))
    return calendar.to_ical()


@cache
def _zone() -> Component:
    return Component.from_ical(_ZONE)


def _event(one: Booking, by: By, today: date) -> Event:
    event = Event()
    url = by.base_url + one.link
    said: dict[str, Any] = {
        "uid": str(one.uid),
        "sequence": one.sequence,
        "dtstamp": one.since.astimezone(UTC),
        "last-modified": one.since.astimezone(UTC),
        "dtstart": _at(one.starts_at),
        "dtend": _at(one.ends_at),
        "summary": ("Cancelled: " if one.off else "") + plain_line(f"{one.organisation.name}: {one.title}"),
        "location": _where(one),
        "description": _description(one, url, today),
        "url": url,
        "status": "CANCELLED" if one.off else "CONFIRMED",
        "transp": "TRANSPARENT" if one.off else "OPAQUE",
        "class": "PRIVATE",
    }
    for name, value in said.items():
        event.add(name, value)
    return event


def _at(when: datetime) -> datetime:
    """As clocks in London show it; in UTC where they show it twice: which of the two is meant by RFC 5545 (the first)
    programs do not agree on (ical.js and node-ical take the second)."""
    local = when.astimezone(LONDON)
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return local.astimezone(UTC) if comes_twice else local


def _where(one: Booking) -> str:
    if one.of in ("talk", "welcome"):
        return _WHERE.get(one.mode, "It is on your page")
    place = plain_line(one.place)
    if one.mode == "remote" or not place:
        return "Online: how to join is on your page" if one.mode in ("remote", "hybrid") else "It is on your page"
    return f"{place}, or online: how to join is on your page" if one.mode == "hybrid" else place


def _description(one: Booking, url: str, today: date) -> str:
    lines = [_OFF[one.off]] if one.off else []
    lines.append(f"{'More about it' if one.off else 'How to join, and what to know on the day'}: {url}")
    desk = one.organisation.desk_to_ring(today, one.desk_id)
    if desk is not None and desk.phone:
        answered = f" ({desk.hours})" if desk.hours else ""
        lines.append(plain_line(f"Questions? Ring {desk.name} at {one.organisation.name}: {desk.phone}{answered}"))
    return "\n".join(lines)
