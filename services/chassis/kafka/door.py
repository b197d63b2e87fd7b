"""The Kafka door of a service: open while Kafka is the one that the database belongs to, and the topics are there."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from uuid import UUID

import structlog
from aiokafka.errors import KafkaError

from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.kafka import binding, cluster, refill
from services.chassis.kafka.binding import Topics
from services.chassis.kafka.client import user_of
from services.chassis.kafka.cluster import Asker, Cluster, ClusterGuard
from services.chassis.kafka.inbox import Inbox
from services.chassis.kafka.relay import Relay
from services.chassis.kafka.subscriber import Subscriber
from services.chassis.postgres.transaction import Database

STOP_SECONDS = 5.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Opening:
    """Whom the door tells while it opens: before mirrors are filled, and when every mirror has been."""

    filling: Callable[[], None]
    filled: Callable[[], Awaitable[None]]


class KafkaDoor:
    """Relay and subscriber of one service."""

    def __init__(self, database: Database, settings: Settings, *, topics: Topics, inbox: Inbox, relay: Relay) -> None:
        self._database, self._settings, self._topics = database, settings, topics
        self._inbox, self._relay = inbox, relay
        self._asker = Asker(settings, inbox.service)
        self._open = False
        self._forbidden = False
        """At the last look Kafka did not let us at some topic."""
        self.subscriber: Subscriber | None = None

    async def open_if_ours(self, opening: Opening) -> list[str]:
        """Open if it can be opened, close if it must be, and return what an operator has to know.

        Raises what is DOWN when the database is away.
        """
        service = self._inbox.service
        try:
            kafka = await self._asker.describe(self._topics.names)
        except (KafkaError, OSError, ValueError, BadSettings) as error:
            return [cluster.in_words(error, self._settings, service)]
        async with self._database.transaction(SYSTEM) as tx:
            found = await binding.compare(tx, kafka, self._topics)
        if found.refused or (self._forbidden and not found.forbidden):  # who gets a topic back reads it when it opens
            await self.close()
        self._forbidden = bool(found.forbidden)
        if found.refused:
            return found.refused
        if not (found.missing or found.forbidden) or self._open:
            try:
                await self._open_for(kafka, opening)
            except (KafkaError, TimeoutError) as error:
                await self.close()
                return [f"the topics could not be opened yet ({type(error).__name__})"]
        return [*found.missing, *found.forbidden, *found.remade]

    async def is_filled(self) -> bool:
        """No mirror is left that has never been filled."""
        return not await refill.unfilled(self._inbox)

    async def close(self) -> None:
        """What is in hand is finished, if that takes no longer than a few seconds; the rest will be done again."""
        self._open = False
        self._asker.close()
        subscriber, self.subscriber = self.subscriber, None
        await asyncio.gather(within(self._relay.stop()), *([within(subscriber.stop())] if subscriber else []))

    async def _open_for(self, kafka: Cluster, opening: Opening) -> None:
        """Open, or open anew when a topic that is read has been made anew."""
        prefix = self._topics.prefix
        ids: dict[str, UUID] = {
            prefix + name: kafka.topics[prefix + name].id
            for name in self._topics.reads
            if prefix + name in kafka.topics
        }
        if self._open and ids.items() <= self._inbox.topic_ids.items():
            return
        await self.close()
        self._inbox.topic_ids |= ids
        guard = ClusterGuard(self._settings, self._inbox.service, kafka.id)
        if self._topics.writes:  # who may write nothing may not even begin to
            self._relay.start(guard)  # first: after a crash the group lets nobody in for six seconds
        if self._topics.reads:
            await self._read(guard, opening)
        self._open = True
        log.info("service started", service=self._inbox.service)

    async def _read(self, guard: ClusterGuard, opening: Opening) -> None:
        opening.filling()
        await refill.fill_new_mirrors(self._inbox, self._settings)
        await opening.filled()
        self.subscriber = Subscriber(
            self._inbox, self._settings, group=user_of(self._settings, self._inbox.service), guard=guard
        )
        await self.subscriber.start()


async def within(stopping: Coroutine[None, None, None], seconds: float = STOP_SECONDS) -> None:
    """However far it comes: what is left is not done, and will be done again.

    It is left alone then, not cancelled: cancelling would wait for the database that does not answer.
    """
    await asyncio.wait({asyncio.create_task(stopping)}, timeout=seconds)
