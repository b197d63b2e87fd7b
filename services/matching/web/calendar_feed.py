"""A search as iCalendar: until when interest can be shown in each role, and its sessions that are to come.

A role that was called off stays as CANCELLED for a month.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.calendars import TYPE, begun
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.settings import Settings
from services.chassis.http import entry
from services.chassis.http.lists import AskedByApi
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import site_of
from services.matching import calendar_of_role, metrics
from services.matching.calendar_of_role import Entry
from services.matching.forms import Filters
from services.matching.web import searches
from services.matching.web.searches import Search

MOST_ROLES, MOST_EVENTS = 200, 400
KEEP = "public, max-age=900"
MOST_KEPT = 50
EDITION = "2"

router = APIRouter()


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


def _entries(search: Search) -> Iterator[Entry]:
    """The closing of each, and its sessions that are to come."""
    for item in search.items:
        of_role = calendar_of_role.entries(item.opportunity, item.listed.organisation, item.since)
        yield from (one for one in of_role if one.session is None or one.ends_at > search.now)


def _mark(search: Search, entries: Sequence[Entry]) -> str:
    """The same as long as the same would be written."""
    said = [f"{one.of} {one.o.version} {one.since} {one.organisation}" for one in entries]
    return hashlib.sha256("\n".join([EDITION, str(search.more), *said]).encode()).hexdigest()


def _written(search: Search, entries: Sequence[Entry], settings: Settings) -> bytes:
    calendar = begun(settings.network_name, of="Opportunities", called=f"Opportunities: {settings.network_name}")
    if search.more or len(entries) > MOST_EVENTS:
        calendar.add("description", "There is more than this calendar shows. Choose fewer roles to see all of them.")
    for one in entries[:MOST_EVENTS]:
        calendar.add_component(calendar_of_role.event(one, settings.base_url))
    return calendar.to_ical()
