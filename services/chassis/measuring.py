"""How a service stands: what is stuck, since when, and what is late. For Prometheus and for /ops/<service>."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from services.chassis import observability
from services.chassis.access import SYSTEM
from services.chassis.transaction import Record, Transaction, transaction

if TYPE_CHECKING:
    from services.chassis.service import Service

Waits = Callable[[Transaction], Awaitable[Mapping[str, datetime | None]]]
"""Since when somebody has waited longest in a room, by a code for what they wait for; None when nobody does."""

_STANDS = """
select clock_timestamp() as now,
    (select min(written_at) from outbox where published_at is null) as unpublished_since,
    (select count(*) from outbox where published_at is null) as unpublished,
    (select min(since) from due) as due_since,
    (select count(*) from due) as due,
    (select count(*) from due where tries > 0) as failing,
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
class Standing:
    """How a service stood at a moment. `…_since` is None when there is none."""

    now: datetime
    unpublished: int
    unpublished_since: datetime | None
    due: int
    due_since: datetime | None
    failing: int
    parked: int
    parked_since: datetime | None
    jobs: tuple[JobRun, ...]
    waits: Mapping[str, datetime | None]

    def age(self, since: datetime | None) -> float:
        """Seconds from then to this moment; 0 for None."""
        return max(0.0, (self.now - since).total_seconds()) if since else 0.0


async def look(service: "Service") -> Standing:
    """Ask the database. Raises when it does not answer."""
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        row = await tx.fetchrow(_STANDS)
        runs = {run["name"]: run for run in await tx.fetch(_JOBS)}
        waits = await service.waits(tx)
    assert row
    jobs = tuple(
        _run(job.name, job.every.total_seconds(), runs.get(job.name), service.timekeeper.since, row["now"])
        for job in service.timekeeper.jobs
    )
    return Standing(**dict(row), jobs=jobs, waits=waits)


def _run(name: str, every: float, last: Record | None, since: datetime, now: datetime) -> JobRun:
    """A job that never ran is late from when the service was put together."""
    if last is None:
        return JobRun(name, None, None, None, max(0.0, (now - since).total_seconds()))
    late = (now - last["started_at"]).total_seconds() - every
    return JobRun(name, last["started_at"], last["ended_at"], last["error"], max(0.0, late))


async def measure(service: "Service") -> None:
    """Bring the gauges up to date. Raises when the database does not answer."""
    stands, name = await look(service), service.name
    observability.OUTBOX_OLDEST.labels(name).set(stands.age(stands.unpublished_since))
    observability.OUTBOX_ROWS.labels(name).set(stands.unpublished)
    observability.DUE_OLDEST.labels(name).set(stands.age(stands.due_since))
    observability.DUE_FAILING.labels(name).set(stands.failing)
    observability.PARKED_ROWS.labels(name).set(stands.parked)
    for job in stands.jobs:
        observability.JOB_LATE.labels(name, job.name).set(job.late_seconds)
        observability.JOB_FAILED.labels(name, job.name).set(1 if job.error else 0)
    for what, since in stands.waits.items():
        observability.OLDEST_WAITING.labels(name, what).set(stands.age(since))
    observability.POOL_CONNECTIONS.labels(name, "open").set(service.pool.get_size())
    observability.POOL_CONNECTIONS.labels(name, "idle").set(service.pool.get_idle_size())
