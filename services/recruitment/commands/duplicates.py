"""Find who may be here twice, for one person or for thousands at once; and what the welcome team makes of two.

What is alike is found as the system, by a reaction after whatever may have made somebody alike, one at a time. Two who
come at the same moment are found by whichever is looked at last.
"""

from collections.abc import Sequence
from functools import partial
from itertools import chain
from uuid import UUID

from schemas.event import Erased, Event
from schemas.recruitment_duplicate import Duplicate as PublicDuplicate
from schemas.recruitment_duplicate import DuplicateErased
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import Transaction, new_id
from services.recruitment import metrics
from services.recruitment.domain import duplicate as domain
from services.recruitment.domain import leader as leader_domain
from services.recruitment.domain.application import Screening
from services.recruitment.domain.duplicate import Duplicate
from services.recruitment.domain.likeness import Known, likeness
from services.recruitment.domain.names import name_key
from services.recruitment.store import applications, leaders, likenesses
from services.recruitment.store import closed as closed_store
from services.recruitment.store import duplicates as store
from services.recruitment.store.likenesses import Reached

VERSION = 1
"""What is owed by these reactions is looked up when they are done; it has no versions of its own."""
COMPARED_AT_ONCE = 500
Pair = tuple[UUID, UUID]
_NOTHING = Reached((), ())


async def look_for(tx: Transaction, people: Sequence[UUID]) -> int:
    """Make the pairs of these people agree with what is alike now; returns how many are new. The same handful of
    statements for one person or for thousands, so a register is looked at whole.

    As the system (in a reaction, a fan-out or a job): nobody else sees everybody. Safe to repeat.
    """
    await store.one_at_a_time(tx)
    team = await _team(tx)
    if team is None or not people:
        return 0
    reached = await likenesses.reached_alike(tx, people)
    asked = set(people)
    there = {one.both: one for one in await store.lock_of_each(tx, people) if asked.intersection(one.both)}
    pairs = sorted({*await likenesses.namesakes(tx, people), *reached, *there})
    known = await likenesses.known(tx, sorted({*chain.from_iterable(pairs)}))
    new: list[tuple[Duplicate, Event[PublicDuplicate]]] = []
    looked: list[domain.Looked] = []
    for pair in pairs:
        one, other, contacts = _compared(known, pair, reached)
        alike = likeness(one, other, contacts.alike)
        if pair in there:
            if again := domain.look(there[pair], one, other, alike, now=tx.now):
                looked.append(again)
        elif alike:
            new.append(domain.found(one, other, alike, id=new_id(), team=team, now=tx.now))
    await store.add(tx, [one for one, _ in new])
    await tx.emit(*(event for _, event in new))
    await _keep(tx, there, looked)
    tx.count(partial(metrics.DUPLICATES.labels("found").inc, len(new)))
    return len(new)


def _compared(known: dict[UUID, Known], pair: Pair, reached: dict[Pair, Reached]) -> tuple[Known, Known, Reached]:
    """Whoever entered how somebody is reached is as far from judging it as whoever entered their name."""
    one, other = (known.get(id, Known(id)) for id in pair)
    contacts = reached.get(pair, _NOTHING)
    return one.nor_for(contacts.entered_by), other, contacts


async def _keep(tx: Transaction, there: dict[Pair, Duplicate], looked: Sequence[domain.Looked]) -> None:
    """What became of pairs that are there: one statement for those that stay, one for those that are none any more."""
    stay, gone = [one for one in looked if not one.gone], [one.pair for one in looked if one.gone]
    await store.save(tx, *(one.pair for one in stay))
    await tx.emit(*(one.event for one in stay if one.event))
    open_again = [there[one.pair.both] for one in looked if one.gone or one.pair.status != domain.CLOSED]
    for before in open_again:  # they asked to join again, or nothing is kept of one of the two any more
        if before.status == domain.CLOSED and before.closed_id:
            await closed_store.forget_closing(tx, before.closed_id)
            await tx.due(free, before.closed_id, VERSION)
    await erase(tx, gone)


async def erase(tx: Transaction, gone: Sequence[Duplicate]) -> None:
    """The caller holds the lock of each."""
    await store.delete(tx, [one.id for one in gone])
    await tx.emit(*(DuplicateErased(Erased(id=one.id, version=one.version + 1)) for one in gone))


async def forget(tx: Transaction, person_id: UUID) -> list[UUID]:
    """Nothing is left of their pairs. Whoever was closed for them is closed for nobody (`free`): their ids.

    The caller holds the person's own applications and leader, and nobody else's: two may be forgotten at once.
    """
    await store.one_at_a_time(tx)
    freed = await closed_store.forget(tx, person_id)
    await tx.due_each(free, dict.fromkeys(freed, VERSION))
    await erase(tx, await store.lock_of_each(tx, [person_id]))
    return freed


async def free(tx: Transaction, person_id: UUID) -> None:
    """The one whose record was kept in the place of theirs was forgotten: they can ask to join again."""
    newest = await applications.newest_of_person(tx, person_id)
    leader = await leaders.lock(tx, person_id)
    if await closed_store.get(tx, person_id) is not None:
        return  # closed again meanwhile, for another
    if leader and (changed := leader_domain.close_for(leader, None)):
        await leaders.save(tx, changed[0])
        await tx.emit(changed[1])
    if known := leader or newest:
        await closed_store.say_reference(tx, person_id, known.reference)


async def look_for_duplicates(tx: Transaction, person_id: UUID) -> None:
    """The same for one person, after something of theirs has changed."""
    await look_for(tx, [person_id])


async def compare_names_of_before(tx: Transaction) -> int:
    """Names that an older version kept get their form and are looked at; returns how many."""
    some = await likenesses.names_of_before(tx, limit=COMPARED_AT_ONCE)
    await likenesses.keep_names(tx, [(id, name_key(full_name)) for id, _, full_name in some])
    await tx.due_each(look_for_duplicates, {person_id: VERSION for _, person_id, _ in some})
    return len(some)


async def _team(tx: Transaction) -> Screening | None:
    network = await applications.network(tx, on=london_day(tx.now))
    return Screening(network.id, network.ods_code) if network else None
