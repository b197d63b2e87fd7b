"""The relay's batching as a program of its own: `python -O -m tests.chassis.batching COUNT` runs it without asserts.

It prints how many batches large events fill, and how many events are in them. It needs no Kafka.
"""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any, cast

from aiokafka import AIOKafkaProducer

from services.chassis.base.settings import Settings
from services.chassis.kafka.relay import Relay
from services.chassis.postgres.outbox import MAX_EVENT_BYTES
from services.chassis.postgres.transaction import Row, new_id


async def batches_of(count: int) -> list[int]:
    """How many events each batch of `count` large ones has."""
    relay = Relay(Settings(profile="test", kafka_bootstrap_servers="127.0.0.1:9"), "identity")
    producer = AIOKafkaProducer(max_batch_size=1 << 20)  # never started
    rows = cast("list[Row]", [outbox_row() for _ in range(count)])
    batches: list[Any] = list(relay._batches(producer, rows))  # pyright: ignore[reportPrivateUsage]
    await producer.stop()
    return [batch.record_count() for batch in batches]


def outbox_row() -> dict[str, object]:
    """What the relay reads of an event in the outbox that is half as large as one may be."""
    ids = {name: new_id() for name in ("key", "event_id", "correlation_id")}
    said = {
        "topic": "identity.organisation",
        "type": "OrganisationRegistered",
        "version": 1,
        "value": "x" * (MAX_EVENT_BYTES // 2),
    }
    return {**ids, **said, "happened_at": datetime.now(UTC), "traceparent": ""}


if __name__ == "__main__":
    found = asyncio.run(batches_of(int(sys.argv[1])))
    print(len(found), sum(found))
