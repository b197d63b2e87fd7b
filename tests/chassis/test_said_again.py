"""Once a day the newest event of each partition is said again, so that Kafka compacts what is older. Nobody minds."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client import REGISTRY

from schemas.contracts import plan
from schemas.event import Erased
from schemas.identity import (
    Account,
    AccountChanged,
    AccountErased,
    Organisation,
    OrganisationChanged,
    OrganisationRegistered,
)
from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.kafka.encoding import partition_of
from services.chassis.kafka.relay import Relay
from services.chassis.operate import maintenance
from services.chassis.operate.retention import OUTBOX
from services.chassis.work.scheduler import Scheduler
from tests.support import Connected, Database, Person, mirrored, organisation, started, until

pytestmark = pytest.mark.timeout(120)
PARTITIONS = list(range(plan()["partitions"]))
WEEK = timedelta(days=8)


async def all_records(database: Database, topic: str) -> list[Any]:
    """Everything on a topic, partition by partition."""
    consumer: Any = AIOKafkaConsumer(**client_options(database.settings, ADMIN))
    await consumer.start()
    try:
        places = [TopicPartition(database.settings.topic_prefix + topic, number) for number in PARTITIONS]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found: dict[TopicPartition, list[Any]] = {place: [] for place in places}
        while any([await consumer.position(place) < ends[place] for place in places]):
            for place, some in (await consumer.getmany(timeout_ms=200)).items():
                found[place] += some
    finally:
        await consumer.stop()
    return [one for place in places for one in found[place]]


async def roll(connected: Connected) -> None:
    """As the clock does it; the relay has done its part too in the end."""
    [job] = [job for job in connected.app.scheduler.jobs if job.name == "roll_segments"]
    async with connected.transaction() as tx:
        await tx.execute("delete from job where name = 'roll_segments'")
    await Scheduler([job], connected.app.database, connected.app.settings).run_if_due(job)  # or its own does it
    await until(lambda: has_rolled(connected))


async def has_rolled(connected: Connected) -> bool:
    """The job has ended well, and the relay has done its part."""
    async with connected.transaction() as tx:
        return await tx.fetchval(
            "select exists (select from job where name = 'roll_segments' and ended_at is not null and error is null)"
            " and not exists (select from said_again) and not exists (select from outbox where published_at is null)"
        )


def of_each_partition() -> list[Organisation]:
    """Two organisations for each partition of their topic."""
    found: dict[int, list[Organisation]] = {number: [] for number in PARTITIONS}
    while any(len(some) < 2 for some in found.values()):
        one = organisation(f"X{len(str(found)) % 10000:04}")
        some = found[partition_of(one.id, PARTITIONS)]
        if len(some) < 2:
            some.append(one)
    return [one for some in found.values() for one in some]


async def emit(connected: Connected, *events: Any) -> None:
    async with connected.transaction() as tx:
        await tx.emit(*events)


async def test_the_newest_event_of_each_partition_is_said_again_as_it_was_and_nobody_minds(living: Database) -> None:
    trusts = of_each_partition()
    async with started(living, "identity") as identity:
        await until(lambda: has_rolled(identity))  # as each does when it starts for the first time
        await emit(identity, *(OrganisationRegistered(one) for one in trusts))
        for one in trusts:
            await until(lambda one=one: mirrored(identity, Organisation, one.id))
        before, counted = await all_records(living, "identity.organisation"), news_heard()
        await roll(identity)
        after = await all_records(living, "identity.organisation")
        await until(lambda: heard_all(identity, after))
        async with identity.transaction() as tx:
            assert await tx.fetchval("select count(*) from parked") == 0
            assert await tx.fetchval("select count(*) from due") == 0
            assert await tx.fetchval("select array_agg(distinct version) from mirror_organisation") == [1]
    assert len(before) == len(trusts)
    for number in PARTITIONS:
        had = [one for one in before if one.partition == number]
        has = [one for one in after if one.partition == number]
        assert len(has) == len(had) + 1
        assert (has[-1].key, has[-1].value, has[-1].headers) == (had[-1].key, had[-1].value, had[-1].headers)
    assert news_heard() == counted, "a repetition is no news that came late"


def news_heard() -> float | None:
    labels = {"service": "identity", "topic": "identity.organisation"}
    return REGISTRY.get_sample_value("pln_event_age_seconds_count", labels)


async def heard_all(connected: Connected, records: Sequence[Any]) -> bool:
    async with connected.transaction() as tx:
        rows = await tx.fetch("select topic, partition, next_offset from position")
    at = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
    return all(at.get((one.topic, one.partition), 0) > one.offset for one in records)


async def test_an_erasure_is_said_again_where_there_is_nothing_else(living: Database) -> None:
    person = Person()
    async with started(living, "identity") as identity:
        await until(lambda: has_rolled(identity))  # as each does when it starts for the first time
        changed = Account(id=person.id, version=2, called="Another")
        await emit(identity, person.opened)
        await emit(identity, AccountChanged(changed))
        await emit(identity, AccountErased(Erased(id=person.id, version=3)))
        await roll(identity)
        last = (await all_records(living, "identity.account"))[-1]
    assert json.loads(last.value) == {"id": str(person.id), "version": 3, "erased": True}
    assert person.called.encode() not in last.value


async def test_a_topic_on_which_nothing_was_ever_said_gets_nothing(living: Database) -> None:
    async with started(living, "identity") as identity:
        await until(lambda: has_rolled(identity))  # as each does when it starts for the first time
        await roll(identity)
        found = list[list[Any]]()

        async def read() -> bool:
            with suppress(KafkaError):  # a topic that was made just now may have no leader yet
                found.append(await all_records(living, "identity.account"))
            return bool(found)

        await until(read)
        assert found == [[]]


async def test_what_was_replaced_meanwhile_is_not_said_after_what_replaced_it(living: Database) -> None:
    """Between the job and the relay something newer is said: the older one would be the newest record of its key."""
    trust = organisation()
    identity = await living.connect("identity")
    await emit(identity, OrganisationRegistered(trust))
    async with identity.transaction() as tx:
        await tx.execute("update outbox set published_at = clock_timestamp()")
        await maintenance.say_again(tx, ["identity.organisation"])
        assert await tx.fetchval("select count(*) from said_again") == 1
    await emit(identity, OrganisationChanged(trust.with_changes(version=2)))
    relay = Relay(living.settings, "identity")
    relay.start()
    try:

        async def noted() -> bool:
            async with identity.transaction() as tx:
                return bool(await tx.fetchval("select exists (select from said_again)"))

        async def all_said() -> bool:
            async with identity.transaction() as tx:
                return not await noted() and not await tx.fetchval(
                    "select exists (select from outbox where published_at is null)"
                )

        await until(all_said)
    finally:
        await relay.stop()
    versions = [json.loads(one.value)["version"] for one in await all_records(living, "identity.organisation")]
    assert versions == [2]


@pytest.mark.parametrize("rolled", [False, True])
async def test_an_event_stays_in_the_outbox_until_a_roll_came_a_day_after_it(identity: Connected, rolled: bool) -> None:
    """A service that was away for longer than a week: what it said last has not been rolled away yet."""
    trust = organisation()
    await emit(identity, OrganisationRegistered(trust))
    async with identity.transaction() as tx:
        await tx.execute("update outbox set published_at = now() - $1::interval", WEEK)
        last_roll = timedelta(hours=1) if rolled else WEEK
        sql = "insert into job (name, started_at, ended_at) values ('roll_segments', now() - $1::interval, now())"
        await tx.execute(sql, last_roll)
    [job] = [job for job in identity.app.scheduler.jobs if job.name == OUTBOX.job]
    assert await Scheduler([job], identity.app.database, identity.app.settings).run_if_due(job)
    left: list[UUID] = []
    async with identity.transaction() as tx:
        left = [row["key"] for row in await tx.fetch("select key from outbox")]
    assert left == ([] if rolled else [trust.id])
