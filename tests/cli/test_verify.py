"""The checker: it is green where all is well, and names each promise that is broken on purpose."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from schemas.identity import OrganisationChanged
from services.chassis.base.settings import Settings
from services.chassis.kafka import topics
from services.chassis.kafka.client import ADMIN, client_options
from services.cli.verify.check import check
from services.cli.verify.report import PROMISES, Acknowledged, Expected, Report
from services.matching.commands import posting
from tests.cli.broken import FIRST, SECOND, Break
from tests.cli.little import SPENT_KEY, Little, do_the_main_job, own_database, running
from tests.support import drop_database, make_database, record_of, with_database

pytestmark = pytest.mark.timeout(180)

AS_NOBODY_CAN = "set session_replication_role = replica;"


@dataclass
class Still:
    """The little network after its main job, stopped: nothing moves any more."""

    little: Little

    async def copy(self) -> str:
        """A database of its own that holds the same; its DSN."""
        admin = self.little.database.settings.admin_dsn()
        return await make_database(
            admin.replace(name_of(admin), "postgres"), f"pln_test_{secrets.token_hex(4)}", name_of(admin)
        )

    async def verify(self, url: str, **expected: Any) -> Report:
        environment = self.little.environment | {"PLN_DATABASE_URL": url}
        return await check(environment, expected=Expected(**expected), patience_seconds=0)


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


async def run_sql(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
async def still(run_settings: Settings, template: str) -> AsyncIterator[Still]:
    async with own_database(run_settings, template) as database:
        async with running(database) as little:
            await do_the_main_job(little)
            report = await verify_while_much_is_under_way(little)
            assert report.ok, report.in_words()
            await little.settle()
        yield Still(little)


async def verify_while_much_is_under_way(little: Little) -> Report:
    """Words change all the time while the checker looks."""
    stopped = asyncio.Event()

    async def change() -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            await asyncio.sleep(0.02)
            async with little.acting("matching", little.staff["coordinator"]) as tx:
                words = {"title": f"Title {number}", "summary": "S.", "what_will_change": "W."}
                await posting.reword_opportunity(tx, little.ids["opportunity"], **words)

    changing = asyncio.create_task(change())
    try:
        return await little.verify(patience=20)
    finally:
        stopped.set()
        await changing


async def test_a_whole_network_is_counted_and_every_promise_holds(still: Still) -> None:
    report = await still.verify(still.little.environment["PLN_DATABASE_URL"])
    assert report.ok, report.in_words()
    assert report.counted["topics"] == len(topics.plan()["topics"])
    for what in (
        "commands",
        "owned things",
        "mirrored states",
        "reactions done",
        "claims paid",
        "places taken",
        "editions of roles",
    ):
        assert report.counted[what] > 0, what
    assert report.in_words()[-1] == "All 14 promises hold."


@pytest.mark.parametrize("broken", [FIRST, SECOND], ids=["first", "second"])
async def test_what_is_broken_on_purpose_is_reported_and_nothing_else(still: Still, broken: tuple[Break, ...]) -> None:
    url = await still.copy()
    try:
        await run_sql(url, AS_NOBODY_CAN + ";".join(one.sql for one in broken))
        report = await still.verify(url)
    finally:
        await drop_database(with_database(url, "postgres"), name_of(url))
    found = {(one.promise, one.where, one.words) for one in report.broken}
    assert found == {(one.promise, one.where, one.words) for one in broken}
    words = "\n".join(report.in_words())
    assert all(f"BROKEN: {PROMISES[one.promise]}" in words for one in broken)
    assert "Sam" not in words


def test_every_promise_is_broken_by_some_test() -> None:
    assert {one.promise for one in (*FIRST, *SECOND)} | {"acknowledged"} == set(PROMISES)


async def test_what_was_acknowledged_is_looked_for_by_its_key(still: Still) -> None:
    url = still.little.environment["PLN_DATABASE_URL"]
    there = Acknowledged("payments", SPENT_KEY, still.little.person.id)
    assert (await still.verify(url, acknowledged=[there])).ok
    somebody_elses = Acknowledged("payments", SPENT_KEY, UUID(int=7))
    report = await still.verify(url, acknowledged=[there, somebody_elses])
    assert [(one.promise, one.where, one.about) for one in report.broken] == [
        ("acknowledged", "payments", f"key {SPENT_KEY}")
    ]
    assert json.dumps(report.as_json())


async def test_parked_records_that_were_put_there_on_purpose_can_be_allowed(still: Still) -> None:
    url = await still.copy()
    try:
        await run_sql(url, next(one.sql for one in SECOND if one.promise == "parked"))
        report = await still.verify(url, parked_allowed={"identity.organisation": 1})
    finally:
        await drop_database(with_database(url, "postgres"), name_of(url))
    assert report.ok, report.in_words()


async def test_an_old_version_that_comes_late_to_kafka_is_seen(still: Still) -> None:
    """The last of this file: what stands in Kafka stays there."""
    assert still.little.trust
    late = OrganisationChanged(still.little.trust)
    newer = OrganisationChanged(still.little.trust.model_copy(update={"version": 7}))
    settings = still.little.database.settings
    producer = AIOKafkaProducer(**client_options(settings, ADMIN), acks="all")
    await producer.start()
    try:
        for record in (record_of(newer), record_of(late)):
            headers = [(name, value or b"") for name, value in record.headers]
            topic = settings.topic_prefix + record.topic
            await producer.send_and_wait(topic, key=record.key, value=record.value, headers=headers)
    finally:
        await producer.stop()
    report = await still.verify(settings.admin_dsn())
    assert report.promises_broken() == {"versions"}, report.in_words()
    assert "after 7" in report.broken[0].about
