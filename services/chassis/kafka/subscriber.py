"""The Kafka door: one batch subscriber a service, over all its topics. Records become mirror rows; no domain code runs.

Where it goes on is known by our own positions, which are committed with the rows. Offsets are committed to Kafka once a
second, for the tools that ask it how far a group has read.

FastStream's defaults lose messages (see services/DECISIONS.md), so this is the only place that may subscribe.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.security import BaseSecurity, SASLScram512

from services.chassis.base import failpoints, metrics
from services.chassis.base.settings import Settings
from services.chassis.kafka import aiokafka_patch
from services.chassis.kafka.client import client_options
from services.chassis.kafka.cluster import ClusterGuard, OtherCluster
from services.chassis.kafka.decoding import Record
from services.chassis.kafka.inbox import Inbox
from services.chassis.kafka.lag import Behind, Lag
from services.chassis.postgres.faults import DOWN

POLL_MS = 1000
SILENT_SECONDS = 30.0
WATCH_SECONDS = 1.0
REVIVE_LIMIT_SECONDS = 300.0
START_SECONDS = 60.0
IN_HAND_SECONDS = 5.0
COMMIT_SECONDS = 2.0
BACK_OFF_LIMIT_SECONDS = 5.0
FETCH_WAIT_MILLISECONDS = 1000  # so long Kafka holds a question to which it has nothing yet; a record ends it at once

log = structlog.get_logger()
_Fetched = ConsumerRecord[Any, Any]
Records = tuple[_Fetched, ...]
_Batches = dict[TopicPartition, list[_Fetched]]


class Subscriber(ConsumerRebalanceListener):
    """Reads all topics of a service as one member of its consumer group."""

    def __init__(self, inbox: Inbox, settings: Settings, *, group: str, guard: ClusterGuard | None = None) -> None:
        self._inbox, self._group, self._guard = inbox, group, guard
        self._service = inbox.service
        options = client_options(settings, self._service)
        self._broker = KafkaBroker(
            options["bootstrap_servers"],
            security=_security(options),
            client_id=group,
            allow_auto_create_topics=False,
            logger=None,
            graceful_timeout=10,
        )
        self._subscriber: Any = self._broker.subscriber(
            *inbox.topics,
            group_id=group,
            batch=True,
            max_records=500,
            batch_timeout_ms=10,
            ack_policy=AckPolicy.MANUAL,
            parser=self._parse,
            decoder=self._decode,
            listener=self,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=FETCH_WAIT_MILLISECONDS,
            session_timeout_ms=6000,
            heartbeat_interval_ms=500,
            rebalance_timeout_ms=15000,
            max_poll_interval_ms=300000,
        )
        self._subscriber(self._take)
        self._subscriber.get_msg = self._next  # takes the pulse, and waits inside getmany, which a record ends
        self._pulse = time.monotonic()
        self._in_hand: asyncio.Event = asyncio.Event()
        self._in_hand.set()
        self._stopping = False
        self._uncommitted: dict[TopicPartition, int] = {}
        """Offsets that are not committed to Kafka yet."""
        self._committing: asyncio.Task[None] | None = None
        self._watchdog: asyncio.Task[None] | None = None
        self._revived_at = -1e9
        self._lag = Lag()
        self.dead = asyncio.Event()
        """Set when it fell silent twice within five minutes: the process should end and be started again."""

    async def start(self) -> None:
        """Raises TimeoutError when the topics are not there within a minute."""
        async with asyncio.timeout(START_SECONDS):
            await self._broker.start()
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        self._stopping = True
        if self._watchdog:
            self._watchdog.cancel()
            await asyncio.gather(self._watchdog, return_exceptions=True)
        try:
            async with asyncio.timeout(15):
                await self._commit_offsets(COMMIT_SECONDS)
                await self._broker.stop()
        except (TimeoutError, KafkaError) as error:
            log.warning("subscriber did not stop cleanly", group=self._group, error=repr(error))
        if self._committing:
            self._committing.cancel()

    @property
    def alive(self) -> bool:
        return not self.silence

    @property
    def silence(self) -> str:
        """Why nothing can be received, or an empty string. FastStream and aiokafka do not say so themselves."""
        consuming: list[asyncio.Task[Any]] = self._subscriber.tasks
        if all(task.done() for task in consuming):
            return "consuming has ended"
        if ended := aiokafka_patch.ended(self._subscriber.consumer):
            return ended
        if time.monotonic() - self._pulse > SILENT_SECONDS and self._in_hand.is_set():
            return "no answer for 30 seconds"
        return ""

    def assigned(self) -> set[TopicPartition]:
        consumer: AIOKafkaConsumer | None = self._subscriber.consumer
        return set(consumer.assignment()) if consumer else set()

    def behind(self) -> dict[str, Behind]:
        """How far behind this instance is in what it reads, by topic as the contract names it."""
        records = self._measure_lag()
        return {name: Behind(records[topic], self._lag.seconds(topic)) for topic, name in self._inbox.names.items()}

    def _measure_lag(self) -> dict[str, int]:
        """Records not yet received, by topic in Kafka; notes when each partition was seen to end where."""
        consumer: AIOKafkaConsumer | None = self._subscriber.consumer
        lags = dict.fromkeys(self._inbox.topics, 0)
        for tp in self.assigned():
            end = consumer.highwater(tp) if consumer else None
            if end is not None:
                place = (tp.topic, tp.partition)
                next_offset = self._inbox.positions.get(place, 0)
                lags[tp.topic] += max(0, end - next_offset)
                self._lag.saw(place, end=end, next_offset=next_offset)
        self._lag.keep_only({(tp.topic, tp.partition) for tp in self.assigned()})
        return lags

    async def _next(self, consumer: AIOKafkaConsumer) -> Records:
        self._pulse = time.monotonic()
        try:
            got = cast("_Batches", await consumer.getmany(timeout_ms=POLL_MS, max_records=500))
        except (KafkaError, ConsumerStoppedError):
            raise
        except Exception:  # FastStream would ask again 5,000 times a second
            log.exception("records could not be fetched", group=self._group)
            await asyncio.sleep(POLL_MS / 1000)
            return ()
        if got and not await self._is_our_kafka(consumer):
            return ()
        return tuple(record for batch in got.values() for record in batch)

    async def _is_our_kafka(self, consumer: AIOKafkaConsumer) -> bool:
        """Records in hand are taken only once it is known whose they are. What is dropped here is read again."""
        while self._guard and not self._stopping:
            self._pulse = time.monotonic()
            try:
                await self._guard.check(cast(Any, consumer)._client)
                return True
            except OtherCluster as error:
                log.error("records not taken", group=self._group, error=str(error))
                return False
            except (KafkaError, OSError) as error:
                log.warning("records wait until Kafka says which cluster it is", group=self._group, error=repr(error))
                await asyncio.sleep(1)
        return self._guard is None

    async def _parse(self, records: Records) -> KafkaAckableMessage:
        return KafkaAckableMessage(body=b"", headers={}, raw_message=records, consumer=self._subscriber.consumer)

    async def _decode(self, message: KafkaAckableMessage) -> Records:
        return message.raw_message  # pyright: ignore[reportReturnType]

    async def _take(self, records: Any) -> None:
        """Never raises: what FastStream would do about it is to lose or to spin."""
        self._in_hand.clear()
        try:
            if await self._take_until_done(records):
                failpoints.passing("batch-before-offsets")
                for record in records:
                    self._uncommitted[TopicPartition(record.topic, record.partition)] = record.offset + 1
        except Exception:
            log.exception("subscriber could not take a batch", group=self._group)
        finally:
            self._in_hand.set()

    async def _take_until_done(self, records: Sequence[_Fetched]) -> bool:
        """False when it was stopped while the database was away: the records will be read again."""
        wait, batch = 0.1, [Record.of(record) for record in records]
        while not self._stopping:
            self._pulse = time.monotonic()
            try:
                await self._inbox.take(batch)
                return True
            except DOWN as error:
                log.warning("database is away", group=self._group, error=repr(error), wait_s=wait)
            except Exception:
                log.exception("a batch could not be taken; it is tried again", group=self._group)
            await asyncio.sleep(wait)
            wait = min(wait * 2, BACK_OFF_LIMIT_SECONDS)
        return False

    async def _commit_offsets(self, wait_seconds: float = 0) -> None:
        """Begin to commit, and wait so long. While Kafka is away it goes on trying by itself."""
        if self._committing is None or self._committing.done():
            uncommitted, self._uncommitted = self._uncommitted, {}
            if ours := {tp: end for tp, end in uncommitted.items() if tp in self.assigned()}:
                self._committing = asyncio.create_task(self._commit(ours))
        if self._committing and wait_seconds:
            await asyncio.wait({self._committing}, timeout=wait_seconds)

    async def _commit(self, ends: dict[TopicPartition, int]) -> None:
        try:
            await self._subscriber.consumer.commit(ends)
        except KafkaError as error:
            log.info("offsets not committed; our own positions hold", group=self._group, error=repr(error))

    async def on_partitions_revoked(self, revoked: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        try:
            async with asyncio.timeout(IN_HAND_SECONDS):
                await self._in_hand.wait()
        except TimeoutError:
            log.warning("a batch was in hand when its partitions went", group=self._group)
        await self._commit_offsets(COMMIT_SECONDS)

    async def on_partitions_assigned(self, assigned: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        positions = await self._positions()
        if positions is None:
            return  # nothing is read any more
        for tp in assigned:
            self._subscriber.consumer.seek(tp, positions.get((tp.topic, tp.partition), 0))

    async def _positions(self) -> dict[tuple[str, int], int] | None:
        """Our own positions; while the database is away nothing may be read past them, so it is waited for.

        None when it was stopped meanwhile.
        """
        while True:
            try:
                return await self._inbox.load_positions()
            except DOWN as error:
                log.warning("positions wait for the database", group=self._group, error=repr(error))
                if self._stopping:
                    return None
                await asyncio.sleep(1)

    async def _watch(self) -> None:
        while not self._stopping:
            await asyncio.sleep(WATCH_SECONDS)
            self._measure_lag()
            if self.alive:
                await self._commit_offsets()
                continue
            metrics.subscriber_revived(self._service)
            log.error("subscriber fell silent", group=self._group, error=self.silence)
            if time.monotonic() - self._revived_at < REVIVE_LIMIT_SECONDS:
                self.dead.set()
                return
            self._revived_at = time.monotonic()
            await self._revive()

    async def _revive(self) -> None:
        self._pulse = time.monotonic()
        try:
            async with asyncio.timeout(START_SECONDS):
                if self._committing:
                    self._committing.cancel()
                with suppress(Exception):  # what is dead cannot always be stopped in order; it starts anew all the same
                    await self._subscriber.stop()
                await self._subscriber.start()
            log.info("subscriber started again", group=self._group)
        except Exception as error:
            log.error("subscriber could not be started again", group=self._group, error=repr(error))


def _security(options: dict[str, Any]) -> BaseSecurity:
    """The same options in FastStream's words."""
    context = options.get("ssl_context")
    if "sasl_mechanism" not in options:
        return BaseSecurity(ssl_context=context)
    user, password = options["sasl_plain_username"], options["sasl_plain_password"]
    return SASLScram512(user, password, ssl_context=context)
