"""Our side of each measure: the chassis' own parts, with a clock at the commits."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import asyncpg

from schemas.event import AnyEvent
from schemas.matching import MatchMade, OpportunityPosted
from services.chassis.app import connect
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.kafka import cluster
from services.chassis.kafka.cluster import ClusterGuard
from services.chassis.kafka.decoding import Record
from services.chassis.kafka.inbox import Inbox
from services.chassis.postgres.transaction import Connection, new_id
from services.chassis.work.workers import AT_ONCE, Workers
from tests.bench import pace, rooms, things
from tests.support import until

CHANGED = 500
_DONE: ContextVar[list[UUID]] = ContextVar("the things that the reactions of this transaction are about")


def _note(id: UUID) -> None:
    _DONE.get().append(id)


class _Undone(Exception):
    """What was measured is taken back."""


class Sayer:
    """The saying room: commands in its transactions, and its relay."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._committed: dict[UUID, float] = {}
        self._things: deque[UUID] = deque()

    async def start(self) -> None:
        self._app = await connect(rooms.saying(), self._settings)

    async def relay(self) -> None:
        """Send from now on what the outbox has."""
        settings, who = self._settings, self._app.name
        self._app.relay.start(ClusterGuard(settings, who, (await cluster.describe(settings, who, [])).id))

    async def stop(self) -> None:
        await self._app.relay.stop()
        await self._app.stop()

    async def say(self, rate: float, seconds: float) -> dict[UUID, float]:
        """Commit things at a rate; when each COMMIT was sent."""
        self._committed = {}
        await pace.at_rate(self._say_one, rate=rate, seconds=seconds)
        return self._committed

    async def writes(self, seconds: float, said: bool) -> float:
        """Changes of things a second, as many as eight connections can, with their event or without."""
        return await pace.for_a_while(self._change_and_say if said else self._change, seconds=seconds)

    async def emit_many(self, count: int, small: bool) -> float:
        """Emit `count` events by one call; the seconds of this process's CPU that it took. Nothing is kept."""
        events: list[AnyEvent] = [
            MatchMade(things.small_thing()) if small else OpportunityPosted(things.thing()) for _ in range(count)
        ]
        spent = 0.0
        with suppress(_Undone):
            async with self._transaction() as tx:
                began = time.process_time()
                await tx.emit(*events)
                spent = time.process_time() - began
                raise _Undone
        return spent

    async def make_things(self) -> None:
        """What `writes` changes: enough that no two wait for the same one."""
        for _ in range(CHANGED):
            thing = things.thing()
            self._things.append(thing.id)
            async with self._transaction() as tx:
                await rooms.write(tx, thing)

    async def fill(self, count: int) -> list[UUID]:
        """An outbox of `count` events that wait for the relay; what they are about."""
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
        ids = [new_id() for _ in range(count)]
        for id in ids:
            said = ("matching.opportunity", id, 1, new_id(), "OpportunityPosted", things.text_of(id))
            rows.append((*said, cause.correlation_id, cause.traceparent, now))
        await self._copy("outbox", rows, columns)
        return ids

    async def _copy(self, table: str, rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> None:
        """As the administrator: PostgreSQL copies into no table that has row-level security for us."""
        connection = await asyncpg.connect(self._settings.admin_dsn(), server_settings={"search_path": "saying"})
        try:
            await connection.copy_records_to_table(table, records=rows, columns=columns)
        finally:
            await connection.close()

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
        return self._app.database.transaction(SYSTEM)


class Hearer:
    """The hearing room: its subscriber, its mirror and its workers, and when each commit was answered."""

    def __init__(self, settings: Settings, reacting: bool = True) -> None:
        self._settings, self._service = settings, rooms.hearing(_note if reacting else None)
        self.mirrored: dict[bytes, float] = {}
        self.awaited: set[bytes] | None = None
        self.reacted: dict[UUID, float] = {}

    async def start(self) -> None:
        self._app = await connect(self._service, self._settings)
        _stamp_mirrors(self._app.inbox, self)
        _stamp_reactions(self._app.workers, self.reacted)

    async def listen(self) -> None:
        """Hear from now on, and react."""
        await self._app.start()
        await until(lambda: self._app.subscriber and self._app.subscriber.assigned(), seconds=60)

    async def stop(self) -> None:
        await self._app.stop()

    async def stamps(self) -> tuple[dict[UUID, float], dict[UUID, float]]:
        """When each mirror and each reaction was committed."""
        return {UUID(key.decode()): at for key, at in self.mirrored.items()}, self.reacted

    async def count(self) -> int:
        """How many were mirrored."""
        return len(self.mirrored)

    async def forget(self, awaited: Sequence[UUID] | None = None) -> None:
        """Stamp anew, and of the mirrors, where `awaited` is given, only these."""
        self.mirrored.clear()
        self.reacted.clear()
        self.awaited = None if awaited is None else {str(id).encode() for id in awaited}

    async def held(self, ids: Sequence[UUID]) -> int:
        """How many of these the mirror has."""
        async with self._app.database.transaction(SYSTEM) as tx:
            return await tx.fetchval("select count(*) from mirror_opportunity where id = any($1::uuid[])", ids)

    async def fill(self, count: int, woken: bool = False) -> None:
        """A mirror of `count` things, each with its reaction due, or with a timer: all at the same minute."""
        cause, now, ids = rooms.CAUSE, things.NOW, [new_id() for _ in range(count)]
        columns = ("id", "version", "state", "event_id", "correlation_id", "traceparent", "happened_at")
        rows = [(id, 1, things.text_of(id), new_id(), cause.correlation_id, cause.traceparent, now) for id in ids]
        await _empty(self._settings)
        async with self._app.database.transaction(SYSTEM) as tx:
            await tx.connection.copy_records_to_table("mirror_opportunity", records=rows, columns=columns)
            due = [] if woken else [(rooms.REACTION, id, 1) for id in ids]
            await tx.connection.copy_records_to_table("due", records=due, columns=("reaction", "id", "version"))
            await tx.wake_each(rooms.woken(self._service), dict.fromkeys(ids if woken else (), now))
        await analyse(self._app.database.pool, "mirror_opportunity", "due", "handled", "timer")

    async def react(self, seconds: float) -> float:
        """Reactions a second over a while, with all workers; what is left stays due."""
        await self.forget()
        began = time.monotonic()
        self._app.workers.start()
        await asyncio.sleep(seconds)
        await self._app.workers.stop()
        return len(self.reacted) / (time.monotonic() - began)


async def _empty(settings: Settings) -> None:
    """As new: what was deleted would still be stepped over."""
    connection = await asyncpg.connect(settings.admin_dsn(), server_settings={"search_path": "hearing"})
    try:
        await connection.execute("truncate mirror_opportunity, due, timer, handled, effect")
    finally:
        await connection.close()


async def analyse(pool: Any, *tables: str) -> None:
    """What autovacuum would have done by the time that so many rows are there."""
    connection: Connection
    async with pool.acquire() as connection:
        for table in tables:
            await connection.execute("analyze {table}".replace("{table}", table))


def _stamp_mirrors(inbox: Inbox, hearer: Hearer) -> None:
    """Note when the first commit with each thing's key was answered."""
    take = inbox.take

    async def timed(records: Sequence[Record]) -> None:
        await take(records)
        now = time.monotonic()
        for record in records:
            if record.key and (hearer.awaited is None or record.key in hearer.awaited):
                hearer.mirrored.setdefault(record.key, now)

    inbox.take = timed


def _stamp_reactions(workers: Workers, stamps: dict[UUID, float]) -> None:
    do_some = workers.do_some

    async def timed(most: int = AT_ONCE) -> bool:
        done: list[UUID] = []
        _DONE.set(done)
        did = await do_some(most)
        for id in done:
            stamps.setdefault(id, time.monotonic())
        return did

    workers.do_some = timed
