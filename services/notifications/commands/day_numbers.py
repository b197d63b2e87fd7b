"""A phone number for the day: its person's yes, taken back at any time, and that it was on a sheet."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands.contact import hold_account
from services.notifications.domain.contact import tidy
from services.notifications.store import day_numbers as store
from services.notifications.store.day_numbers import DayNumber, ToRingOnTheDay


async def agree(tx: Transaction[Person], phone: str) -> None:
    """Organisations where the person has a place may have this number for the day. Raises PhoneNeeded, and
    NotFound where they were forgotten a moment ago."""
    number, id = tidy("phone", phone) or "", tx.acting.person_id
    await hold_account(tx, id)
    before = await store.get(tx, id)
    if before is None or before.phone != number:
        await store.save(tx, id, DayNumber(number, tx.now), by=tx.acting.by)


async def take_back(tx: Transaction[Person]) -> None:
    """Nobody sees it from this moment on. Safe to repeat."""
    if await store.lock(tx, tx.acting.person_id):
        await store.delete(tx, tx.acting.person_id)


async def note_taken(tx: Transaction[Member], opportunity_id: UUID, on_it: Sequence[ToRingOnTheDay]) -> None:
    """That a sheet is taken away, kept for each person to read: before it leaves, so that it is known whatever becomes
    of the connection."""
    people = [one.person_id for one in on_it]
    await store.note_taken(tx, opportunity_id, people, day=london_day(tx.now))
    tx.note(Happened.TAKEN_AWAY, what="phone_sheet", count=len(people))
