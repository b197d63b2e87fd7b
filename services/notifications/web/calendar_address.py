"""What a calendar program reads, without signing in: whoever knows the address reads one person's bookings.

Nothing is written for a read: programs ask each hour, for years. So how often each address is asked for is counted in
the process, for known and unknown ones alike.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import VISITOR, Person, Visitor
from services.chassis.http import entry
from services.chassis.http.limits import TooOften, count
from services.chassis.http.request import open_transaction, site_of
from services.chassis.postgres.limits import Exceeded
from services.notifications import bookings, calendar_answers, limits, metrics
from services.notifications.domain.calendar_address import NoSuchCalendar, hash_of, is_secret
from services.notifications.often import Asked
from services.notifications.store import calendar as store

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
OFTEN = Asked(most=240, per=timedelta(hours=1))
"""Five devices that ask each minute and a quarter. Most programs ask each hour or less."""


@router.get(links.CALENDAR)
async def calendar(request: Request, secret: str, acting: Anyone) -> Response:
    """Whoever is signed in reads no more than anybody else who has the address."""
    hashed = hash_of(secret)
    if wait := OFTEN.count(hashed, time.monotonic(), times=site_of(request).settings.limits_times):
        metrics.CALENDAR_READS.labels("too_often").inc()
        raise TooOften("read_calendar", Exceeded("visitor", datetime.now(UTC) + wait, wait))
    async with open_transaction(request, VISITOR) as tx:
        seen = await store.seen(tx, hashed) if is_secret(secret) else None
        today = london_day(tx.now)
    if seen is None:
        metrics.CALENDAR_READS.labels("not_there").inc()
        await count(request, limits.MISS_CALENDAR)
        raise NoSuchCalendar
    tag = calendar_answers.tag_of(request, seen, today)
    if calendar_answers.has_it(request, tag):
        metrics.CALENDAR_READS.labels("same").inc()
        return calendar_answers.as_address(request, None, tag)
    async with open_transaction(request, Person(person_id=seen.person_id, by=seen.person_id)) as tx:
        booked = await bookings.of_calendar(tx, seen.person_id)
    metrics.CALENDAR_READS.labels("whole").inc()
    return calendar_answers.as_address(request, booked, tag)
