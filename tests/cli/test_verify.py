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
from tests.cli.little import SPENT_KEY, Little, do_the_main_job, own_database, running
from tests.support import drop_database, make_database, record_of, with_database

pytestmark = pytest.mark.timeout(180)

AS_NOBODY_CAN = "set session_replication_role = replica;"


@dataclass(frozen=True)
class Break:
    """What is done by hand to the database of a network where all is well, and what is said of it."""

    promise: str
    where: str
    words: str
    sql: str


FIRST = (
    Break(
        "mirrors",
        "matching.mirror_organisation",
        "keeps something else",
        "update matching.mirror_organisation set state = jsonb_set(state, '{name}', '\"Other\"')",
    ),
    Break(
        "mirrors", "matching.mirror_programme", "keeps version 4", "update matching.mirror_programme set version = 4"
    ),
    Break(
        "mirrors", "notifications.mirror_organisation", "is missing", "delete from notifications.mirror_organisation"
    ),
    Break(
        "mirrors",
        "recruitment.profile",
        "Kafka has something else",
        "update recruitment.profile set modes = '{}'",
    ),
    Break("mirrors", "matching.match", "its owner does not know it", "delete from matching.match"),
    Break(
        "reactions",
        "matching",
        "a role that somebody was told of counts more than once in their week",
        "update matching.pool set told = array_prepend(now(), told)",
    ),
    Break(
        "reactions",
        "matching",
        "the pool says something else of a person than was heard",
        "update matching.pool set height = height + 1",
    ),
    Break(
        "due",
        "matching",
        "due since 2020-01-01 00:00, KeyError",
        "insert into matching.due (reaction, id, version, since, error)"
        " values ('match_leader', gen_random_uuid(), 1, '2020-01-01Z', 'KeyError: Sam')",
    ),
    Break(
        "reactions",
        "payments",
        "neither done nor due",
        "delete from payments.handled where reaction = 'claim_what_was_attended'",
    ),
    Break(
        "versions",
        "engagements.mirror_rate_card",
        "Kafka has never had this",
        "update engagements.mirror_rate_card set version = 9",
    ),
    Break(
        "paid",
        "payments",
        "paid, and not once in the ledger",
        "insert into payments.entry select gen_random_uuid(), organisation_id, transfer_id, account_id, payment_id,"
        " case n when 1 then claim_id end, amount_pence * n from payments.entry"
        " cross join (values (1), (-1)) as twice (n) where claim_id is not null",
    ),
    Break(
        "looked after",
        "recruitment",
        "on a list that says something else than they do",
        "update recruitment.caseload set paused_at = '2020-01-01Z'",
    ),
    Break(
        "published",
        "matching",
        "not published",
        "update matching.outbox set published_at = null where seq = (select max(seq) from matching.outbox)",
    ),
    Break(
        "places",
        "training",
        "more people than counted, or than places",
        "insert into training.enrolment (session_id, person_id, organisation_id, programme_id, enrolled_at)"
        " select session_id, gen_random_uuid(), organisation_id, programme_id, enrolled_at"
        " from training.enrolment where attended is null",
    ),
    Break("mirrors", "training.enrolment", "Kafka does not have it", "select"),
)
SECOND = (
    Break(
        "places",
        "engagements",
        "offers that hold a place, or people who wait for one, counted wrongly",
        "update engagements.intake set on_reserve = on_reserve + 1",
    ),
    Break(
        "reactions",
        "engagements",
        "a question waits, and its engagement says otherwise",
        "insert into engagements.question (id, engagement_id, organisation_id, person_id, asked, asked_at)"
        " select gen_random_uuid(), id, organisation_id, person_id, 'Why?', '2020-01-01Z' from engagements.engagement",
    ),
    Break(
        "reactions",
        "engagements",
        "what is arranged is said to be settled otherwise than it is",
        "insert into engagements.arrangement (id, version, engagement_id, session_id, opportunity_id, organisation_id,"
        " person_id, state) select id, 1, id, id, opportunity_id, organisation_id, person_id, jsonb_build_object('id',"
        " id, 'version', 1, 'engagement_id', id, 'session_id', id, 'opportunity_id', opportunity_id, 'organisation_id',"
        " organisation_id, 'ods_code', state ->> 'ods_code', 'person_id', person_id, 'starts_at', interested_at,"
        " 'ends_at', interested_at, 'status', 'booked', 'status_at', interested_at)"
        " from engagements.engagement limit 1",
    ),
    Break("mirrors", "engagements.arrangement", "Kafka does not have it", "select"),
    Break(
        "mirrors",
        "training",
        "its position lies beyond Kafka's end",
        "update training.position set next_offset = 10000 where topic like '%identity.account' and partition = 0",
    ),
    Break(
        "reactions",
        "training",
        "attended and no credential",
        "update training.enrolment set person_id = gen_random_uuid(), attended = true where attended is null",
    ),
    Break("mirrors", "training.enrolment", "Kafka has something else", "select"),
    Break(
        "reactions",
        "recruitment",
        "closed for another, and in the pool or without its record",
        "insert into recruitment.duplicate (id, version, organisation_id, ods_code, first_id, second_id, alike,"
        " settled, not_for, status, found_at, line, answered_by, answered_at, kept_id, closed_id, undo_until,"
        " left_pool)"
        " select gen_random_uuid(), 1, organisation_id, ods_code, person_id, 'ffffffff-0000-7000-8000-000000000001',"
        " '{}', '{}', '{}', 'closed', sent_at, '', organisation_id, sent_at, person_id,"
        " 'ffffffff-0000-7000-8000-000000000001', '2020-01-01Z', true from recruitment.application limit 1",
    ),
    Break("mirrors", "recruitment.duplicate", "Kafka does not have it", "select"),
    Break("reactions", "recruitment", "neither due nor waited for by a timer", "select"),
    Break("reactions", "matching", "neither due nor waited for by a timer", "delete from matching.timer"),
    Break(
        "due",
        "engagements",
        "its timer was for 2020-01-01 00:00",
        "insert into engagements.timer values ('recount_what_waits', gen_random_uuid(), '2020-01-01Z',"
        " gen_random_uuid(), '')",
    ),
    Break(
        "versions",
        "payments",
        "written after a later version",
        "update payments.outbox set version = version + 100 where topic = 'payments.claim' and version = 1",
    ),
    Break(
        "paid",
        "payments",
        "a run is not the sum of its payments",
        "update payments.run set total_pence = total_pence + 1",
    ),
    Break(
        "hands",
        "payments",
        "decided in one household",
        "insert into payments.household select least(approved_by, person_id), greatest(approved_by, person_id),"
        " '2020-01-01Z' from payments.claim where status = 'paid' limit 1",
    ),
    Break(
        "hands",
        "payments",
        "decided by somebody with a role from the claimant",
        "update identity.membership m set granted_under = array[c.person_id],"
        " granted_at = '2020-01-01Z', valid_from = '2020-01-01' from payments.claim c"
        " where m.account_id = c.approved_by and c.status = 'paid'",
    ),
    Break(
        "mirrors",
        "identity.account",
        "Kafka has something else",
        "select",
    ),
    Break(
        "ledger",
        "payments",
        "a transfer does not come to zero",
        "insert into payments.entry select gen_random_uuid(), organisation_id, transfer_id, account_id, payment_id,"
        " null, 5 from payments.entry where claim_id is not null",
    ),
    Break("ledger", "payments", "the ledger does not come to zero", "select"),
    Break(
        "looked after",
        "recruitment",
        "on a list and not in the pool",
        "insert into recruitment.caseload (person_id, coordinator_id, since, called_key, reference, joined_on)"
        " values (gen_random_uuid(), gen_random_uuid(), '2020-01-01Z', '', '', '2020-01-01')",
    ),
    Break(
        "looked after",
        "recruitment",
        "in the pool and on nobody's list",
        "delete from recruitment.caseload where reference <> ''",
    ),
    Break(
        "looked after",
        "recruitment",
        "looked after by somebody who has no role for it",
        "select",
    ),
    Break(
        "looked after",
        "recruitment",
        "needs of nobody who is in the pool or asks to join",
        "insert into recruitment.needs (person_id, version, needs, format, ways_to_talk, words, shared_with,"
        " consent_version, consent_at, said_on, review_by) values (gen_random_uuid(), 1, '{hearing_loop}', 'standard',"
        " '{}', '', '{}', '1', '2020-01-01Z', '2020-01-01', '2021-01-01')",
    ),
    Break("looked after", "recruitment", "a review was due days ago, and nobody was asked", "select"),
    Break("mirrors", "recruitment.needs", "Kafka does not have it", "select"),
    Break("reactions", "recruitment", "neither due nor waited for by a timer", "select"),
    Break(
        "looked after",
        "recruitment",
        "matching is told of other needs",
        "update recruitment.needs set needs = '{bsl}'",
    ),
    Break(
        "parked",
        "matching",
        "cannot be read",
        'insert into matching.parked (topic, partition, "offset", headers, error)'
        " values ('identity.organisation', 0, 1, '[]', 'state is not JSON')",
    ),
)


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
    for what in ("commands", "owned things", "mirrored states", "reactions done", "claims paid", "places taken"):
        assert report.counted[what] > 0, what
    assert report.in_words()[-1] == "All 12 promises hold."


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
