"""Find who is reached by the same mailbox, phone or post, for one or for thousands at once, and say it as two ids.

After a contact was kept, one at a time until the commit: of two who give the same at one moment, whoever is looked at
last sees the other.
"""

from collections.abc import Sequence
from uuid import UUID

from schemas.event import Erased, Event
from schemas.notifications import Alike as PublicAlike
from schemas.notifications import AlikeErased
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications.domain import alike as domain
from services.notifications.domain.alike import Alike
from services.notifications.store import alike as store
from services.notifications.store import contact as contact_store
from services.notifications.store.alike import Found

VERSION = 1
"""What is owed by these reactions is looked up when they are done; it has no versions of its own."""
COMPARED_AT_ONCE = 500


async def look_for(tx: Transaction, people: Sequence[UUID]) -> int:
    """Make the pairs of these people agree with how they are reached now; returns how many are new.

    As the system (in a reaction, a fan-out or a job): nobody else sees everybody. Safe to repeat, and the same few
    statements for one person or for thousands.
    """
    if not people:
        return 0
    await store.one_at_a_time(tx)
    found, crowd = await store.find(tx, people)
    if before := sorted(crowd.difference(people)):
        # Of what too many share by now, what was said of the first few is true no longer.
        found |= (await store.find(tx, before))[0]
        people = [*people, *before]
    there = {one.both: one for one in await store.lock_of_each(tx, people)}
    new: list[tuple[Alike, Event[PublicAlike]]] = [
        domain.found(both, sorted(one.alike), one.entered_by, id=new_id(), now=tx.now)
        for both, one in sorted(found.items())
        if both not in there
    ]
    looked = [
        seen
        for both, pair in there.items()
        for now in [found.get(both, Found())]
        if (seen := domain.look(pair, sorted(now.alike), now.entered_by, now=tx.now))
    ]
    await store.add(tx, [one for one, _ in new])
    await store.save(tx, *(one for one, _ in looked))
    await tx.emit(*(event for _, event in new), *(event for _, event in looked))
    return len(new)


async def look_who_is_reached_alike(tx: Transaction, person_id: UUID) -> None:
    """The same for one person, after how they are reached has changed."""
    await look_for(tx, [person_id])


async def compare_contacts_of_before(tx: Transaction) -> int:
    """What an older version kept gets the form by which it is compared, and is; returns how many."""
    some = await contact_store.not_compared(tx, limit=COMPARED_AT_ONCE)
    await contact_store.keep_keys(tx, some)
    await look_for(tx, [one.person_id for one in some])
    return len(some)


async def forget(tx: Transaction, person_id: UUID) -> None:
    """Nothing is alike of somebody who is gone."""
    await store.one_at_a_time(tx)
    gone = await store.lock_of_each(tx, [person_id])
    await store.delete(tx, [one.id for one in gone])
    await tx.emit(*(AlikeErased(Erased(id=one.id, version=one.version + 1)) for one in gone))
