"""The relay: what is in the outbox goes to Kafka, in order, at least once. One relay a service, by advisory lock."""

import asyncio
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from services.chassis.base import failpoints, metrics
from services.chassis.base.settings import Settings
from services.chassis.kafka.client import client_options
from services.chassis.kafka.cluster import ClusterGuard
from services.chassis.kafka.encoding import Encoder, partition_of
from services.chassis.postgres.connections import session
from services.chassis.postgres.transaction import Connection, Row

BATCH = 500
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.004
"""After a batch of several events the next are given so long to gather: fewer, larger batches take less of everything,
and so less time. An event by itself waits for nothing."""
LOOK_SECONDS = 5.0
"""So often the relay looks whether something is noted to be said once more."""
REQUEST_TIMEOUT_SECONDS = 10
STOP_SECONDS = 3.0
SUSPECT = 20 * BATCH
"""So much may be unmarked when a relay is taken over, and under way at most: a batch, behind those whose marks the
database has lost in a crash."""

log = structlog.get_logger()

_LOCK = "select pg_try_advisory_lock(hashtextextended('pln:relay:' || $1, 0))"
_TELL = "select pg_notify('pln_outbox_' || $1, '')"
# What was sent is marked, and what comes next is read, in one statement.
_MARK_AND_READ = """
with marked as (update outbox set published_at = clock_timestamp() where seq = any($1::bigint[]))
select seq, topic, key, version, event_id, type, value, correlation_id, traceparent, happened_at from outbox
where published_at is null and seq <> all($1::bigint[]) order by seq limit $2
"""
# What a holder before us may have under way when it was cut off: what it had not marked yet. It is noted until it was
# sent again, whoever does that.
_TAKE_OVER = """
with suspect as (select seq from outbox where published_at is null order by seq limit $1)
insert into taken_over (from_seq, to_seq) select min(seq), max(seq) from suspect having count(*) > 0
on conflict (one) do update set from_seq = least(taken_over.from_seq, excluded.from_seq),
    to_seq = greatest(taken_over.to_seq, excluded.to_seq)
"""
# That, and what has been sent of the same aggregates since, counts as unpublished once more.
_SEND_AGAIN = """
with taken as (delete from taken_over returning from_seq, to_seq)
update outbox set published_at = null from taken where published_at is not null and seq >= from_seq
    and (topic, key) in (select topic, key from outbox where seq between from_seq and to_seq)
"""
# What was noted to be said once more is unpublished again, unless something newer of the same aggregate was said since:
# between two batches, when nothing is sent and not marked, so that it can never stand after that newer one.
_SAY_AGAIN = """
with noted as (delete from said_again returning seq)
update outbox set published_at = null, written_at = clock_timestamp() from noted
    where outbox.seq = noted.seq and published_at is not null
    and not exists (select from outbox newer where newer.topic = outbox.topic and newer.key = outbox.key
        and newer.version > outbox.version)
"""


