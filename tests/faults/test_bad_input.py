"""What a service does with what it cannot work with: it says why, ends in order when asked, and loses nothing."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from services.chassis.base.settings import Settings
from services.chassis.kafka import binding, topics
from services.chassis.network import make_topics
from services.cli.local.ports import Ports
from tests.faults.place import ORGANISATION, Place, ends_in_order, pages_answer
from tests.faults.rooms import Starter
from tests.payments.support import a_trust
from tests.support import (
    Database,
    Person,
    delete_topics,
    drop_database,
    make_database,
    organisation,
    until,
    until_a_lock_is_waited_for,
)

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def starter(forker: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    with Starter(tmp_path_factory.mktemp("rooms"), forker) as starter:
        yield starter


@pytest.fixture(scope="module")
async def whole(run_settings: Settings) -> AsyncIterator[Settings]:
    """Topics that no test breaks."""
    settings = run_settings.model_copy(update={"topic_prefix": f"t{secrets.token_hex(3)}-"})
    await make_topics(settings)
    yield settings
    await delete_topics(settings, settings.topic_prefix)


@pytest.fixture
async def place(whole: Settings, template: str, starter: Starter, tmp_path: Path) -> AsyncIterator[Place]:
    """Prepared tables of the test's own."""
    name = f"pln_test_{secrets.token_hex(4)}"
    url = await make_database(whole.admin_dsn(), name, template)
    yield Place(whole.model_copy(update={"database_url": url}), starter, Ports(tmp_path))
    await drop_database(whole.admin_dsn(), name)


@pytest.fixture
async def breakable(place: Place) -> AsyncIterator[Place]:
    """Topics of the test's own besides."""
    prefix = f"t{secrets.token_hex(3)}-"
    mine = replace(place, settings=place.settings.model_copy(update={"topic_prefix": prefix}))
    await make_topics(mine.settings)
    yield mine
    await delete_topics(mine.settings, prefix)


@pytest.fixture
async def unprepared(place: Place) -> AsyncIterator[Place]:
    """A database in which nothing has been made; the server's roles are there."""
    name = f"pln_test_{secrets.token_hex(4)}"
    url = await make_database(place.settings.admin_dsn(), name)
    yield replace(place, settings=place.settings.model_copy(update={"database_url": url}))
    await drop_database(place.settings.admin_dsn(), name)


async def test_settings_that_can_never_work_end_it_with_a_sentence(place: Place) -> None:
    url = place.settings.admin_dsn()
    host = url.rpartition("@")[2].partition("/")[0]
    taken = place.start("identity")
    cases = [
        (place.start("identity", PLN_DATABASE_URL="bla"), "PLN_DATABASE_URL: this is not the address of a database"),
        (place.start("identity", PLN_DATABASE_URL=f"postgresql://a:b@{host}/pln"), "its password is not taken"),
        (place.start("prepare", PLN_DATABASE_URL=url.replace(host, "nowhere.invalid:5432")), "no host of that name"),
        (place.start("prepare", "run", PLN_DATABASE_URL=f"{url}_not"), "does not exist"),
        (place.start("identity", PLN_KAFKA_BOOTSTRAP_SERVERS="kafka"), "'kafka' is not a host and a port"),
        (place.start("identity", PLN_KAFKA_BOOTSTRAP_SERVERS="nowhere.invalid:9092"), "no host of the name"),
        (place.start("identity", PLN_STATE_DIR=str(place.settings.state_dir / "none")), "has no keys"),
        (place.start("identity", PLN_OPS_PORT=taken.environment["PLN_OPS_PORT"]), "PLN_OPS_PORT: 127.0.0.1:"),
    ]
    for room, words in cases:
        assert await room.end() == 2, room.said
        assert "The settings cannot be used:\n" in room.said
        assert words in room.said
        assert "Traceback" not in room.said
    await taken.is_ready()
    await ends_in_order(taken)


async def test_a_database_that_is_not_prepared_is_told_and_taken_as_soon_as_it_is(unprepared: Place) -> None:
    room = unprepared.start("matching")
    said = await room.says("database: nothing is prepared here yet", "`python -m services prepare`")
    assert said.startswith("matching: ")
    assert await room.alive()
    await pages_answer(room, "/opportunities", 503)
    await pages_answer(room, "/api/matching/v1/opportunities", 503)
    again = unprepared.start("matching")
    await again.says("nothing is prepared here yet")
    await ends_in_order(again)
    assert await unprepared.start("prepare", "matching").end() == 0
    await room.is_ready()
    await pages_answer(room, "/opportunities", 200)
    await ends_in_order(room)
    assert "Traceback" not in room.said
    assert room.said.count('"not ready"') < 10  # told once, not at every look


