"""The jobs that every service has for its own health: sweep, forget again, roll segments, and what retention asks."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from aiokafka import AIOKafkaProducer

from services.chassis.base.settings import Settings
from services.chassis.kafka.decoding import ROLL_KEY
from services.chassis.work.reactions import Reactions
from services.chassis.work.scheduler import Clock, Job


def jobs(reactions: Reactions, topics: Sequence[str], wake_workers: Callable[[], Awaitable[None]]) -> list[Job]:
    """`topics`: those that the service writes, as the contracts name them."""

    async def sweep(clock: Clock) -> None:
        for mirror in reactions.mirrors.values():
            async with clock.transaction() as tx:
                await tx.execute(mirror.sweep_sql, reactions.to(mirror.of.topic))
        await wake_workers()

    async def forget_again(clock: Clock) -> None:
        for reaction in reactions.named.values():
            if reaction.erased and reaction.mirror:
                async with clock.transaction() as tx:
                    erased = await tx.fetch(reaction.mirror.erased_sql)
                for row in erased:
                    async with clock.transaction() as tx:
                        await reaction.erased(tx, row["id"])

    async def roll_segments(clock: Clock) -> None:
        await roll(clock.settings, topics)

    works = ((sweep, timedelta(minutes=1)), (forget_again, timedelta(days=1)), (roll_segments, timedelta(days=1)))
    return [Job(work.__name__, interval, work) for work, interval in works]


async def roll(settings: Settings, topics: Sequence[str]) -> None:
    """Append a null under `roll` to each partition of these topics: their old segments can be compacted."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers, acks="all")
    try:
        await producer.start()
        for name in topics:
            topic = settings.topic_prefix + name
            for partition in await producer.partitions_for(topic):
                await producer.send_and_wait(topic, key=ROLL_KEY, value=None, partition=partition)
    finally:
        await producer.stop()
