"""Mirrors read from their topics' starts: a new one before its subscriber starts, and one that is rebuilt."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from operator import attrgetter
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from services.chassis.base import failpoints
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.kafka.client import client_options
from services.chassis.kafka.decoding import Decoded, Record, Unreadable, columns_of, decode
from services.chassis.kafka.inbox import Inbox
from services.chassis.kafka.topics import plan
from services.chassis.postgres import mirrors
from services.chassis.postgres.mirrors import Mirror
from services.chassis.postgres.transaction import Database

FILL_BATCH = 500
FILL_WAIT_MS = 5000
FILL_TRIES = 4
FILL_ANSWER_MS = 10000

_Batches = dict[TopicPartition, list[Any]]


async def fill_new_mirrors(inbox: Inbox, settings: Settings) -> None:
    """Fill each mirror that has not been filled yet, before the subscriber starts."""
    empty = await unfilled(inbox)
    async for batch in _from_start(settings, inbox.service, empty):
        failpoints.passing("mirror-filling")
        await inbox.take(batch)
    await inbox.note_filled(empty, plan()["partitions"])


async def unfilled(inbox: Inbox) -> list[str]:
    """The topics that have not been read from their start to what was then their end."""
    noted = await inbox.load_positions()
    partitions = range(plan()["partitions"])
    return [topic for topic in inbox.topics if not all((topic, p) in noted for p in partitions)]


async def rebuild(database: Database, settings: Settings, mirror: Mirror) -> int:
    """Read a mirror's topic from its start and replace the mirror by it; returns its rows.

    What was received meanwhile stays, and so does `handled`: nothing is set off again.
    """
    began, found = await read_anew(database, settings, mirror)
    return await replace(database, mirror, found, began=began)


async def read_anew(database: Database, settings: Settings, mirror: Mirror) -> tuple[datetime, list[Decoded]]:
    """What a mirror's topic holds from its start, and the database's time before it was read."""
    async with database.transaction(SYSTEM) as tx:
        began: datetime = await tx.fetchval("select clock_timestamp()")
    found: list[Decoded] = []
    async for batch in _from_start(settings, mirror.service, [settings.topic_prefix + mirror.of.topic]):
        for record in batch:
            with suppress(Unreadable):  # it is parked since it was first received
                if decoded := decode(record, mirror):
                    found.append(decoded)
    return began, found


async def replace(database: Database, mirror: Mirror, found: list[Decoded], *, began: datetime) -> int:
    """Replace a mirror in one transaction by what its topic said; what was received since `began` stays."""
    newest = [*{one.id: one for one in sorted(found, key=attrgetter("version"))}.values()]
    async with database.transaction(SYSTEM) as tx:
        await tx.execute(mirror.sql(mirrors.FRESH))
        for rows in (newest[at : at + FILL_BATCH] for at in range(0, len(newest), FILL_BATCH)):
            await tx.execute(mirrors.FILL_FRESH, *columns_of(rows))
        await tx.execute(mirror.sql(mirrors.FORGET_OLDER), began)
        await tx.execute(mirror.sql(mirrors.TAKE_FRESH))
        return int(await tx.fetchval(mirror.sql(mirrors.COUNT)))


async def _from_start(settings: Settings, service: str, names: list[str]) -> AsyncIterator[list[Record]]:
    """The records of topics from their start to their end as of now, in batches, read without a group.

    Raises KafkaTimeoutError when they stop short of that.
    """
    if not names:
        return
    consumer = AIOKafkaConsumer(
        **client_options(settings, service),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        request_timeout_ms=FILL_ANSWER_MS,
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(name, p) for name in names for p in range(plan()["partitions"])]
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
                yield [Record.of(record) for record in records]
            left = {tp for tp in left if await consumer.position(tp) < ends[tp]}
    finally:
        await consumer.stop()