async def test_one_service_whose_tables_are_another_programs_stops_no_other(place: Place) -> None:
    await place.execute("update migration set hash = 'of another program' where name like '0001%'", schema="matching")
    room = place.start("prepare", "run", "identity", "matching")
    await room.says("matching: database: 0001_", "was applied with other content")
    await room.says_nothing_of("identity")
    await pages_answer(room, "/sign-in", 200)
    await pages_answer(room, "/opportunities", 503)
    await ends_in_order(room)
    alone = place.start("prepare", "matching")
    assert await alone.end() == 2
    assert "Not prepared: 0001_" in alone.said and "Traceback" not in alone.said


async def test_older_code_runs_beside_a_newer_database_but_does_not_prepare_it(place: Place) -> None:
    await place.execute("insert into migration (name, hash) values ('9999_from_tomorrow.sql', 'x')", schema="matching")
    room = place.start("prepare", "run", "matching")
    await room.is_ready()
    await ends_in_order(room)
    assert "9999_from_tomorrow.sql, which this one does not know" in room.said
    alone = place.start("prepare", "matching")
    assert await alone.end() == 2
    assert "prepared by a newer version" in alone.said


async def test_a_part_of_a_database_is_refused_by_name(place: Place) -> None:
    await place.execute("drop table spent_key", schema="matching")
    room = place.start("matching")
    await room.says("database: spent_key is missing though its migration was applied")
    await ends_in_order(room)


async def test_a_topic_that_is_deleted_and_made_again_is_heard_from_its_start(breakable: Place) -> None:
    room = breakable.start("identity", "matching")
    await room.is_ready()
    await breakable.say("AAA", "AAB")
    await breakable.heard("AAA", "AAB")

    await breakable.delete_topic()
    gone = f"broker: topic {breakable.topic} is not there"
    await room.says(f"identity: {gone}", f"matching: {gone}", f"pln restate {ORGANISATION}")
    await pages_answer(room, "/sign-in", 200)
    await breakable.say("AAC")  # goes on, and waits in the outbox

    assert await breakable.start("prepare", "identity").end() == 0
    await breakable.heard("AAC")
    await room.says("was made anew and lacks what was said before", f"`pln restate {ORGANISATION}`")
    await room.says_nothing_of("matching")
    await room.says("was made anew and lacks what was said before")
    await restated(breakable)
    await room.is_ready()
    await ends_in_order(room)


async def test_positions_of_a_topic_that_was_made_again_skip_nothing(breakable: Place) -> None:
    room = breakable.start("identity", "matching")
    await breakable.say("AAA", "AAB", "AAC")
    await breakable.heard("AAA", "AAB", "AAC")
    await ends_in_order(room)

    await breakable.delete_topic()
    await breakable.make_topic(int(topics.plan()["partitions"]))
    codes = [f"B{n:02}" for n in range(40)]  # further than every old position
    await breakable.produce([organisation(code) for code in codes])
    room = breakable.start("matching")
    await breakable.heard(*codes)
    await room.is_ready()
    await ends_in_order(room)


async def test_a_topic_with_other_partitions_is_refused_and_the_pages_go_on(breakable: Place) -> None:
    await breakable.delete_topic()
    await breakable.make_topic(2)
    room = breakable.start("identity", "matching")
    await room.says(f"broker: topic {breakable.topic} has 2 partitions, not 6: delete it")
    await breakable.say("AAA")
    await pages_answer(room, "/sign-in", 200)
    again = breakable.start("identity")
    await again.says("has 2 partitions")
    await ends_in_order(again)
    alone = breakable.start("prepare", "identity")
    assert await alone.end() == 2
    assert f"topic {breakable.topic} has 2 partitions, not 6" in alone.said

    await breakable.delete_topic()
    await breakable.make_topic(6)
    await breakable.heard("AAA")
    await ends_in_order(room)


async def test_a_database_of_another_network_is_told_apart_by_its_topics(place: Place) -> None:
    room = place.start("matching")
    await room.is_ready()
    await ends_in_order(room)
    await make_topics(place.settings.model_copy(update={"topic_prefix": f"{place.settings.topic_prefix}b-"}))
    other = place.start("matching", PLN_TOPIC_PREFIX=f"{place.settings.topic_prefix}b-")
    await other.says(f"topics begin with '{place.settings.topic_prefix}', not '{place.settings.topic_prefix}b-'")
    await pages_answer(other, "/opportunities", 200)
    await ends_in_order(other)


