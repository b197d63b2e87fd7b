"""A search as iCalendar: until when interest can be shown in each role, and its sessions that are to come.

A role that was called off stays as CANCELLED for a month. UIDs are made of the ids; SEQUENCE is the role's version,
which rises with each change. Times are in UTC. Nothing in it is anybody's own.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from icalendar import Event

from schemas.matching import Session
from services.chassis.base.calendars import TYPE, begun
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.plain_text import plain_line
from services.chassis.base.settings import Settings
from services.chassis.http import entry
from services.chassis.http.lists import AskedByApi
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import site_of
from services.matching import metrics, words
from services.matching.forms import Filters
from services.matching.web import searches
from services.matching.web.searches import Item, Search

MOST_ROLES, MOST_EVENTS = 200, 400
KEEP = "public, max-age=900"
MOST_KEPT = 50
EDITION = "1"
BEFORE_CLOSING = timedelta(minutes=30)
"""So long before its end stands the end of showing interest: what takes no time many programs do not show."""

router = APIRouter()


@dataclass(frozen=True)
class _Entry:
    """One event of the calendar. `of`: what of the role it is; `session`: none for its closing."""

    item: Item
    starts_at: datetime
    ends_at: datetime
    session: Session | None = None

    @property
    def is_off(self) -> bool:
        called_off = self.item.opportunity.withdrawn is not None
        return called_off or (self.session is not None and self.session.cancelled is not None)

    @property
    def of(self) -> str:
        """What it is, whatever is said of it."""
        return f"session:{self.session.id}" if self.session else f"closing:{self.item.opportunity.id}"

    @property
    def uid(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"urn:pln:{self.of}")


class _Kept:
    """Calendars as they were written last, by all that stands in them: whoever asks each second, be it by ever new
    addresses, has none written anew."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def found(self, mark: str) -> bytes | None:
        return self._kept.get(mark)

    def keep(self, mark: str, body: bytes) -> None:
        self._kept[mark] = body
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


@router.get(searches.ICS)
async def calendar_feed(
    request: Request, acting: Annotated[Visitor | Person, Depends(entry.anyone)], filters: Filters, asked: AskedByApi
) -> Response:
    """The first of them by their time; where there are more it says so itself."""
    search = await searches.read(request, acting, filters, asked, most=MOST_ROLES)
    entries = sorted(_entries(search), key=lambda one: (one.starts_at, one.of))
    kept, mark = _kept_of(request), _mark(search, entries)
    body = kept.found(mark)
    metrics.feed_read("ics", request.headers.get("user-agent", ""), how="kept" if body else "made")
    if body is None:
        body = _written(search, entries, site_of(request).settings)
        kept.keep(mark, body)
    return for_everybody(request, Response(body, media_type=TYPE), cache_control=KEEP)


def _kept_of(request: Request) -> _Kept:
    state = request.app.state
    if not hasattr(state, "kept_calendars"):
        state.kept_calendars = _Kept()
    return state.kept_calendars


def _entries(search: Search) -> Iterator[_Entry]:
    for item in search.items:
        o = item.opportunity
        yield _Entry(item, o.apply_by - BEFORE_CLOSING, o.apply_by)
        yield from (_Entry(item, one.starts_at, one.ends_at, one) for one in o.sessions if one.ends_at > search.now)


def _mark(search: Search, entries: Sequence[_Entry]) -> str:
    """The same as long as the same would be written."""
    said = [
        f"{one.of} {one.item.opportunity.version} {one.item.since} {one.item.listed.organisation}" for one in entries
    ]
    return hashlib.sha256("\n".join([EDITION, str(search.more), *said]).encode()).hexdigest()


def _written(search: Search, entries: Sequence[_Entry], settings: Settings) -> bytes:
    calendar = begun(settings.network_name, of="Opportunities", called=f"Opportunities: {settings.network_name}")
    if search.more or len(entries) > MOST_EVENTS:
        calendar.add("description", "There is more than this calendar shows. Choose fewer roles to see all of them.")
    for one in entries[:MOST_EVENTS]:
        calendar.add_component(_event(one, settings.base_url))
    return calendar.to_ical()


def _event(one: _Entry, base: str) -> Event:
    o, item = one.item.opportunity, one.item
    url = f"{base}/opportunities/{o.id}"
    event = Event()
    said: dict[str, Any] = {
        "uid": str(one.uid),
        "sequence": o.version,
        "dtstamp": item.since.astimezone(UTC),
        "last-modified": item.since.astimezone(UTC),
        "dtstart": one.starts_at.astimezone(UTC),
        "dtend": one.ends_at.astimezone(UTC),
        "summary": ("Cancelled: " if one.is_off else "") + _summary(one),
        "location": _where(one),
        "description": _description(one, url),
        "url": url,
        "status": "CANCELLED" if one.is_off else "CONFIRMED",
        "transp": "OPAQUE" if one.session and not one.is_off else "TRANSPARENT",
        "class": "PUBLIC",
    }
    for name, value in said.items():
        event.add(name, value)
    return event


def _where(one: _Entry) -> str:
    o = one.item.opportunity
    if one.session is None:
        return "On its page"
    mode = one.session.mode or o.mode
    return plain_line(one.session.place or o.place) or words.MODE.get(mode, mode)


def _summary(one: _Entry) -> str:
    o = one.item.opportunity
    said = plain_line(f"{one.item.listed.organisation}: {o.title}")
    if one.session:
        return said
    return f"Last day to apply: {said}" if o.job else f"Last day to show interest: {said}"


def _description(one: _Entry, url: str) -> str:
    o = one.item.opportunity
    lines = [one.item.what_became_of_it]
    if one.session and one.session.cancelled:
        why = words.CHANGED_BECAUSE.get(one.session.cancelled.why, one.session.cancelled.why)
        lines.append(f"This does not take place: {why}.")
    how = one.session.mode or o.mode if one.session else o.mode
    lines += [plain_line(o.summary), plain_line(words.pay(o)), words.MODE.get(how, how), f"More about it: {url}"]
    return "\n".join(line for line in lines if line)
