"""When the doors of a service are open: each opens as soon as what it needs is there, and says what it waits for.

Nothing here gives up and nothing ends the process: what is wrong stands in the log once, and in the health answer for
as long as it lasts. Pages need the database; the Kafka door needs the Kafka that the database belongs to; the clock,
and what is done about news, need every mirror to have been filled once.
"""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from aiokafka.errors import KafkaError

from services.chassis import broker, database, known, tables, upkeep
from services.chassis.access import SYSTEM
from services.chassis.broker import Guard, Kafka
from services.chassis.hearing import DOWN
from services.chassis.subscriber import Subscriber
from services.chassis.transaction import transaction

if TYPE_CHECKING:
    from services.chassis.service import Service

LOOK_SECONDS = 5.0
LOOK_SOON_SECONDS = 1.0
"""While something is wrong."""
STOP_SECONDS = 5.0

log = structlog.get_logger()


class Doors:
    """Looks after the doors of one service from start to stop."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._steps = tables.steps(service.folder / "migrations", list(service.reactions.mirrors.values()))
        self._wanted = known.Wanted(
            service.settings.topic_prefix,
            hears=list(service.reactions.mirrors),
            says=[state.topic for state in service.card.publishes],
        )
        self._task: asyncio.Task[None] | None = None
        self._works = False
        self._kafka_open = False
        self.pages_open = False
        """The database was there, and is as this version needs it."""
        self.wrong = ["starting"]
        """Why the service cannot do all its work, as of the last look."""
        self.all_open = asyncio.Event()
        """Set once nothing has been wrong."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._look_after())

    async def stop(self) -> None:
        """What is in hand is finished, if that takes no longer than a few seconds; the rest will be done again."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=STOP_SECONDS)
        service = self._service
        await asyncio.gather(_within(service.timekeeper.stop()), _within(service.workers.stop()), self._shut_kafka())

    async def _look_after(self) -> None:
        while True:
            try:
                self._say(await self._look())
            except DOWN as error:
                self._say([f"database: {database.in_words(error)}"])
            except Exception as error:
                log.exception("doors could not be looked after", service=self._service.name)
                self._say([f"fault: {type(error).__name__}"])
            await asyncio.sleep(LOOK_SOON_SECONDS if self.wrong else LOOK_SECONDS)

    async def _look(self) -> list[str]:
        """Open what can be opened, and return what is wrong. Raises what is DOWN when the database is away."""
        if not self.pages_open:
            if wrong := await database.wrong(self._service.pool, self._steps):
                return [f"database: {reason}" for reason in wrong]
            self.pages_open = True
        await self._work_if_filled()
        settings = self._service.settings
        try:
            kafka = await broker.look(settings.kafka_bootstrap_servers, self._wanted.names)
        except (KafkaError, OSError, ValueError) as error:
            return [f"broker: {broker.in_words(error, settings.kafka_bootstrap_servers)}"]
        async with transaction(self._service.name, self._service.pool, SYSTEM) as tx:
            found = await known.compare(tx, kafka, self._wanted)
        if found.refused:
            await self._shut_kafka()
        elif not found.missing or self._kafka_open:
            try:
                await self._open_kafka(kafka)
            except (KafkaError, TimeoutError) as error:
                await self._shut_kafka()
                return [f"broker: the topics could not be opened yet ({type(error).__name__})"]
        return [f"broker: {reason}" for reason in (*found.refused, *found.missing, *found.remade)]

    async def _open_kafka(self, kafka: Kafka) -> None:
        """Open the Kafka door, or open it anew when a topic that is heard has been made anew."""
        hearing, prefix = self._service.hearing, self._wanted.prefix
        ids: dict[str, UUID] = {
            prefix + name: kafka.topics[prefix + name].id
            for name in self._wanted.hears
            if prefix + name in kafka.topics
        }
        if self._kafka_open and ids.items() <= hearing.topic_ids.items():
            return
        await self._shut_kafka()
        hearing.topic_ids |= ids
        await self._hear_and_send(Guard(self._service.settings.kafka_bootstrap_servers, kafka.cluster))

    async def _hear_and_send(self, guard: Guard) -> None:
        service, settings = self._service, self._service.settings
        service.relay.start(guard)  # first: after a crash the group lets nobody in for six seconds
        if self._wanted.hears:
            self._say(["starting: reading what the topics hold"])
            await upkeep.fill_new_mirrors(service)
            await self._work_if_filled()
            service.subscriber = Subscriber(
                service.hearing,
                bootstrap=settings.kafka_bootstrap_servers,
                group=settings.topic_prefix + service.name,
                guard=guard,
            )
            await service.subscriber.start()
        self._kafka_open = True
        log.info("service started", service=service.name)

    async def _shut_kafka(self) -> None:
        self._kafka_open = False
        service, subscriber = self._service, self._service.subscriber
        service.subscriber = None
        await asyncio.gather(_within(service.relay.stop()), *([_within(subscriber.stop())] if subscriber else []))

    async def _work_if_filled(self) -> None:
        """Workers and clock start once: when no mirror is left that has never been filled."""
        if not self._works and not await upkeep.unfilled(self._service):
            self._works = True
            self._service.workers.start()
            self._service.timekeeper.start()

    def _say(self, wrong: list[str]) -> None:
        if wrong != self.wrong:
            if wrong:
                log.warning("not ready", service=self._service.name, error="; ".join(wrong))
            else:
                log.info("ready", service=self._service.name)
                self.all_open.set()
        self.wrong = wrong


async def _within(stopping: Coroutine[None, None, None]) -> None:
    """However far it comes: what is left is not done, and will be done again.

    It is left alone then, not cancelled: cancelling would wait for the database that does not answer.
    """
    await asyncio.wait({asyncio.create_task(stopping)}, timeout=STOP_SECONDS)
