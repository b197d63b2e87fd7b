"""Policies that were rows of their own tables become editions: an older version beside reads the same as before."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from services import load
from services.chassis.base.access import london_day
from services.chassis.base.settings import Settings
from services.chassis.postgres import migrate
from services.chassis.postgres.prepare import prepare
from services.chassis.postgres.transaction import Connection
from tests.support import drop_database, make_database

SINCE = ("chassis/0013_periods.sql", "chassis/0014_kinds_of_tables.sql", "chassis/0015_policy_editions.sql")
AFTER = {True: "chassis/0017", False: "0007"}
TODAY = london_day(datetime.now(UTC))
DAY = timedelta(days=1)
PERSON = uuid4()

# The statements of the version before this one, as they stood there.
POLICIES = (
    "select distinct on (kind) kind, version, issuer, valid_from, title, words, days from policy"
    " where valid_from <= $1 order by kind, valid_from desc"
)
AGREED = (
    "select a.kind, a.version, p.title, a.agreed_at from agreement a join policy p using (kind, version)"
    " where a.person_id = $1 order by a.agreed_at, a.kind limit $2"
)
AGREE = (
    "insert into agreement (person_id, kind, version, agreed_at, entered_by) values ($1, $2, $3, $4, $5)"
    " on conflict (person_id, kind, version) do nothing"
)
PROMISE = (
    "select days, source from pay_promise where $1 between valid_from and coalesce(valid_to, $1)"
    " order by valid_from desc limit 1"
)


@dataclass
class Older:
    """A room as the version before left it, and a connection on which that version still works."""

    settings: Settings
    room: str
    steps: migrate.Steps
    connection: Connection

    async def as_owner(self, sql: str, *values: object) -> None:
        dsn = self.settings.admin_dsn()
        connection = await asyncpg.connect(dsn, server_settings={"search_path": self.room}, timeout=10)
        try:
            await connection.execute(sql, *values)
        finally:
            await connection.close()

    async def migrated_by_the_newer(self) -> None:
        applied = await prepare(self.settings, self.room, self.steps)
        assert [*applied] == [*SINCE, "0005_policy_editions.sql"]

    async def problems(self) -> list[str]:
        """What the older version finds wrong when it starts again."""
        return await migrate.problems(self.connection, without_editions(self.steps))


def without_editions(steps: migrate.Steps) -> migrate.Steps:
    return {name: sql for name, sql in steps.items() if name not in (*SINCE, "0005_policy_editions.sql")}


def of_that_time(steps: migrate.Steps) -> migrate.Steps:
    """What came after them may need them, so it is left out."""
    later = [name for name in steps if not name.startswith("mirror/") and name >= AFTER["chassis/" in name]]
    return {name: sql for name, sql in steps.items() if name not in later}


async def opened(run_settings: Settings, room: str) -> AsyncIterator[Older]:
    name = f"pln_test_{secrets.token_hex(4)}"
    url = await make_database(run_settings.admin_dsn(), name)
    settings, [service] = run_settings.model_copy(update={"database_url": url}), load([room])
    steps = of_that_time(migrate.steps(service.folder / "migrations", list(service.reactions.mirrors.values())))
    await prepare(settings, room, without_editions(steps))
    dsn = settings.service_dsn(room)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": room}, timeout=10)
    await connection.execute("select set_config('app.door', 'system', false)")
    yield Older(settings, room, steps, connection)
    await connection.close()
    await drop_database(run_settings.admin_dsn(), name)


@pytest.fixture
async def recruitment_before(run_settings: Settings) -> AsyncIterator[Older]:
    async for one in opened(run_settings, "recruitment"):
        yield one


@pytest.fixture
async def payments_before(run_settings: Settings) -> AsyncIterator[Older]:
    async for one in opened(run_settings, "payments"):
        yield one


async def test_agreements_and_policies_read_the_same_by_statements_that_were_prepared_before(
    recruitment_before: Older,
) -> None:
    older, connection = recruitment_before, recruitment_before.connection
    await older.as_owner(
        "insert into policy (kind, version, issuer, valid_from, title, words, days) values"
        " ('screening', 'spring', 'Example', $1, 'How long', 'Longer.', 28)",
        TODAY + DAY,
    )
    known, agreed, agree = [await connection.prepare(sql) for sql in (POLICIES, AGREED, AGREE)]
    await agree.fetch(PERSON, "data_notice", "1", datetime.now(UTC), None)
    before = [[await known.fetch(TODAY + DAY * ahead) for ahead in (-400, 0, 1)], await agreed.fetch(PERSON, 9)]
    assert len(before[1]) == 1
    await older.migrated_by_the_newer()
    assert [[await known.fetch(TODAY + DAY * ahead) for ahead in (-400, 0, 1)], await agreed.fetch(PERSON, 9)] == before
    await agree.fetch(PERSON, "code_of_conduct", "1", datetime.now(UTC), None)
    assert {row["kind"] for row in await agreed.fetch(PERSON, 9)} == {"data_notice", "code_of_conduct"}
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await agree.fetch(PERSON, "code_of_conduct", "never", datetime.now(UTC), None)
    assert await older.problems() == []


async def test_of_an_edition_that_was_agreed_to_nothing_can_be_deleted(recruitment_before: Older) -> None:
    older = recruitment_before
    await older.connection.execute(AGREE, PERSON, "data_notice", "1", datetime.now(UTC), None)
    await older.migrated_by_the_newer()
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await older.as_owner("delete from policy_edition where kind = 'data_notice'")


async def test_what_somebody_adds_under_the_old_name_is_refused_and_not_lost(recruitment_before: Older) -> None:
    await recruitment_before.migrated_by_the_newer()
    with pytest.raises(asyncpg.FeatureNotSupportedError):
        await recruitment_before.as_owner(
            "insert into policy (kind, version, issuer, valid_from, title, words, days) values"
            " ('screening', 'spring', 'Example', $1, 'How long', 'Longer.', 28)",
            TODAY + DAY,
        )


PROMISES = [
    [],
    [(date(2026, 4, 1), None, 14)],
    [(date(2026, 4, 1), date(2026, 6, 30), 14)],
    [(date(2026, 4, 1), date(2026, 6, 30), 14), (date(2026, 5, 1), date(2026, 5, 31), 7)],
    [(date(2026, 4, 1), date(2026, 6, 30), 14), (date(2026, 7, 1), None, 10)],
]
"""From when to when how many days were promised, beside the first promise, which may have ended in 2025."""


@pytest.mark.parametrize("first_ends", [None, date(2025, 12, 31)])
@pytest.mark.parametrize("promises", PROMISES, ids=[f"{len(some)}, {number}" for number, some in enumerate(PROMISES)])
async def test_on_every_day_the_same_pay_is_promised(
    payments_before: Older, promises: list[tuple[date, date | None, int]], first_ends: date | None
) -> None:
    older = payments_before
    await older.as_owner("update pay_promise set valid_to = $1", first_ends)
    for first, last, days in promises:
        await older.as_owner(
            "insert into pay_promise (valid_from, valid_to, days, source) values ($1, $2, $3, 'Example')",
            *(first, last, days),
        )
    promise = await older.connection.prepare(PROMISE)
    asked = [date(2025, 12, 1) + DAY * number for number in range(250)]
    before = [await promise.fetch(day) for day in (date(2019, 1, 1), *asked)]
    await older.migrated_by_the_newer()
    assert [await promise.fetch(day) for day in (date(2019, 1, 1), *asked)] == before
    assert await older.problems() == []