async def test_a_stop_while_it_starts_or_makes_tables_leaves_nothing_half_done(place: Place, unprepared: Place) -> None:
    for delay in (0.2, 0.5, 1.0):
        room = place.start("matching")
        await asyncio.sleep(delay)
        await ends_in_order(room)

    holder = await asyncpg.connect(unprepared.settings.admin_dsn())
    await holder.execute("select pg_advisory_lock(hashtextextended('pln:prepare', 0))")
    preparing = unprepared.start("prepare", "matching")
    await until_a_lock_is_waited_for(unprepared.settings)
    await ends_in_order(preparing, code=143)
    await holder.close()
    assert "Stopped. What was under way is undone" in preparing.said
    assert not await unprepared.execute("select from pg_namespace where nspname = 'matching'")


async def test_a_stop_while_a_mirror_is_filled_is_in_order_and_the_rest_is_filled_later(breakable: Place) -> None:
    await breakable.produce([organisation(f"C{n:02}") for n in range(20)])
    holder = await asyncpg.connect(breakable.settings.admin_dsn())
    try:
        async with holder.transaction():
            await holder.execute("lock table matching.mirror_organisation in access exclusive mode")
            room = breakable.start("matching")
            await room.says("starting: reading what the topics hold")
            await until_a_lock_is_waited_for(breakable.settings)
            await ends_in_order(room)
    finally:
        await holder.close()
    room = breakable.start("matching")
    await breakable.heard(*(f"C{n:02}" for n in range(20)))
    await ends_in_order(room)


async def test_a_stop_in_the_middle_of_a_job_leaves_it_to_the_next_start(place: Place) -> None:
    holder = await asyncpg.connect(place.settings.admin_dsn())
    try:
        async with holder.transaction():
            await holder.execute("lock table matching.handled in access exclusive mode")  # the sweeper reads it
            room = place.start("matching")
            await until(lambda: swept(place, ended=False), seconds=60, every=0.2)
            await ends_in_order(room)
    finally:
        await holder.close()
    room = place.start("matching")
    await until(lambda: swept(place, ended=True), seconds=60, every=0.2)
    await ends_in_order(room)


async def swept(place: Place, *, ended: bool) -> bool:
    found = await place.execute("select ended_at is not null as ended from job where name = 'sweep'", schema="matching")
    return [row["ended"] for row in found] == [ended]


async def test_a_stop_in_the_middle_of_a_payment_run_pays_once(place: Place) -> None:
    payments = await Database(place.settings).connect("payments")
    trust = await a_trust(payments)
    await trust.approved(Person("Sam"))
    address = f"/api/payments/v1/organisations/{trust.organisation.ods_code}/runs"
    headers = {"authorization": f"Bearer {trust.finance.token(place.settings)}", "idempotency-key": "the-run-of-june"}
    outcomes: list[int] = []
    for released in (False, True):
        room = place.start("payments")
        await room.is_ready()
        holder = await asyncpg.connect(place.settings.admin_dsn())
        async with holder.transaction():
            await holder.execute("lock table payments.payroll_file in access exclusive mode")  # a run's last step
            running = asyncio.create_task(room.post(address, headers))
            await until_a_lock_is_waited_for(place.settings)
            stopping = asyncio.create_task(ends_in_order(room))
            if not released:
                await running  # it gives up before the lock is released
        outcomes.append(await running)
        await stopping
        await holder.close()
    assert outcomes == [503, 201]
    runs = await place.execute("select count(*) as n, sum(total_pence) as pence from run", schema="payments")
    paid = await place.execute("select count(*) as n, sum(amount_pence) as pence from payment", schema="payments")
    assert (runs[0]["n"], paid[0]["n"]) == (1, 1)
    assert runs[0]["pence"] == paid[0]["pence"] > 0
    await payments.app.database.pool.close()


async def restated(place: Place) -> None:
    """What `pln restate` notes in the end: the topic holds all again."""
    database = Database(place.settings)
    for name in ("identity",):
        service = await database.connect(name)
        async with service.transaction() as tx:
            await binding.forget_topics(tx, [ORGANISATION])
        await service.app.database.pool.close()
