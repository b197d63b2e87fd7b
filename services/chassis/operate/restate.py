"""Restating: a service emits again what it owns, to fill a topic, or after a restore, when topics know more than it.

Each service lists in its restate.py how its aggregates are found, locked and saved; the checker reads them so too.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from schemas.event import FACTS, Erased, Erasure, Event, State
from services.chassis.base.hands import SYSTEM
from services.chassis.base.refusals import NotFound
from services.chassis.kafka.binding import forget_kafka, forget_topics
from services.chassis.postgres.transaction import Database, Transaction
from services.chassis.work.reactions import Reactions

AT_ONCE = 500
_BEFORE_ALL = UUID(int=0)

_NOTE_LOST = """
insert into lost (topic, key, version) values ($1, $2, $3) on conflict (topic, key) do update set version = $3
"""
_NOTE_PARKED = """
insert into settled (who, what, how, about, error)
select 'operator', 'record', 'discarded', topic || ' ' || partition || ':' || "offset", error from parked
"""
_EMITTED_SINCE = "select exists (select from outbox where topic = $1 and key = $2 and version > $3)"
_READ_FROM = """
insert into position (topic, partition, next_offset) select * from unnest($1::text[], $2::int[], $3::bigint[])
"""


@dataclass(frozen=True)
class Owned:
    """How the aggregates of one topic are found, locked and saved. An aggregate is a state, or has `public()`.

    `after(tx, id, limit=…)` gives those after an id, in id order. `lock(tx, id)` gives one, locked; None or NotFound
    when it has gone. `delete(tx, id)`: for what can be erased although its person is not forgotten.
    """

    restated: type[Event[State]]
    lost: type[Erasure[State]]
    after: Callable[..., Awaitable[Sequence[Any]]]
    lock: Callable[[Transaction, UUID], Awaitable[Any]]
    save: Callable[[Transaction, Any], Awaitable[None]]
    delete: Callable[[Transaction, UUID], Awaitable[None]] | None = None

    @property
    def topic(self) -> str:
        return self.restated.of.topic

    async def states(self, tx: Transaction) -> AsyncIterator[State]:
        """The public state of each, in id order, without holding any."""
        last = _BEFORE_ALL
        while batch := await self.after(tx, last, limit=AT_ONCE):
            for one in batch:
                yield public(one)
            last = public(batch[-1]).id

    async def locked(self, tx: Transaction, id: UUID) -> Any:
        """None when there is none, or none any more."""
        try:
            return await self.lock(tx, id)
        except NotFound:
            return None

    async def raised(self, tx: Transaction, id: UUID, *, above: int = 0) -> State | None:
        """Its public state, locked and saved with its next version, which lies above a given one. None: it has gone."""
        one = await self.locked(tx, id)
        if one is None:
            return None
        version = max(public(one).version, above) + 1
        risen = one.model_copy(update={"version": version}) if isinstance(one, State) else replace(one, version=version)
        await self.save(tx, risen)
        return public(risen)


@dataclass(frozen=True)
class KnownVersion:
    """The newest that was emitted of an aggregate: the highest version that anybody knows, and the name of the fact.

    Without a name: only mirrors know it. `erased`: the fact was that it is gone.
    """

    version: int
    fact: str
    in_kafka: bool
    erased: bool


@dataclass(frozen=True)
class KnownVersions:
    """What Kafka and the mirrors of all services know, by topic and id, and where each partition of Kafka ends."""

    newest: Mapping[str, Mapping[UUID, KnownVersion]]
    ends: Mapping[tuple[str, int], int]


def public(aggregate: Any) -> State:
    return aggregate if isinstance(aggregate, State) else cast("State", aggregate.public())


async def restate(database: Database, owned: Owned, known: KnownVersions) -> Counter[str]:
    """Restate every aggregate of a topic while the service runs, each in a transaction of its own.

    What Kafka or a mirror still knows, and the owner no longer, is announced as gone. Returns how many of each.
    """
    counted: Counter[str] = Counter()
    async with database.transaction(SYSTEM) as tx:
        ids = [state.id async for state in owned.states(tx)]
    for id in ids:
        async with database.transaction(SYSTEM) as tx:
            counted["said again"] += await _restate_one(tx, owned, id)
    for id, newest in known.newest.get(owned.topic, {}).items():
        if not (newest.erased and newest.in_kafka):
            async with database.transaction(SYSTEM) as tx:
                counted["gone"] += await _emit_gone(tx, owned, id, newest)
    async with database.transaction(SYSTEM) as tx:
        await forget_topics(tx, [owned.topic])
    return counted


async def take_other_kafka(database: Database) -> None:
    """The Kafka that answers is the network's own from now on: it is read from its start, and what was parked goes."""
    async with database.transaction(SYSTEM) as tx:
        await forget_kafka(tx)
        await _let_parked_go(tx)


