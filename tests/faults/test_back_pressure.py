"""However much there is to hear or to send, a process takes it in batches: it grows no larger than when it is idle.

The short form has thousands of records, the long one (PLN_LONG=1) 200,000 to hear and 1,000,000 to send.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer

from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.kafka.decoding import ROLL_KEY, Record
from services.cli.local.ports import Ports
from tests.faults.forker import Forked
from tests.faults.long import LONG
from tests.faults.pair import Instance, environment_of
from tests.faults.streams import good_records, producing
from tests.support import Database, until

TO_HEAR, TO_SEND = (200_000, 1_000_000) if LONG else (10_000, 20_000)
KEYS = 1000
GROWTH_BYTES = 150 << 20
PATIENCE_SECONDS = 900 if LONG else 100

pytestmark = pytest.mark.timeout(2000 if LONG else 150)


@asynccontextmanager
async def a_process(living: Database, state: Path, door: Path) -> AsyncGenerator[Instance]:
    """Matching alone, in a process of its own. `door`: of the forker."""
    ports = Ports(state)
    environment = environment_of(living.settings, "http://127.0.0.1:1")

    def start(one: Instance) -> Forked:
        own = {"PLN_HTTP_PORT": str(one.http), "PLN_OPS_PORT": str(one.ops)}
        return Forked(door, ["run", "matching"], environment | own, state / "matching.log")

    one = Instance("matching", ports.choose("http"), ports.choose("ops"), start)
    one.begin()
    try:
        await one.until_ready()
        yield one
    finally:
        one.process.kill()


@asynccontextmanager
async def administrator(living: Database) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(
        living.settings.admin_dsn(), command_timeout=600, server_settings={"search_path": "matching"}
    )
    try:
        yield connection
    finally:
        await connection.close()


async def growth_until(one: Instance, done: Callable[[], Awaitable[bool]], idle: int) -> tuple[float, int]:
    """Seconds it took, and by how many bytes the process was larger than idle, at most."""
    process, began, largest = psutil.Process(one.process.pid), time.monotonic(), 0

    async def measured() -> bool:
        nonlocal largest
        largest = max(largest, process.memory_info().rss)
        return await done()

    await until(measured, seconds=PATIENCE_SECONDS, every=0.1)
    return time.monotonic() - began, largest - idle


def versions(count: int, prefix: str) -> list[Record]:
    """So many records about a tenth as many organisations, each with ever higher versions."""
    made: list[Record] = []
    first = good_records(count // 10, prefix)
    for version in range(1, 11):
        for one in first:
            value = (one.value or b"").replace(b'"version":1', b'"version":%d' % version)
            its = [(n, str(version).encode() if n == "ce_aggregateversion" else v) for n, v in one.headers]
            made.append(one._replace(value=value, headers=its))
    return made


async def test_a_consumer_that_is_far_behind_does_not_grow(living: Database, tmp_path: Path, forker: Path) -> None:
    records, process = versions(TO_HEAR, living.settings.topic_prefix), a_process(living, tmp_path, forker)
    async with process as one, administrator(living) as connection, producing(living) as stream:
        idle = psutil.Process(one.process.pid).memory_info().rss

        async def all_heard() -> bool:
            return await connection.fetchval(_AT_TEN) == TO_HEAR // 10

        async def send() -> None:
            for at in range(0, len(records), 5000):
                await stream.append(*records[at : at + 5000])
                await stream.flush()

        (seconds, grown), _ = await asyncio.gather(growth_until(one, all_heard, idle), send())
        tell("heard by the subscriber", TO_HEAR, seconds, grown)
        assert grown < GROWTH_BYTES
        assert await one.stop() == 0
        await connection.execute("delete from due; delete from handled; delete from mirror_organisation")
        await connection.execute("delete from position")
        one.begin()
        seconds, grown = await growth_until(one, all_heard, idle)
        tell("heard while a new mirror is filled", TO_HEAR, seconds, grown)
        assert grown < GROWTH_BYTES


_AT_TEN = "select count(*) from mirror_organisation where version = 10"
_WAITING = """
insert into outbox (topic, key, version, event_id, type, value, correlation_id, traceparent, happened_at)
select 'matching.match', keys.id, n, gen_random_uuid(), 'MatchRestated',
    json_build_object('id', keys.id, 'version', n, 'pad', repeat('x', 200)), keys.id, '', clock_timestamp()
from generate_series(1, $1::int) as n,
    (select gen_random_uuid() as id from generate_series(1, $2::int)) as keys order by n
"""


async def test_an_outbox_full_of_what_was_never_sent_drains_in_order_and_the_relay_does_not_grow(
    living: Database, tmp_path: Path, forker: Path
) -> None:
    async with a_process(living, tmp_path, forker) as one, administrator(living) as connection:
        idle = psutil.Process(one.process.pid).memory_info().rss
        await connection.execute(_WAITING, TO_SEND // KEYS, KEYS)

        async def next_to_send() -> int | None:
            return await connection.fetchval("select seq from outbox where published_at is null order by seq limit 1")

        async def half_sent() -> bool:
            return (await next_to_send() or TO_SEND) >= TO_SEND / 2

        async def all_sent() -> bool:
            return await next_to_send() is None

        first, grown = await growth_until(one, half_sent, idle)
        if LONG:  # a new relay says again what this one may have had under way
            one.process.kill()
            await until(lambda: not one.process.alive())  # and its ports are free
            one.begin()
        second, grown_later = await growth_until(one, all_sent, idle)
        tell("sent by the relay", TO_SEND, first + second, max(grown, grown_later))
        assert max(grown, grown_later) < GROWTH_BYTES
        newest = await read_in_order(living)
        assert len(newest) == KEYS
        assert set(newest.values()) == {TO_SEND // KEYS}


async def read_in_order(living: Database) -> dict[bytes, int]:
    """The newest version of each key. Each version comes after the one before it; repeats of older ones do no harm."""
    consumer = AIOKafkaConsumer(
        living.settings.topic_prefix + "matching.match",
        **client_options(living.settings, ADMIN),
        auto_offset_reset="earliest",
        group_id=None,
    )
    await consumer.start()
    newest: dict[bytes, int] = {}
    try:
        while got := cast("dict[Any, list[Any]]", await consumer.getmany(timeout_ms=5000, max_records=5000)):
            for record in [one for batch in got.values() for one in batch if one.key != ROLL_KEY]:
                version, last = int(json.loads(record.value)["version"]), newest.get(record.key, 0)
                assert version <= last + 1, f"{record.key} {version} came after {last}"
                newest[record.key] = max(last, version)
    finally:
        await consumer.stop()
    return newest


def tell(what: str, count: int, seconds: float, grown: int) -> None:
    print(f"\n{count:,} records {what} in {seconds:.1f} s, {grown / (1 << 20):+.0f} MB over idle")
