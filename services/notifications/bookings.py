"""What one person has booked, read in their own name: all for a calendar, or one for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain import booking as domain
from services.notifications.domain.booking import Booking
from services.notifications.store import calendar as store

Kind = Literal["role", "talk", "training"]


@dataclass(frozen=True)
class Booked:
    """Bookings, as of a day in London."""

    bookings: Sequence[Booking]
    today: date


async def of_calendar(tx: Transaction, person_id: UUID) -> Booked:
    """What stands in somebody's calendar today."""
    roles, training = await store.of_roles(tx, person_id), await store.of_training(tx, person_id)
    each = [one for known in roles for one in (*domain.of_role(known), *domain.of_talk(known))]
    each += [one for trains in training for one in domain.of_training(trains)]
    today = london_day(tx.now)
    return Booked(domain.shown(each, today), today)


async def of_one(tx: Transaction, person_id: UUID, kind: Kind, id: UUID, session_id: UUID) -> Booked:
    """One session, also of long ago. Raises NotFound of what is not theirs."""
    if kind == "training":
        found = [one for trains in await store.of_training(tx, person_id, id) for one in domain.of_training(trains)]
        wanted = domain.uid_of(session_id, person_id)
        return _some(tx, [one for one in found if one.uid == wanted])
    if kind == "talk":
        raise NotFound
    roles = await store.of_roles(tx, person_id, id)
    mine = [one for one in roles if one.engagement.id == id]
    return _some(tx, [one for known in mine for one in domain.of_role(known, [session_id])])


async def of_many(tx: Transaction, person_id: UUID, kind: Kind, id: UUID) -> Booked:
    """The sessions to come of a role, or its talk. Raises NotFound where there are none."""
    roles = [one for one in await store.of_roles(tx, person_id, id) if one.engagement.id == id]
    if kind == "talk":
        return _some(tx, [one for known in roles for one in domain.of_talk(known)])
    if kind == "training":
        raise NotFound
    return _some(tx, domain.to_come([one for known in roles for one in domain.of_role(known)], tx.now))


def _some(tx: Transaction, found: Sequence[Booking]) -> Booked:
    if not found:
        raise NotFound
    return Booked(found, london_day(tx.now))
