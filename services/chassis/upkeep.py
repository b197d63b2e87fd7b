"""What each service does for its own health: fill mirrors, sweep, forget again, roll segments."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from services.chassis import failpoints, purge, topics
from services.chassis.access import SYSTEM
from services.chassis.hearing import ROLL_KEY, Heard, News, Unreadable, read
from services.chassis.jobs import Clock, Job
from services.chassis.mirrors import Mirror
from services.chassis.transaction import transaction

if TYPE_CHECKING:
    from services.chassis.service import Service

FILL_BATCH = 500
FILL_WAIT_MS = 5000
FILL_TRIES = 4
FILL_ANSWER_MS = 10000

log = structlog.get_logger()
_Batches = dict[TopicPartition, list[Any]]


def jobs(service: "Service") -> list[Job]:
    """The jobs that every service has."""

    async def sweep(clock: Clock) -> None:
        for mirror in service.reactions.mirrors.values():
            async with clock.transaction() as tx:
                await tx.execute(mirror.sweep_sql, service.reactions.to(mirror.of.topic))
        await service.workers.wake()

    async def forget_again(clock: Clock) -> None:
        for reaction in service.reactions.named.values():
            if reaction.erased and reaction.mirror:
                async with clock.transaction() as tx:
                    erased = await tx.fetch(reaction.mirror.erased_sql)
                for row in erased:
                    async with clock.transaction() as tx:
                        await reaction.erased(tx, row["id"])

    async def roll_segments(clock: Clock) -> None:
        await roll(service)

    works = ((sweep, timedelta(minutes=1)), (forget_again, timedelta(days=1)), (roll_segments, timedelta(days=1)))
    return [*(Job(work.__name__, interval, work) for work, interval in works), *purge.jobs(service)]


async def roll(service: "Service") -> None:
    """Append a null under `roll` to each partition of the service's own topics: their old segments can be compacted."""
    producer = AIOKafkaProducer(bootstrap_servers=service.settings.kafka_bootstrap_servers, acks="all")
    try:
        await producer.start()
        for state in service.card.publishes:
            topic = service.settings.topic_prefix + state.topic
            for partition in await producer.partitions_for(topic):
                await producer.send_and_wait(topic, key=ROLL_KEY, value=None, partition=partition)
    finally:
        await producer.stop()


async def fill_new_mirrors(service: "Service") -> None:
    """Fill each mirror that has not been filled yet, before the subscriber starts."""
    empty = await unfilled(service)
    async for batch in _from_start(service, empty):
        failpoints.passing("mirror-filling")
        await service.hearing.hear(batch)
    await service.hearing.note_filled(empty, topics.plan()["partitions"])


async def unfilled(service: "Service") -> list[str]:
    """The topics that have not been read from their start to what was then their end."""
    noted = await service.hearing.load_positions()
    partitions = range(topics.plan()["partitions"])
    return [topic for topic in service.hearing.topics if not all((topic, p) in noted for p in partitions)]


async def rebuild(service: "Service", mirror: Mirror) -> int:
    """Read a mirror's topic from its start and replace the mirror by it; returns its rows.

    What was heard meanwhile stays, and so does `handled`: nothing is set off again.
    """
    began, news = await read_anew(service, mirror)
    return await replace(service, mirror, news, began=began)


async def read_anew(service: "Service", mirror: Mirror) -> tuple[datetime, list[News]]:
    """What a mirror's topic says from its start, and the database's time before it was read."""
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        began: datetime = await tx.fetchval("select clock_timestamp()")
    found: list[News] = []
    async for batch in _from_start(service, [service.settings.topic_prefix + mirror.of.topic]):
        for record in batch:
            with suppress(Unreadable):  # it is parked since it was first heard
                if news := read(record, mirror):
                    found.append(news)
    return began, found


async def replace(service: "Service", mirror: Mirror, found: list[News], *, began: datetime) -> int:
    """Replace a mirror in one transaction by what its topic said; what was heard since `began` stays."""
    create, forget, take = mirror.rebuild_sql
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        await tx.execute(create)
        for news in found:
            envelope = news.envelope
            await tx.execute(
                _FRESH_ROW,
                *(news.id, news.version, news.state, envelope.id),
                *(envelope.correlation_id, envelope.traceparent, envelope.time),
            )
        await tx.execute(forget, began)
        await tx.execute(take)
        return int(await tx.fetchval(mirror.count_sql))


_FRESH_ROW = """
insert into fresh (id, version, state, event_id, correlation_id, traceparent, happened_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do update set version = excluded.version, state = excluded.state,
    event_id = excluded.event_id, correlation_id = excluded.correlation_id, traceparent = excluded.traceparent,
    happened_at = excluded.happened_at where fresh.version < excluded.version
"""


async def _from_start(service: "Service", names: list[str]) -> AsyncIterator[list[Heard]]:
    """The records of topics from their start to their end as of now, in batches, read without a group.

    Raises KafkaTimeoutError when they stop short of that.
    """
    if not names:
        return
    consumer = AIOKafkaConsumer(
        bootstrap_servers=service.settings.kafka_bootstrap_servers,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        request_timeout_ms=FILL_ANSWER_MS,
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(name, p) for name in names for p in range(topics.plan()["partitions"])]
        consumer.assign(partitions)
        ends = cast("dict[TopicPartition, int]", await consumer.end_offsets(partitions))
        left, empty = {tp for tp in partitions if ends[tp] > 0}, 0
        for tp in left:
            consumer.seek(tp, 0)
        while left:
            got = cast("_Batches", await consumer.getmany(*left, timeout_ms=FILL_WAIT_MS, max_records=FILL_BATCH))
            empty = 0 if got else empty + 1
            if empty == FILL_TRIES:
                raise KafkaTimeoutError("the topics do not give what they hold; one may have been deleted meanwhile")
            for records in got.values():
                yield [Heard.of(record) for record in records]
            left = {tp for tp in left if await consumer.position(tp) < ends[tp]}
    finally:
        await consumer.stop()
