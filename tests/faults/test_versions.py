"""A newer version beside the older one: its tables, its migrations and its events do not stop what runs."""

import asyncio
import json
import shutil
from pathlib import Path

import asyncpg
import pytest

from schemas.identity import Organisation, OrganisationRegistered
from services import load
from services.chassis.kafka.decoding import Record
from services.chassis.postgres import migrate
from services.chassis.postgres.prepare import prepare
from services.chassis.service import Service
from tests.conftest import ROOT
from tests.faults.streams import producing
from tests.matching.world import post
from tests.payments.support import a_trust, by_id
from tests.shape.sql import statements
from tests.support import (
    Connected,
    Database,
    Person,
    member,
    mirrored,
    organisation,
    record_of,
    registered,
    started,
    until,
)

TABLES = "select tablename from pg_tables where schemaname = $1 and tablename <> 'migration' order by 1"


async def tables_of(database: Database, service: str) -> list[str]:
    connection = await asyncpg.connect(database.settings.admin_dsn())
    try:
        return [row["tablename"] for row in await connection.fetch(TABLES, service)]
    finally:
        await connection.close()


async def migrate_further(database: Database, service: Service, folder: Path) -> None:
    """What a newer version does first, as it does it: every table gets a column, and there is one that we have not."""
    shutil.copytree(service.folder / "migrations", folder)
    tomorrow = "".join(
        "alter table {table} add column of_tomorrow text;\n".replace("{table}", table)
        for table in await tables_of(database, service.name)
    )
    (folder / "9000_tomorrow.sql").write_text("create table thing_of_tomorrow (id uuid primary key);" + tomorrow)
    mirrors = list(service.reactions.mirrors.values())
    applied = await prepare(database.settings, service.name, migrate.steps(folder, mirrors))
    assert applied == ["9000_tomorrow.sql"]


async def unmigrate(database: Database, service: str) -> None:
    """The database is used again by other tests."""
    connection = await asyncpg.connect(database.settings.admin_dsn(), server_settings={"search_path": service})
    try:
        await connection.execute("drop table if exists thing_of_tomorrow")
        for table in await tables_of(database, service):
            await connection.execute("alter table {table} drop column if exists of_tomorrow".replace("{table}", table))
        await connection.execute("delete from migration where name = '9000_tomorrow.sql'")
    finally:
        await connection.close()


async def results(database: Database, service: Service) -> dict[str, list[tuple[str, str]]]:
    """What each statement of a service's store and of the chassis gives: the names and types of its columns."""
    folders = (service.folder / "store", ROOT / "services" / "chassis")
    texts = [sql for folder in folders for path in sorted(folder.rglob("*.py")) for _, sql in statements(path)]
    texts += [sql for mirror in service.reactions.mirrors.values() for sql in mirror.statements()]
    connection = await asyncpg.connect(
        database.settings.service_dsn(service.name), server_settings={"search_path": service.name}
    )
    try:
        asked = {sql: await connection.prepare(sql) for sql in texts if "{" not in sql and "fresh" not in sql}
        return {sql: [(one.name, one.type.name) for one in ready.get_attributes()] for sql, ready in asked.items()}
    finally:
        await connection.close()


@pytest.mark.parametrize("service", load(), ids=lambda service: service.name)
async def test_a_column_that_a_newer_version_adds_changes_no_result(
    service: Service, database: Database, tmp_path: Path
) -> None:
    before = await results(database, service)
    try:
        await migrate_further(database, service, tmp_path / "migrations")
        assert await results(database, service) == before
    finally:
        await unmigrate(database, service.name)
    assert sum(1 for columns in before.values() if columns) > 20


