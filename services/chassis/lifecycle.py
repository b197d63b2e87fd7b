"""From start to stop: each door of a service opens as soon as what it needs is there, and health tells what is missing.

Nothing here gives up and nothing ends the process: what is wrong stands in the log once, and in the health answer for
as long as it lasts. Pages need the database; the Kafka door needs the Kafka that the database belongs to; the clock,
and reactions, need every mirror to have been filled once.
"""

import asyncio

import structlog

from services.chassis.kafka.door import STOP_SECONDS, KafkaDoor, Opening, within
from services.chassis.postgres.connections import schema_problems
from services.chassis.postgres.faults import DOWN, in_words
from services.chassis.postgres.migrate import Steps
from services.chassis.postgres.transaction import Database
from services.chassis.work.scheduler import Scheduler
from services.chassis.work.workers import Workers

LOOK_SECONDS = 5.0
LOOK_SOON_SECONDS = 1.0
"""While something is wrong."""

log = structlog.get_logger()


class Lifecycle:
    """Looks after the doors of one service from start to stop. `tables`: what its schema must have."""

    def __init__(
        self, database: Database, tables: Steps, *, kafka: KafkaDoor, workers: Workers, scheduler: Scheduler
    ) -> None:
        self._database, self._tables = database, tables
        self._kafka, self._workers, self._scheduler = kafka, workers, scheduler
        self._task: asyncio.Task[None] | None = None
        self._works = False
        self.pages_open = False
        """The database was there, and is as this version needs it."""
        self.problems: list[str] = []
        """Why the service cannot do all its work, as of the last look."""
        self.all_open = asyncio.Event()
        """Set once there has been no problem."""

    @property
    def started(self) -> bool:
        return self._task is not None

    def start(self) -> None:
        self.problems = ["starting"]
        self._task = asyncio.create_task(self._look_after())

    async def stop(self) -> None:
        """What is in hand is finished, if that takes no longer than a few seconds; the rest will be done again."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=STOP_SECONDS)
        await asyncio.gather(within(self._scheduler.stop()), within(self._workers.stop()), self._kafka.close())

    async def _look_after(self) -> None:
        structlog.contextvars.bind_contextvars(service=self._database.service)  # in what libraries log from here too
        while True:
            try:
                self._note(await self._look())
            except DOWN as error:
                self._note([f"database: {in_words(error)}"])
            except Exception as error:
                log.exception("doors could not be looked after", service=self._database.service)
                self._note([f"fault: {type(error).__name__}"])
            await asyncio.sleep(LOOK_SOON_SECONDS if self.problems else LOOK_SECONDS)

    async def _look(self) -> list[str]:
        """Open what can be opened, and return what is wrong. Raises what is DOWN when the database is away."""
        if not self.pages_open:
            if problems := await schema_problems(self._database.pool, self._tables):
                return [f"database: {problem}" for problem in problems]
            self.pages_open = True
        await self._work_if_filled()
        opening = Opening(self._filling, self._work_if_filled)
        return [f"broker: {problem}" for problem in await self._kafka.open_if_ours(opening)]

    def _filling(self) -> None:
        self._note(["starting: reading what the topics hold"])

    async def _work_if_filled(self) -> None:
        """Workers and clock start once: when no mirror is left that has never been filled."""
        if not self._works and await self._kafka.is_filled():
            self._works = True
            self._workers.start()
            self._scheduler.start()

    def _note(self, problems: list[str]) -> None:
        if problems != self.problems:
            if problems:
                log.warning("not ready", service=self._database.service, error="; ".join(problems))
            else:
                log.info("ready", service=self._database.service)
                self.all_open.set()
        self.problems = problems