class Relay:
    """Sends what is unpublished, awaits every acknowledgement, then marks. A failed send marks nothing."""

    def __init__(self, settings: Settings, service: str) -> None:
        self._settings, self._service = settings, service
        self._encoder = Encoder(settings, service)
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._guard: ClusterGuard | None = None
        self._connection: Connection | None = None

    def start(self, guard: ClusterGuard | None = None) -> None:
        """`guard`: nothing is marked as published that went to another Kafka."""
        self._guard = guard
        self._task = asyncio.create_task(self._run())

    def wake(self, *_: object) -> None:
        """Something was emitted and committed."""
        self._woken.set()

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=STOP_SECONDS)
            if not self._task.done() and self._connection:
                self._connection.terminate()  # the database does not answer

    async def _run(self) -> None:
        while True:
            try:
                await self._hold()
            except Exception as error:  # whatever it is: a relay that ends is silent for ever
                log.warning("relay starts anew", service=self._service, error=repr(error))
            await asyncio.sleep(POLL_SECONDS)

    async def _hold(self) -> None:
        """Hold the lock, on the connection that reads and marks, for as long as both ends answer."""
        self._connection = connection = await asyncpg.connect(
            self._settings.service_dsn(self._service),
            timeout=10,
            command_timeout=30,
            # A mark that a crash loses is an event sent twice, in order.
            server_settings=session(self._service, f"pln-{self._service}-relay") | {"synchronous_commit": "off"},
        )
        try:
            await self._wait_for_the_lock(connection)
            await connection.add_listener(f"pln_outbox_{self._service}", self.wake)
            producer = AIOKafkaProducer(
                **client_options(self._settings, self._service),
                client_id=f"{self._service}-relay",
                acks="all",
                enable_idempotence=True,
                max_batch_size=1 << 20,
                linger_ms=0,
                request_timeout_ms=REQUEST_TIMEOUT_SECONDS * 1000,
            )
            try:
                await producer.start()
                await self._relay(connection, producer)
            finally:
                await producer.stop()
        finally:
            await connection.close(timeout=5)

    async def _wait_for_the_lock(self, connection: Connection) -> None:
        """Meanwhile whoever holds it is told when something is emitted here."""
        while not await connection.fetchval(_LOCK, self._service):
            if await self._is_woken():
                self._woken.clear()
                await connection.execute(_TELL, self._service)

    async def _is_woken(self) -> bool:
        """Within the time of a poll."""
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        return self._woken.is_set()

    async def _relay(self, connection: Connection, producer: AIOKafkaProducer) -> None:
        """A holder before us may have been cut off and write late, above what we send. When nothing of it can be under
        way any more that is sent again, so that the newest version stands last.
        """
        await _surely(connection, _TAKE_OVER, SUSPECT)
        again_at, look_at = time.monotonic() + REQUEST_TIMEOUT_SECONDS, 0.0
        sent: list[int] = []
        while True:
            self._woken.clear()
            rows = await connection.fetch(_MARK_AND_READ, sent, BATCH)
            metrics.published(self._service, len(sent))
            sent = []
            if time.monotonic() > again_at:  # here nothing is sent and not marked
                await _surely(connection, _SEND_AGAIN)
                again_at = math.inf
                continue
            if time.monotonic() > look_at:  # nor here
                await _surely(connection, _SAY_AGAIN)
                look_at = time.monotonic() + LOOK_SECONDS
                continue
            if not rows:
                await self._is_woken()
                continue
            failpoints.passing("relay-before-send")
            await self._send(producer, rows)
            failpoints.passing("relay-before-mark")
            sent = [row["seq"] for row in rows]
            if 1 < len(rows) < BATCH:
                await asyncio.sleep(GATHER_SECONDS)

    async def _send(self, producer: AIOKafkaProducer, rows: Sequence[Row]) -> None:
        """Send them, each partition's in its order, and await every acknowledgement."""
        async with asyncio.timeout(REQUEST_TIMEOUT_SECONDS * 3):
            by_place: dict[tuple[str, int], list[Row]] = {}
            for row in rows:
                topic = self._settings.topic_prefix + row["topic"]
                partitions = sorted(await producer.partitions_for(topic))
                by_place.setdefault((topic, partition_of(row["key"], partitions)), []).append(row)
            sent: list[asyncio.Future[Any]] = [
                await producer.send_batch(batch, topic, partition=partition)
                for (topic, partition), its in by_place.items()
                for batch in self._batches(producer, its)
            ]
            await asyncio.gather(*sent)
            if self._guard:
                await self._guard.check(producer.client)

    def _batches(self, producer: AIOKafkaProducer, rows: Sequence[Row]) -> Iterator[BatchBuilder]:
        """Batches built here cost a tenth of handing aiokafka record by record. Each is full before the next begins."""
        batch = producer.create_batch()
        for row in rows:
            if not self._append(batch, row):
                yield batch
                batch = producer.create_batch()
                if not self._append(batch, row):
                    raise ValueError("an event is larger than a whole batch, see MAX_EVENT_BYTES")
        yield batch

    def _append(self, batch: BatchBuilder, row: Row) -> bool:
        key, headers, value = self._encoder.record(row)
        return batch.append(timestamp=None, key=key, value=value, headers=headers) is not None


async def _surely(connection: Connection, statement: str, *values: object) -> None:
    """Not like a mark: on disk before anything is sent because of it."""
    async with connection.transaction():
        await connection.execute("set local synchronous_commit = on")
        await connection.execute(statement, *values)
