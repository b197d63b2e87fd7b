"""A newer version beside the older one: its tables, its migrations and its events do not stop what runs."""

import asyncio
import json
import shutil
from pathlib import Path

import asyncpg
import pytest

from schemas.identity import Organisation, OrganisationRegistered
from services.chassis.kafka.decoding import Record
from services.chassis.postgres import migrate
from services.chassis.postgres.prepare import prepare
from tests.faults.streams import producing
from tests.matching.world import post
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

TABLES = (
    "opportunity",
    "subscription",
    "match",
    "outbox",
    "due",
    "handled",
    "parked",
    "position",
    "job",
    "spent_key",
    "mirror_organisation",
)
TOMORROW = "create table thing_of_tomorrow (id uuid primary key);" + "".join(
    "alter table {table} add column of_tomorrow text;\n".replace("{table}", table) for table in TABLES
)


async def migrate_further(matching: Connected, folder: Path) -> None:
    """What a newer version does first, as it does it: every table gets a column, and there is one that we have not."""
    service = matching.app.service
    shutil.copytree(service.folder / "migrations", folder)
    (folder / "9000_tomorrow.sql").write_text(TOMORROW)
    mirrors = list(service.reactions.mirrors.values())
    applied = await prepare(matching.app.settings, "matching", migrate.steps(folder, mirrors))
    assert applied == ["9000_tomorrow.sql"]


async def unmigrate(living: Database) -> None:
    """The database is used again by other tests."""
    connection = await asyncpg.connect(living.settings.admin_dsn(), server_settings={"search_path": "matching"})
    try:
        for table in TABLES:
            await connection.execute("alter table {table} drop column if exists of_tomorrow".replace("{table}", table))
        await connection.execute("drop table if exists thing_of_tomorrow")
        await connection.execute("delete from migration where name = '9000_tomorrow.sql'")
    finally:
        await connection.close()


async def test_an_older_version_works_while_a_newer_one_migrates_and_starts_again_afterwards(
    living: Database, tmp_path: Path
) -> None:
    trust = organisation()
    staff = member(trust, "coordinator")
    try:
        async with started(living, "matching") as matching:
            await matching.hears(*registered(trust), staff.opened)
            await requests_go_on(matching, staff, tmp_path / "migrations")
            await post(matching, trust, staff)
            await until(lambda: nothing_unpublished(matching), seconds=20)
        async with started(living, "matching") as again:
            assert await again.app.unready() == []
            await post(again, trust, staff)
            await until(lambda: nothing_unpublished(again), seconds=20)
            with pytest.raises(migrate.OtherDatabase, match="9000_tomorrow"):
                await again.app.service.prepare(living.settings)
    finally:
        await unmigrate(living)


async def requests_go_on(matching: Connected, staff: Person, folder: Path) -> None:
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
        await migrate_further(matching, folder)
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
