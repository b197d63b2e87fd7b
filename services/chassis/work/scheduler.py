"""The clock door: what a service does from time to time. A job is idempotent and runs once at a time, network-wide."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from services.chassis.base import failpoints, metrics
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.postgres.faults import DATABASE_AWAY
from services.chassis.postgres.transaction import Database

LOOK_SECONDS = 1.0
SHOWN_SECONDS = 15.0
"""A job for which nothing waits is begun all the same after so long: its last start shows operators that it could."""

log = structlog.get_logger()
Work = Callable[["Clock"], Awaitable[None]]

_TAKE = "select pg_try_advisory_xact_lock(hashtextextended('pln:job:' || $1 || ':' || $2, 0))"
# One that was started and has not ended was cut off, since nobody else has its lock: it is not waited for again.
_IS_DUE = """
select not exists (select from job
    where name = $1 and ended_at is not null and started_at > clock_timestamp() - $2::interval)
"""
_STARTED = """
insert into job (name, started_at) values ($1, clock_timestamp())
on conflict (name) do update set started_at = excluded.started_at, ended_at = null, error = null
"""
_ENDED = "update job set ended_at = clock_timestamp(), error = $2 where name = $1"


@dataclass(frozen=True)
class Job:
    """`waits`: whether anything waits for it; one that is looked at often is not begun where nothing does."""

    name: str
    every: timedelta
    work: Work
    waits: Callable[["Clock"], Awaitable[bool]] | None = None


@dataclass(frozen=True)
class Clock:
    """What a job gets: the settings, and transactions as the system, as many as it needs, one after another."""

    database: Database
    settings: Settings

    @property
    def service(self) -> str:
        return self.database.service

    def transaction(self):
        return self.database.transaction(SYSTEM)


class Jobs:
    """The jobs of one service, declared in its jobs.py."""

    def __init__(self) -> None:
        self.all: list[Job] = []

    def every(self, **interval: float) -> Callable[[Work], Work]:
        """`@jobs.every(minutes=5)`. The interval is from start to start, across all instances of the service."""

        def declare(work: Work) -> Work:
            self.all.append(Job(getattr(work, "__name__", "job"), timedelta(**interval), work))
            return work

        return declare


class Scheduler:
    """Starts each job when its time has come."""

    def __init__(self, jobs: list[Job], database: Database, settings: Settings) -> None:
        self.jobs, self._clock = jobs, Clock(database, settings)
        self.since = datetime.now(UTC)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        next_look = {job.name: 0.0 for job in self.jobs}
        begun_at = {job.name: -SHOWN_SECONDS for job in self.jobs}
        pause = min([LOOK_SECONDS, *(job.every.total_seconds() / 4 for job in self.jobs)])
        loop = asyncio.get_running_loop()
        while True:
            for job in self.jobs:
                now = loop.time()
                if now < next_look[job.name]:
                    continue
                if now < begun_at[job.name] + SHOWN_SECONDS and not await self._waits(job):
                    next_look[job.name] = now + job.every.total_seconds()
                    continue
                next_look[job.name] = now + min(job.every.total_seconds() / 4, 60.0)
                if await self._look(job):
                    begun_at[job.name] = now
            await asyncio.sleep(pause)

    async def _waits(self, job: Job) -> bool:
        try:
            return job.waits is None or await job.waits(self._clock)
        except Exception:
            return True  # the look that follows says what is the matter

    async def _look(self, job: Job) -> bool:
        """Whether it was begun."""
        try:
            return await self.run_if_due(job)
        except Exception as error:  # a job's own failure is noted; this is the database's or its library's
            log.warning("job waits for the database", job=job.name, error=repr(error))
            return False

    async def run_if_due(self, job: Job) -> bool:
        """Run it when its interval has passed and nobody else runs it. Its own failure is noted, not raised."""
        if not await self._clock.database.pool.fetchval(_IS_DUE, job.name, job.every):
            return False  # nearly always: one question, and no lock
        async with self._clock.transaction() as lock:
            await lock.execute("select set_config('idle_in_transaction_session_timeout', '0', true)")
            if not await lock.fetchval(_TAKE, self._clock.service, job.name):
                return False
            async with self._clock.transaction() as tx:
                if not await tx.fetchval(_IS_DUE, job.name, job.every):
                    return False
                await tx.execute(_STARTED, job.name)
            error: str | None = None
            try:
                with metrics.job_timed(self._clock.service, job.name):
                    failpoints.passing("job-working")
                    await job.work(self._clock)
            except DATABASE_AWAY:
                raise  # no failure of the job's own: it was cut off, and runs again at the next look
            except Exception as failure:
                error = f"{type(failure).__name__}: {failure}"[:500]
                metrics.job_failed(self._clock.service, job.name)
                log.exception("job failed", job=job.name)
            async with self._clock.transaction() as tx:
                await tx.execute(_ENDED, job.name, error)
        return True
