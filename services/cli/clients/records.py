"""What stands in Kafka, read as an operator reads it: without a group, so that no service's place is moved."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from schemas.contracts import plan
from services.chassis.base.settings import Settings
from services.chassis.kafka.client import ADMIN, client_options
from services.cli.base.trouble import Trouble, reason
from services.cli.local.probes import quiet_aiokafka, why_refused

READ_SECONDS = 10.0
Offsets = dict[TopicPartition, int]
Batch = dict[TopicPartition, list[Any]]
"""Records by partition, as `AIOKafkaConsumer.getmany` answers; aiokafka publishes no types."""


@asynccontextmanager
async def reading(settings: Settings) -> AsyncGenerator[AIOKafkaConsumer]:
    """A consumer that belongs to no group and notes nothing. Raises Trouble when Kafka does not answer."""
    consumer = AIOKafkaConsumer(**client_options(settings, ADMIN), group_id=None, enable_auto_commit=False)
    with quiet_aiokafka():
        try:
            await consumer.start()
            yield consumer
        except (KafkaError, OSError) as fault:
            where = f"The Kafka at {settings.kafka_bootstrap_servers}"
            silent = f"{where} does not answer ({reason(fault)}). `pln doctor` says more."
            raise Trouble(await why_refused(settings) or silent) from fault
        finally:
            await consumer.stop()


def partitions_of(topics: Sequence[str], prefix: str) -> list[TopicPartition]:
    """Every partition of the topics, as deploy/kafka/topics.yaml has them."""
    return [TopicPartition(prefix + topic, number) for topic in topics for number in range(int(plan()["partitions"]))]


def known_topics(named: Sequence[str] = ()) -> list[str]:
    """The named topics, or all of them. Raises Trouble for a name that is none."""
    known = list(plan()["topics"])
    if wrong := [name for name in named if name not in known]:
        raise Trouble(f"There is no topic {', '.join(wrong)}. Topics: {', '.join(known)}.")
    return list(named) or known


async def ends(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> Offsets:
    """The offset after each partition's newest record."""
    return cast("Offsets", await consumer.end_offsets(places))


async def begins(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> Offsets:
    """The offset of each partition's oldest record."""
    return cast("Offsets", await consumer.beginning_offsets(places))


async def record_at(settings: Settings, place: TopicPartition, offset: int) -> Any:
    """The record at one place, or None when Kafka has compacted it away since."""
    async with reading(settings) as consumer:
        consumer.assign([place])
        if offset >= (await ends(consumer, [place]))[place]:
            return None
        consumer.seek(place, offset)
        got = cast("Batch", await consumer.getmany(place, timeout_ms=int(READ_SECONDS * 1000), max_records=1))
    found = got.get(place, [])
    return found[0] if found and found[0].offset == offset else None
