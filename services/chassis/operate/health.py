"""Health: what of a service is stuck, since when, and what is late. For Prometheus, readiness and /ops/<service>."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.chassis.base import metrics
from services.chassis.base.hands import SYSTEM
from services.chassis.kafka.lag import Behind
from services.chassis.kafka.subscriber import Subscriber
from services.chassis.postgres.faults import in_words
from services.chassis.postgres.transaction import Database, Row, Transaction
from services.chassis.work.leases import Stands
from services.chassis.work.outgoing import Outgoing
from services.chassis.work.scheduler import Scheduler

Waits = Callable[[Transaction], Awaitable[Mapping[str, datetime | None]]]
"""Since when somebody has waited longest in a room, by a code for what they wait for; None when nobody does."""

_SNAPSHOT = """
select clock_timestamp() as now,
    (select min(written_at) from outbox where published_at is null) as unpublished_since,
    (select count(*) from outbox where published_at is null) as unpublished,
    (select min(since) from due) as due_since,
    (select count(*) from due) as due,
    (select count(*) from due where tries > 0) as failing,
    (select min(at) from timer where at <= statement_timestamp()) as timer_since,
    (select count(*) from timer) as timers,
    (select min(parked_at) from parked) as parked_since,
    (select count(*) from parked) as parked
"""
_JOBS = "select name, started_at, ended_at, error from job"


async def nobody_waits(tx: Transaction) -> Mapping[str, datetime | None]:
    """The `waits` of a room in which nobody waits for anything."""
    return {}


@dataclass(frozen=True)
class JobRun:
    """The last run of a job; `late_seconds`: for how long the next should have begun."""

    name: str
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None
    late_seconds: float


@dataclass(frozen=True)
class Snapshot:
    """What was stuck at a moment. `…_since` is None when there is none."""

    now: datetime
    unpublished: int
    unpublished_since: datetime | None
    due: int
    due_since: datetime | None
    failing: int
    timers: int
    timer_since: datetime | None
    """Of the oldest whose time has come. Before its time a timer is nobody's debt."""
    parked: int
    parked_since: datetime | None
    jobs: tuple[JobRun, ...]
    waits: Mapping[str, datetime | None]
    outgoing: Mapping[str, Stands]
    """By what people wait for."""

    def age(self, since: datetime | None) -> float:
        """Seconds from then to this moment; 0 for None."""
        return max(0.0, (self.now - since).total_seconds()) if since else 0.0


class Health:
    """Looks at one running service, in its database and at its subscriber (while there is one)."""

    def __init__(
        self,
        database: Database,
        scheduler: Scheduler,
        waits: Waits,
        subscriber: Callable[[], Subscriber | None],
        *,
        outgoing: Sequence[Outgoing[Any]] = (),
    ) -> None:
        self._database, self._scheduler, self._waits = database, scheduler, waits
        self._subscriber, self._outgoing = subscriber, outgoing

    async def snapshot(self) -> Snapshot:
        """Ask the database. Raises when it does not answer."""
        async with self._database.transaction(SYSTEM) as tx:
            row = await tx.fetchrow(_SNAPSHOT)
            runs = {run["name"]: run for run in await tx.fetch(_JOBS)}
            waits = await self._waits(tx)
            outgoing = {one.what: await one.rows.stands(tx) for one in self._outgoing}
        assert row
        since = self._scheduler.since
        jobs = tuple(
            _run(job.name, job.every.total_seconds(), runs.get(job.name), since, row["now"])
            for job in self._scheduler.jobs
        )
        return Snapshot(**dict(row), jobs=jobs, waits=waits, outgoing=outgoing)

    def behind(self) -> dict[str, Behind]:
        """How far this instance is behind in what it reads, by topic."""
        subscriber = self._subscriber()
        return subscriber.behind() if subscriber else {}

    async def problems(self) -> list[str]:
        """Why the service cannot work now, as far as the database and Kafka say; also brings the gauges up to date."""
        reasons: list[str] = []
        try:
            await self.measure()
        except Exception as error:
            reasons.append(f"database: {in_words(error)}")
        if subscriber := self._subscriber():
            if silence := subscriber.silence:
                reasons.append(f"broker: {silence}")
            if not subscriber.assigned():
                reasons.append("broker: no partitions assigned")
        return reasons

    async def measure(self) -> None:
        """Bring the gauges up to date. Raises when the database does not answer."""
        name, pool = self._database.service, self._database.pool
        for topic, behind in self.behind().items():
            metrics.CONSUMER_LAG.labels(name, topic).set(behind.records)
            metrics.CONSUMER_BEHIND.labels(name, topic).set(behind.seconds)
        metrics.POOL_CONNECTIONS.labels(name, "open").set(pool.get_size())
        metrics.POOL_CONNECTIONS.labels(name, "idle").set(pool.get_idle_size())
        _set_gauges(name, await self.snapshot())


def _run(name: str, every: float, last: Row | None, since: datetime, now: datetime) -> JobRun:
    """A job that never ran is late from when the service was put together."""
    if last is None:
        return JobRun(name, None, None, None, max(0.0, (now - since).total_seconds()))
    late = (now - last["started_at"]).total_seconds() - every
    return JobRun(name, last["started_at"], last["ended_at"], last["error"], max(0.0, late))


def _set_gauges(name: str, now: Snapshot) -> None:
    metrics.OUTBOX_OLDEST.labels(name).set(now.age(now.unpublished_since))
    metrics.OUTBOX_ROWS.labels(name).set(now.unpublished)
    metrics.DUE_OLDEST.labels(name).set(now.age(now.due_since))
    metrics.DUE_FAILING.labels(name).set(now.failing)
    metrics.TIMER_LATE.labels(name).set(now.age(now.timer_since))
    metrics.TIMERS.labels(name).set(now.timers)
    metrics.PARKED_ROWS.labels(name).set(now.parked)
    for job in now.jobs:
        metrics.JOB_LATE.labels(name, job.name).set(job.late_seconds)
        metrics.JOB_FAILED.labels(name, job.name).set(1 if job.error else 0)
    for what, since in now.waits.items():
        metrics.OLDEST_WAITING.labels(name, what).set(now.age(since))
    for what, stands in now.outgoing.items():
        for state, rows in (("due", stands.due), ("later", stands.later), ("given_up", stands.given_up)):
            metrics.OUTGOING_ROWS.labels(name, what, state).set(rows)
        metrics.OUTGOING_REFUSED.labels(name, what).set(now.age(stands.refused_since))
