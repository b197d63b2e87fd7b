"""The days of one role as iCalendar (RFC 5545), for whoever thinks of it: when it closes, and its sessions.

Whoever has a place has its sessions in their own calendar (notifications), with how to join. There is no METHOD: these
are events to keep, not invitations. All times are UTC, which every program shows as its own clock does.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from schemas.matching import Opportunity, Session
from services.matching import words
from services.matching.words_of_key_facts import closes

MEDIA = "text/calendar; charset=utf-8"
LAST_WHILE = timedelta(minutes=30)
"""So long is closing in a calendar: an event that ends as it begins is shown by few programs."""
_OVERRIDES = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the words around them: a title could show another time or place by them."""


def write(o: Opportunity, organisation: str, *, network: str, url: str) -> bytes:
    """A file; of what was called off its events are cancelled, so that a program that has them says so."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{_plain(network)}//Roles//EN")
    calendar.add("calscale", "GREGORIAN")
    title = _plain(f"{organisation}: {o.title}")
    at, until = closes(o), "Last moment to apply" if o.job else "Last moment to show interest"
    last_day = {
        "uid": f"{o.id}-closes",
        "dtstart": (at - LAST_WHILE).astimezone(UTC),
        "dtend": at.astimezone(UTC),
        "summary": f"{until}: {title}",
        "location": "On its page",
        "transp": "TRANSPARENT",
    }
    _add(calendar, o, url, last_day, is_off=o.withdrawn is not None)
    for session in sorted(o.sessions, key=lambda one: one.starts_at):
        _add(calendar, o, url, _session(o, session, title), is_off=session.cancelled is not None)
    return calendar.to_ical()


def _session(o: Opportunity, session: Session, title: str) -> dict[str, Any]:
    mode, place = session.mode or o.mode, _plain(session.place or o.place)
    online = "Online: whoever has a place is told how to join"
    return {
        "uid": str(session.id),
        "dtstart": session.starts_at.astimezone(UTC),
        "dtend": session.ends_at.astimezone(UTC),
        "summary": title,
        "location": online if mode == "remote" or not place else place,
        "transp": "OPAQUE",
    }


def _add(calendar: Calendar, o: Opportunity, url: str, said: Mapping[str, Any], *, is_off: bool) -> None:
    since = last_said(o).astimezone(UTC)
    lines = (words.pay(o), "You have a place only if the organisation says so.", url)
    event = Event()
    for name, value in {
        **said,
        "summary": ("Cancelled: " if is_off else "") + said["summary"],
        "dtstamp": since,
        "last-modified": since,
        "sequence": o.version,
        "description": "\n".join(_plain(line) for line in lines),
        "url": url,
        "status": "CANCELLED" if is_off else "CONFIRMED",
    }.items():
        event.add(name, value)
    calendar.add_component(event)


def last_said(o: Opportunity) -> datetime:
    """When anything that it says was said last. The column `said_at` is the same, for many at once."""
    of_sessions = [
        at
        for one in o.sessions
        for at in (one.added_at, one.changed and one.changed.at, one.cancelled and one.cancelled.at)
    ]
    known = (o.posted_at, o.closed_at, o.changed and o.changed.at, o.withdrawn and o.withdrawn.at, *of_sessions)
    return max(at for at in known if at)


def _plain(text: str) -> str:
    """One line of it, without signs that nobody sees."""
    visible = (" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in _OVERRIDES.sub("", text))
    return " ".join("".join(visible).split())
