"""The relay and the scheduler outlive any fault; a relay that ended would be silent for ever.

What asyncpg raises when a server dies under it can be a fault of its own (`InternalClientError: cannot switch to …`).
"""

from datetime import timedelta

import asyncpg
import pytest
from aiokafka import TopicPartition

from schemas.identity import OrganisationRegistered
from services.chassis.kafka.client import user_of
from services.chassis.kafka.cluster import ClusterGuard
from services.chassis.kafka.relay import Relay
from services.chassis.kafka.subscriber import Subscriber
from services.chassis.postgres.faults import DOWN
from services.chassis.work.scheduler import Clock, Job, Scheduler
from tests.support import Connected, Database, organisation, until


class Stumbles(ClusterGuard):
    """Fails once as asyncpg does when its connection is gone in the middle of an operation."""

    stumbled = False

    async def check(self, client: object) -> None:
        if not self.stumbled:
            self.stumbled = True
            raise asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")


class StumblingScheduler(Scheduler):
    stumbled = False

    async def run_if_due(self, job: Job) -> bool:
        if not self.stumbled:
            self.stumbled = True
            raise asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
        return await super().run_if_due(job)


async def test_a_relay_starts_anew_after_a_fault_of_the_library_itself(living: Database) -> None:
    identity = await living.connect("identity")
    async with identity.transaction() as tx:
        await tx.emit(OrganisationRegistered(organisation()))
    relay, guard = Relay(living.settings, "identity"), Stumbles(living.settings, "identity", "")
    relay.start(guard)
    try:
        await until(lambda: sent(identity))
    finally:
        await relay.stop()
    assert guard.stumbled


async def test_a_scheduler_goes_on_after_a_fault_of_the_library_itself(matching: Connected) -> None:
    worked: list[Clock] = []

    async def work(clock: Clock) -> None:
        worked.append(clock)

    job, app = Job("work", timedelta(seconds=0.2), work), matching.app
    scheduler = StumblingScheduler([job], app.database, app.settings)
    scheduler.start()
    try:
        await until(lambda: worked)
    finally:
        await scheduler.stop()
    assert scheduler.stumbled


async def test_a_job_that_is_looked_at_often_is_begun_only_where_something_waits_for_it(matching: Connected) -> None:
    letters, begun, looks = ["first"], list[str](), 0

    async def send(clock: Clock) -> None:
        begun.append(letters.pop() if letters else "nothing")

    async def any_waits(clock: Clock) -> bool:
        nonlocal looks
        looks += 1
        return bool(letters)

    scheduler = Scheduler(
        [Job("send", timedelta(seconds=0.02), send, any_waits)], matching.app.database, matching.app.settings
    )
    scheduler.start()
    try:
        await until(lambda: looks >= 3)
        assert begun == ["first"]
        letters.append("second")
        await until(lambda: len(begun) == 2)
    finally:
        await scheduler.stop()
    assert begun == ["first", "second"]


async def test_a_job_under_which_the_database_went_away_has_not_failed_and_runs_again(matching: Connected) -> None:
    faults: list[Exception] = [asyncpg.ConnectionDoesNotExistError("closed in the middle"), OSError("no mail server")]

    async def work(clock: Clock) -> None:
        if faults:
            raise faults.pop(0)

    app = matching.app
    job = Job("cut_off", timedelta(hours=1), work)
    scheduler = Scheduler([job], app.database, app.settings)
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await scheduler.run_if_due(job)
    assert await failures(matching) == [None]
    assert await scheduler.run_if_due(job), "what was cut off is not waited for"
    assert await failures(matching) == ["OSError: no mail server"]


async def failures(connected: Connected) -> list[str | None]:
    async with connected.transaction() as tx:
        return [row["error"] for row in await tx.fetch("select error from job where name = 'cut_off'")]


async def test_partitions_that_come_while_it_stops_and_the_database_is_away_are_let_be(matching: Connected) -> None:
    app = matching.app
    subscriber = Subscriber(app.inbox, app.settings, group=user_of(app.settings, app.name))
    await subscriber.stop()
    await app.database.pool.close()
    await subscriber.on_partitions_assigned({TopicPartition("identity.account", 0)})


def test_a_fault_of_the_library_itself_parks_no_record() -> None:
    assert issubclass(asyncpg.InternalClientError, DOWN)


async def sent(connected: Connected) -> bool:
    async with connected.transaction() as tx:
        return await tx.fetchval("select count(*) from outbox where published_at is null") == 0