async def test_claims_are_paid_while_a_newer_version_adds_its_columns(database: Database, tmp_path: Path) -> None:
    """On connections that keep the plans of their statements, in transactions that nobody begins again."""
    payments = await database.connect("payments")
    trust = await a_trust(payments)
    await trust.approved(Person())
    await trust.run()
    waiting = await trust.approved(Person())
    try:
        await migrate_further(database, payments.app.service, tmp_path / "migrations")
        run = await trust.run()
        assert (await by_id(payments, waiting.id)).status == "paid"
        async with payments.browser(trust.finance) as browser:
            for page in (f"/payments/for/RX2/runs/{run.id}", "/payments/for/RX2", "/claims/mine"):
                assert (await browser.get(page)).status_code == 200, page
    finally:
        await unmigrate(database, "payments")


async def test_an_older_version_works_while_a_newer_one_migrates_and_starts_again_afterwards(
    living: Database, tmp_path: Path
) -> None:
    trust = organisation()
    staff = member(trust, "coordinator")
    try:
        async with started(living, "matching") as matching:
            await matching.hears(*registered(trust), staff.opened)
            await requests_go_on(living, matching, staff, tmp_path / "migrations")
            await post(matching, trust, staff)
            await until(lambda: nothing_unpublished(matching), seconds=20)
        async with started(living, "matching") as again:
            assert await again.app.unready() == []
            await post(again, trust, staff)
            await until(lambda: nothing_unpublished(again), seconds=20)
            with pytest.raises(migrate.OtherDatabase, match="9000_tomorrow"):
                await again.app.service.prepare(living.settings)
    finally:
        await unmigrate(living, "matching")


async def requests_go_on(living: Database, matching: Connected, staff: Person, folder: Path) -> None:
    """Posts and reads through the doors, before, while and after the tables change: none is refused."""
    stop, answers = asyncio.Event(), list[int]()

    async def ask() -> None:
        async with matching.api(staff) as api, matching.browser(staff) as browser:
            while not stop.is_set():
                made = await api.put("/mine/subscription", json={"strands": ["research"], "active": True})
                pages = [await browser.get(page) for page in ("/opportunities", "/matches/mine")]
                answers.extend(one.status_code for one in (made, *pages))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(ask())
        await until(lambda: len(answers) > 40, seconds=30)
        await migrate_further(living, matching.app.service, folder)
        so_far = len(answers)
        await until(lambda: len(answers) > so_far + 40, seconds=30)
        stop.set()
    assert set(answers) == {200}, sorted(answers)[-5:]


async def nothing_unpublished(matching: Connected) -> bool:
    async with matching.transaction() as tx:
        return not await tx.fetchval("select count(*) from outbox where published_at is null")


def of_a_newer_version(good: Record) -> Record:
    """More fields, deep and shallow, a name that nobody knows yet, one header more."""
    state = json.loads(good.value or b"") | {"of_tomorrow": {"deep": [1, None]}, "waiting": []}
    headers = [(n, b"OrganisationCelebrated" if n == "ce_type" else v) for n, v in good.headers]
    return good._replace(value=json.dumps(state).encode(), headers=[*headers, ("ce_oftomorrow", b"1")])


async def test_events_of_a_newer_version_reach_an_older_reader_and_its_reactions(living: Database) -> None:
    trust, later = organisation("RX2"), organisation("RYR")
    async with started(living, "engagements") as engagements, producing(living) as stream:
        prefix = living.settings.topic_prefix
        await stream.append(of_a_newer_version(record_of(OrganisationRegistered(trust), prefix)))
        await stream.append(record_of(OrganisationRegistered(later), prefix))
        for one in (trust, later):
            await until(lambda one=one: mirrored(engagements, Organisation, one.id))
        await until(lambda: nothing_due(engagements))
        assert await engagements.failing() == []
        async with engagements.transaction() as tx:
            assert await tx.fetchval("select count(*) from parked") == 0
            state = await tx.fetchval("select state from mirror_organisation where id = $1", trust.id)
        assert "of_tomorrow" in state, "what we do not understand is kept: a later version may"


async def nothing_due(engagements: Connected) -> bool:
    async with engagements.transaction() as tx:
        return not await tx.fetchval("select count(*) from due")
