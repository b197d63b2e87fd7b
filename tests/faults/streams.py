"""Records by the thousand on a real topic, and a service that is started in this process."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from aiokafka import AIOKafkaProducer

from schemas.identity import OrganisationRegistered
from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.kafka.decoding import Record
from services.chassis.postgres.transaction import new_id
from tests.support import Database, organisation, record_of


class Stream:
    """Sends records in the order in which they are given, many at once."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self._under_way: list[asyncio.Future[Any]] = []

    async def append(self, *records: Record, partition: int | None = None) -> None:
        for record in records:
            sent = self._producer.send(
                record.topic, key=record.key, value=record.value, headers=record.headers, partition=partition
            )
            self._under_way.append(cast("asyncio.Future[Any]", await sent))

    async def flush(self) -> None:
        """Wait until Kafka has acknowledged what was given."""
        async with asyncio.timeout(60):
            await asyncio.gather(*self._under_way)
        self._under_way.clear()


@asynccontextmanager
async def producing(database: Database) -> AsyncGenerator[Stream]:
    producer = AIOKafkaProducer(
        **client_options(database.settings, ADMIN), acks="all", max_request_size=2 << 20, linger_ms=5
    )
    await producer.start()
    try:
        stream = Stream(producer)
        yield stream
        await stream.flush()
    finally:
        await producer.stop()


def good_records(count: int, prefix: str) -> list[Record]:
    """One for each of so many organisations, made from one record, which is quicker than making each."""
    first = organisation("X00000")
    pattern = record_of(OrganisationRegistered(first), prefix)
    made: list[Record] = []
    for n in range(count):
        id, value = str(new_id()).encode(), pattern.value or b""
        value = value.replace(str(first.id).encode(), id).replace(b"X00000", b"X%05d" % n)
        headers = [(name, id if name == "ce_subject" else was) for name, was in pattern.headers]
        made.append(pattern._replace(key=id, value=value, headers=headers))
    return made
