"""What one person has booked, read in their own name: all for a calendar, or one for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain import booking as domain
from services.notifications.domain.booking import Booking, Joins, Trains
from services.notifications.store import calendar as store

Kind = Literal["role", "talk", "training", "welcome"]


TALKS = ("talk", "welcome")
"""Of these there is one at a time."""


@dataclass(frozen=True)
class Booked:
    """Bookings, as of a day in London."""

    bookings: Sequence[Booking]
    today: date


LONGEST = timedelta(hours=24)
"""Of one session: what began longer ago is over."""


async def of_calendar(tx: Transaction, person_id: UUID) -> Booked:
    """What stands in somebody's calendar today."""
    today = london_day(tx.now)
    found = await store.booked(tx, person_id, after=domain.shown_since(today) - LONGEST)
    return Booked(domain.shown(domain.of_each(found), today), today)


async def to_come(tx: Transaction, person_id: UUID) -> list[Booking]:
    """What takes place and is not over, the next first."""
    return domain.to_come(domain.of_each(await store.booked(tx, person_id, after=tx.now - LONGEST)), tx.now)


async def of_one(tx: Transaction, person_id: UUID, kind: Kind, id: UUID, session_id: UUID) -> Booked:
    """One session, also of long ago. Raises NotFound of what is not theirs."""
    if kind in TALKS:
        raise NotFound
    wanted = domain.uid_of(session_id, person_id)
    return _some(tx, [one for one in await _of_thing(tx, person_id, kind, id) if one.uid == wanted])


async def of_many(tx: Transaction, person_id: UUID, kind: Kind, id: UUID) -> Booked:
    """The sessions to come of a role, or its talk. Raises NotFound where there are none."""
    if kind == "training":
        raise NotFound
    found = await _of_thing(tx, person_id, kind, id)
    return _some(tx, found if kind in TALKS else domain.to_come(found, tx.now))


async def _of_thing(tx: Transaction, person_id: UUID, kind: Kind, id: UUID) -> list[Booking]:
    """`id`: of the engagement or the enrolment."""
    of = "session" if kind == "role" else kind
    booked = await store.booked(tx, person_id, id)
    theirs = [one for one in booked if id == _id_of(one)]
    return [one for one in domain.of_each(theirs) if one.of == of]


def _id_of(one: domain.Booked) -> UUID:
    if isinstance(one, Joins):
        return one.application.id
    return one.enrolment.id if isinstance(one, Trains) else one.engagement.id


def _some(tx: Transaction, found: Sequence[Booking]) -> Booked:
    if not found:
        raise NotFound
    return Booked(found, london_day(tx.now))