async def start_over(
    database: Database, reactions: Reactions, all_owned: Sequence[Owned], known: KnownVersions, *, prefix: str
) -> Counter[str]:
    """Make a service agree with a Kafka that knows more than its database, an older one; in one transaction.

    For a service that does not run. What it owns is restated above every version that anybody knows; who was
    forgotten is forgotten again; what it does not know is announced as gone. It reads on from the end of Kafka, where
    all of this will be, and nothing of the time between. Returns how many were restated, forgotten and gone.
    """
    counted: Counter[str] = Counter()
    async with database.transaction(SYSTEM) as tx:
        await tx.execute("delete from outbox")  # whatever was to be emitted then is restated now
        await _let_parked_go(tx)
        await _read_on_from_the_end(tx, known, [prefix + topic for topic in reactions.mirrors])
        for owned in all_owned:
            await _rise(tx, owned, known)
        counted["forgotten"] = await _forget(tx, reactions, all_owned, known)
        for owned in all_owned:
            for id in [state.id async for state in owned.states(tx)]:
                counted["said again"] += await _restate_one(tx, owned, id)
            for id, newest in known.newest.get(owned.topic, {}).items():
                counted["gone"] += await _emit_gone(tx, owned, id, newest)
    return counted


async def _let_parked_go(tx: Transaction) -> None:
    """Its owner restates it; the note that it was there stays."""
    await tx.execute(_NOTE_PARKED)
    await tx.execute("delete from parked")


async def _read_on_from_the_end(tx: Transaction, known: KnownVersions, read: Sequence[str]) -> None:
    await forget_kafka(tx)
    places = sorted(place for place in known.ends if place[0] in read)
    await tx.execute(_READ_FROM, [t for t, _ in places], [p for _, p in places], [known.ends[at] for at in places])


async def _rise(tx: Transaction, owned: Owned, known: KnownVersions) -> None:
    """No version is below what was ever emitted of the aggregate."""
    newest = known.newest.get(owned.topic, {})
    behind = [s.id async for s in owned.states(tx) if s.id in newest and s.version < newest[s.id].version]
    for id in behind:
        await owned.raised(tx, id, above=newest[id].version)


async def _forget(tx: Transaction, reactions: Reactions, all_owned: Sequence[Owned], known: KnownVersions) -> int:
    """An erasure survives a restore: each is done again, as when it was first received. What was lost is no erasure."""
    counted = 0
    for topic, newest in known.newest.items():
        erased = sorted(id for id, one in newest.items() if _is_erasure(topic, one.fact))
        await tx.execute("delete from timer where id = any($1::uuid[])", erased)
        for name in reactions.to(topic):
            forget = reactions.named[name].erased
            for id in erased if forget else ():
                assert forget
                await forget(tx, id)
        for owned in all_owned:
            if owned.topic == topic and owned.delete:
                for id in erased:
                    await owned.delete(tx, id)
        counted += len(erased) if any(owned.topic == topic for owned in all_owned) else 0
    return counted


async def _restate_one(tx: Transaction, owned: Owned, id: UUID) -> int:
    """0 when it has gone."""
    state = await owned.raised(tx, id)
    if state is None:
        return 0
    await tx.emit(owned.restated(state))
    return 1


async def _emit_gone(tx: Transaction, owned: Owned, id: UUID, newest: KnownVersion) -> int:
    """Whoever still knows it learns that it is gone: erased, or lost with a newer database. 0 when it is there."""
    if await owned.locked(tx, id) or await tx.fetchval(_EMITTED_SINCE, owned.topic, id, newest.version):
        return 0
    gone = Erased(id=id, version=newest.version + 1)
    if _is_erasure(owned.topic, newest.fact):
        await tx.emit(cast("type[Erasure[State]]", FACTS[newest.fact])(gone))
    else:
        await tx.emit(owned.lost(gone))
        await tx.execute(_NOTE_LOST, owned.topic, id, gone.version)
    return 1


def _is_erasure(topic: str, fact: str) -> bool:
    """Somebody asked to be forgotten, or a time was over; not: lost by a restore."""
    known = FACTS.get(fact)
    if known is None or not issubclass(known, Erasure):
        return False
    return known.of.topic == topic and not fact.endswith("Lost")
