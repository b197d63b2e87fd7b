"""Our side of each measure: the chassis' own parts, with a clock at the commits."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from services.chassis import broker
from services.chassis.access import SYSTEM
from services.chassis.broker import Guard
from services.chassis.hearing import Heard, Hearing
from services.chassis.settings import Settings
from services.chassis.transaction import Connection, Transaction, new_id, transaction
from services.chassis.workers import AT_ONCE, Workers
from tests.bench import pace, rooms, things

CHANGED = 500
_DONE: ContextVar[list[UUID]] = ContextVar("the things that the reactions of this transaction are about")


def _note(id: UUID) -> None:
    _DONE.get().append(id)


class Sayer:
    """The saying room: commands in its transactions, and its relay."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._service = settings, rooms.saying()
        self._committed: dict[UUID, float] = {}
        self._things: deque[UUID] = deque()

    async def start(self) -> None:
        await self._service.connect(self._settings)

    async def relay(self) -> None:
        """Send from now on what the outbox has."""
        bootstrap = self._settings.kafka_bootstrap_servers
        self._service.relay.start(Guard(bootstrap, (await broker.look(bootstrap, [])).cluster))

    async def stop(self) -> None:
        await self._service.relay.stop()
        await self._service.stop()

    async def say(self, rate: float, seconds: float) -> dict[UUID, float]:
        """Commit things at a rate; when each COMMIT was sent."""
        self._committed = {}
        await pace.at_rate(self._say_one, rate=rate, seconds=seconds)
        return self._committed

    async def writes(self, seconds: float, said: bool) -> float:
        """Changes of things a second, as many as eight connections can, with their event or without."""
        return await pace.for_a_while(self._change_and_say if said else self._change, seconds=seconds)

    async def make_things(self) -> None:
        """What `writes` changes: enough that no two wait for the same one."""
        for _ in range(CHANGED):
            thing = things.thing()
            self._things.append(thing.id)
            async with self._transaction() as tx:
                await rooms.write(tx, thing)

    async def fill(self, count: int) -> None:
        """An outbox of `count` events that wait for the relay."""
        columns = (
            "topic",
            "key",
            "version",
            "event_id",
            "type",
            "value",
            "correlation_id",
            "traceparent",
            "happened_at",
        )
        cause, now = rooms.CAUSE, things.NOW
        rows: list[tuple[Any, ...]] = []
        for _ in range(count):
            id = new_id()
            said = ("matching.opportunity", id, 1, new_id(), "OpportunityPosted", things.text_of(id))
            rows.append((*said, cause.correlation_id, cause.traceparent, now))
        async with self._transaction() as tx:
            await tx.connection.copy_records_to_table("outbox", records=rows, columns=columns)

    async def _say_one(self) -> None:
        thing = things.thing()
        async with self._transaction() as tx:
            await rooms.write_and_say(tx, thing)
            self._committed[thing.id] = time.monotonic()

    async def _change(self) -> None:
        async with self._transaction() as tx:
            await rooms.change(tx, self._next_thing())

    async def _change_and_say(self) -> None:
        async with self._transaction() as tx:
            await rooms.change_and_say(tx, self._next_thing())

    def _next_thing(self) -> UUID:
        self._things.append(self._things.popleft())
        return self._things[-1]

    def _transaction(self):
        return transaction("saying", self._service.pool, SYSTEM)


class Hearer:
    """The hearing room: its subscriber, its mirror and its workers, and when each commit was answered."""

    def __init__(self, settings: Settings, reacting: bool = True) -> None:
        self._settings, self._service = (
            settings,
            rooms.hearing(_note if reacting else None),
        )
        self.mirrored: dict[bytes, float] = {}
        self.reacted: dict[UUID, float] = {}

    async def start(self) -> None:
        service, settings = self._service, self._settings
        await service.connect(settings)
        service.workers = _TimedWorkers(service.reactions, service.pool, count=settings.workers)
        service.workers.stamps = self.reacted
        prefix = settings.topic_prefix
        service.hearing = _TimedHearing(service.reactions, service.pool, prefix=prefix, woken=service.workers.wake)
        service.hearing.stamps = self.mirrored

    async def listen(self) -> None:
        """Hear from now on, and react."""
        await self._service.start()
        while not (self._service.subscriber and self._service.subscriber.assigned()):
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        await self._service.stop()

    async def stamps(self) -> tuple[dict[UUID, float], dict[UUID, float]]:
        """When each mirror and each reaction was committed."""
        return {UUID(key.decode()): at for key, at in self.mirrored.items()}, self.reacted

    async def counts(self) -> tuple[int, int]:
        return len(self.mirrored), len(self.reacted)

    async def forget(self) -> None:
        self.mirrored.clear()
        self.reacted.clear()

    async def rows(self, table: str) -> int:
        async with transaction("hearing", self._service.pool, SYSTEM) as tx:
            return await tx.fetchval("select count(*) from {table}".replace("{table}", table))

    async def fill(self, count: int) -> None:
        """A mirror of `count` things, each with its reaction due."""
        cause, now, ids = rooms.CAUSE, things.NOW, [new_id() for _ in range(count)]
        columns = ("id", "version", "state", "event_id", "correlation_id", "traceparent", "happened_at")
        rows = [(id, 1, things.text_of(id), new_id(), cause.correlation_id, cause.traceparent, now) for id in ids]
        async with transaction("hearing", self._service.pool, SYSTEM) as tx:
            await _empty(tx)
            await tx.connection.copy_records_to_table("mirror_opportunity", records=rows, columns=columns)
            due = [(rooms.REACTION, id, 1) for id in ids]
            await tx.connection.copy_records_to_table("due", records=due, columns=("reaction", "id", "version"))
        await analyse(self._service.pool, "mirror_opportunity", "due", "handled")

    async def react(self, seconds: float) -> float:
        """Reactions a second over a while, with all workers; what is left stays due."""
        await self.forget()
        began = time.monotonic()
        self._service.workers.start()
        await asyncio.sleep(seconds)
        await self._service.workers.stop()
        return len(self.reacted) / (time.monotonic() - began)


async def _empty(tx: Transaction) -> None:
    for table in ("mirror_opportunity", "due", "handled", "effect"):
        await tx.execute("delete from {table}".replace("{table}", table))


async def analyse(pool: Any, *tables: str) -> None:
    """What autovacuum would have done by the time that so many rows are there."""
    connection: Connection
    async with pool.acquire() as connection:
        for table in tables:
            await connection.execute("analyze {table}".replace("{table}", table))


class _TimedHearing(Hearing):
    stamps: dict[bytes, float]

    async def hear(self, records: Sequence[Heard]) -> None:
        await super().hear(records)
        now = time.monotonic()
        for record in records:
            if record.key:
                self.stamps.setdefault(record.key, now)  # a relay that starts says the last minute again


class _TimedWorkers(Workers):
    stamps: dict[UUID, float]

    async def do_some(self, most: int = AT_ONCE) -> bool:
        done: list[UUID] = []
        _DONE.set(done)
        did = await super().do_some(most)
        for id in done:
            self.stamps.setdefault(id, time.monotonic())
        return did
