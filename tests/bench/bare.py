"""The bare side of each measure: the same work by asyncpg and aiokafka alone, with none of our promises but order."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from services.chassis.base.settings import Settings
from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.postgres.transaction import new_id
from tests.bench import pace, things
from tests.support import until

if TYPE_CHECKING:
    from services.chassis.postgres.transaction import Connection, Pool

BATCH = 500
WORKERS = 4
_UPSERT = """
insert into mirror (id, version, state) select * from unnest($1::uuid[], $2::bigint[], $3::jsonb[])
on conflict (id) do update set version = excluded.version, state = excluded.state
where mirror.version < excluded.version
"""
_TAKE = """
delete from todo where id = (select id from todo where due_at <= clock_timestamp() order by due_at limit 1
    for update skip locked) returning id
"""
_ACT = """
insert into effect (id, version) values ($1, $2)
on conflict (id) do update set version = excluded.version, noted_at = clock_timestamp()
"""


def topic(settings: Settings) -> str:
    return f"{settings.topic_prefix}bare"


async def open_pool(settings: Settings) -> "Pool":
    search = {"search_path": "bare"}
    return await asyncpg.create_pool(settings.admin_dsn(), min_size=1, max_size=pace.AT_ONCE, server_settings=search)


class Sayer:
    """Writes with an outbox row, and a relay that is woken by NOTIFY."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._relay: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._committed: dict[UUID, float] = {}

    async def start(self) -> None:
        self._pool = await open_pool(self._settings)

    async def relay(self) -> None:
        self._relay = asyncio.create_task(self._send_all())

    async def stop(self) -> None:
        if self._relay:
            self._relay.cancel()
            await asyncio.gather(self._relay, return_exceptions=True)
        await self._pool.close()

    async def say(self, rate: float, seconds: float) -> dict[UUID, float]:
        self._committed = {}
        await pace.at_rate(self._say_one, rate=rate, seconds=seconds)
        return self._committed

    async def fill(self, count: int) -> list[UUID]:
        if self._relay:
            self._relay.cancel()
        ids = [new_id() for _ in range(count)]
        connection: Connection
        async with self._pool.acquire() as connection:  # pyright: ignore[reportAssignmentType]
            rows = [(id, things.text_of(id)) for id in ids]
            await connection.copy_records_to_table("outbox", records=rows, columns=("key", "value"))
        return ids

    async def _say_one(self) -> None:
        id = new_id()
        value = json.dumps(things.AS_DICT | {"id": str(id)})
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("insert into thing (id, version, state) values ($1, $2, $3)", id, 1, value)
            await connection.execute("insert into outbox (key, value) values ($1, $2)", id, value)
            self._committed[id] = time.monotonic()

    async def _send_all(self) -> None:
        connection = await asyncpg.connect(self._settings.admin_dsn(), server_settings={"search_path": "bare"})
        await connection.add_listener("bare_outbox", self._wake)
        producer = AIOKafkaProducer(
            **client_options(self._settings, ADMIN),
            acks="all",
            enable_idempotence=True,
            max_batch_size=1 << 20,
        )
        await producer.start()
        try:
            while True:
                self._woken.clear()
                if await self._send_some(connection, producer) < BATCH:
                    await asyncio.wait([asyncio.ensure_future(self._woken.wait())], timeout=1)
        finally:
            await producer.stop()
            await connection.close()

    def _wake(self, *_: object) -> None:
        self._woken.set()

    async def _send_some(self, connection: "Connection", producer: AIOKafkaProducer) -> int:
        rows = await connection.fetch("select * from outbox where published_at is null order by seq limit $1", BATCH)
        name = topic(self._settings)
        sent: list[asyncio.Future[Any]] = [
            await producer.send(name, value=row["value"].encode(), key=str(row["key"]).encode()) for row in rows
        ]
        await asyncio.gather(*sent)
        if rows:
            mark = "update outbox set published_at = now() where seq = any($1::bigint[])"
            await connection.execute(mark, [row["seq"] for row in rows])
        return len(rows)


class Hearer:
    """Upserts what it reads, batch by batch, and then commits its offsets."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._task: asyncio.Task[None] | None = None
        self.mirrored: dict[UUID, float] = {}
        self._awaited: set[UUID] | None = None
        self._done = 0

    async def start(self) -> None:
        self._pool = await open_pool(self._settings)

    async def listen(self) -> None:
        self._consumer = AIOKafkaConsumer(
            topic(self._settings),
            **client_options(self._settings, ADMIN),
            group_id=topic(self._settings),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await self._consumer.start()
        await until(self._consumer.assignment, seconds=60)
        self._task = asyncio.create_task(self._read_all())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self._consumer.stop()
        await self._pool.close()

    async def stamps(self) -> tuple[dict[UUID, float], dict[UUID, float]]:
        return self.mirrored, {}

    async def count(self) -> int:
        return len(self.mirrored)

    async def forget(self, awaited: Sequence[UUID] | None = None) -> None:
        self.mirrored.clear()
        self._awaited = None if awaited is None else set(awaited)

    async def held(self, ids: Sequence[UUID]) -> int:
        return await self._pool.fetchval("select count(*) from mirror where id = any($1::uuid[])", ids)

    async def _read_all(self) -> None:
        while True:
            got = cast(
                "dict[TopicPartition, list[Any]]", await self._consumer.getmany(timeout_ms=1000, max_records=BATCH)
            )
            records = [record for batch in got.values() for record in batch]
            if records:
                await self._upsert(records)
                await self._consumer.commit()

    async def _upsert(self, records: list[Any]) -> None:
        newest: dict[UUID, tuple[int, str]] = {}
        for record in records:
            text = record.value.decode()
            state = json.loads(text)
            newest[UUID(state["id"])] = (state["version"], text)
        ids = sorted(newest)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_UPSERT, ids, [newest[id][0] for id in ids], [newest[id][1] for id in ids])
        now = time.monotonic()
        self.mirrored |= dict.fromkeys((id for id in ids if self._awaited is None or id in self._awaited), now)

    async def fill(self, count: int) -> None:
        ids = [new_id() for _ in range(count)]
        connection: Connection
        async with self._pool.acquire() as connection:  # pyright: ignore[reportAssignmentType]
            await connection.execute("truncate mirror, todo, effect")
            rows = [(id, 1, things.text_of(id)) for id in ids]
            await connection.copy_records_to_table("mirror", records=rows, columns=("id", "version", "state"))
            await connection.copy_records_to_table("todo", records=[(id,) for id in ids], columns=("id",))
            await connection.execute("analyze mirror, todo")

    async def react(self, seconds: float) -> float:
        """A loop that does one transaction each: take, read, act; a second, over a while."""
        self._done, began = 0, time.monotonic()
        tasks = [asyncio.create_task(self._work()) for _ in range(WORKERS)]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return self._done / (time.monotonic() - began)

    async def _work(self) -> None:
        async with self._pool.acquire() as connection:
            while True:
                async with connection.transaction():
                    id = await connection.fetchval(_TAKE)
                    state = json.loads(await connection.fetchval("select state from mirror where id = $1", id))
                    await connection.execute(_ACT, id, state["version"])
                self._done += 1
