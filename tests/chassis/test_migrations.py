"""Migrations: all or nothing, told apart by what they say, and mirrors that grow with the code."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from schemas.identity import Organisation
from services.chassis.base.settings import Settings
from services.chassis.postgres import connections, migrate
from services.chassis.postgres.migrate import OtherDatabase
from services.chassis.postgres.mirrors import Mirror
from services.chassis.postgres.prepare import prepare
from services.chassis.postgres.transaction import Connection
from tests.support import drop_database, make_database

STEPS = {"0001_things.sql": "create table thing (id integer); -- with a note"}


@pytest.fixture
async def connection(run_settings: Settings) -> AsyncIterator[Connection]:
    """An empty database's."""
    name = f"pln_test_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(await make_database(run_settings.admin_dsn(), name))
    yield connection
    await connection.close()
    await drop_database(run_settings.admin_dsn(), name)


async def test_what_is_missing_is_applied_once_and_then_nothing_is_wrong(connection: Connection) -> None:
    assert "nothing is prepared here yet" in (await migrate.problems(connection, STEPS))[0]
    assert await migrate.apply(connection, STEPS) == ["0001_things.sql"]
    assert await migrate.apply(connection, STEPS) == []
    assert await migrate.problems(connection, STEPS) == []
    more = STEPS | {"0002_more.sql": "create table more (id integer);"}
    assert (await migrate.problems(connection, more))[0].startswith("0002_more.sql has not been applied")
    assert await migrate.apply(connection, more) == ["0002_more.sql"]


async def test_only_what_a_migration_says_counts_not_its_comments_and_line_breaks(connection: Connection) -> None:
    await migrate.apply(connection, STEPS)
    same = {"0001_things.sql": "create table thing\n  (id integer);\n-- another note\n"}
    assert await migrate.apply(connection, same) == []
    assert await migrate.problems(connection, same) == []
    other = {"0001_things.sql": "create table thing (id bigint);"}
    assert "was applied with other content" in (await migrate.problems(connection, other))[0]
    with pytest.raises(OtherDatabase, match=r"0001_things\.sql was applied with other content"):
        await migrate.apply(connection, other)


async def test_newer_migrations_stop_older_code_from_preparing_but_not_from_running(connection: Connection) -> None:
    await migrate.apply(connection, STEPS | {"0002_more.sql": "alter table thing add column more text;"})
    assert await migrate.problems(connection, STEPS) == []
    with pytest.raises(OtherDatabase, match=r"newer version: it has 0002_more\.sql"):
        await migrate.apply(connection, STEPS)


async def test_a_table_that_is_gone_is_named(connection: Connection) -> None:
    await migrate.apply(connection, STEPS)
    await connection.execute("drop table thing")
    assert (await migrate.problems(connection, STEPS))[0].startswith(
        "thing is missing though its migration was applied"
    )


async def test_a_database_that_older_code_prepared_is_taken_on_trust(connection: Connection) -> None:
    await migrate.apply(connection, STEPS)
    await connection.execute("alter table migration drop column hash")
    assert await migrate.apply(connection, STEPS) == []
    assert await connection.fetchval("select hash from migration") == migrate.hash_of(STEPS["0001_things.sql"])


async def test_a_mirror_gets_the_columns_that_newer_code_reads(connection: Connection) -> None:
    def keeping(*columns: tuple[str, str]) -> migrate.Steps:
        return {"mirror/mirror_organisation": Mirror("matching", Organisation, columns=columns).table_sql()}

    await migrate.apply(connection, keeping())
    await connection.execute(
        "insert into mirror_organisation (id, version, state, event_id, correlation_id, traceparent, happened_at)"
        """ values (gen_random_uuid(), 1, '{"kind": "trust"}', gen_random_uuid(), gen_random_uuid(), '', now())"""
    )
    more = keeping(("kind", "text"))
    assert (await migrate.problems(connection, more))[0].startswith(
        "mirror_organisation.kind: columns that this version"
    )
    assert await migrate.apply(connection, more) == ["mirror/mirror_organisation"]
    assert await connection.fetchval("select kind from mirror_organisation") == "trust"
    assert await migrate.problems(connection, more) == []
    assert await migrate.problems(connection, keeping()) == []  # older code beside it


async def test_a_mirror_keeps_what_lists_are_searched_for_without_capitals_and_accents(connection: Connection) -> None:
    chassis = migrate.steps(Path(__file__).parent, [])
    lists = {name: sql for name, sql in chassis.items() if name.endswith("_lists.sql")}
    searched = Mirror("matching", Organisation, searched=("name",)).table_sql()
    await migrate.apply(connection, {**lists, "mirror/mirror_organisation": searched})
    await connection.execute(
        "insert into mirror_organisation (id, version, state, event_id, correlation_id, traceparent, happened_at)"
        """ values (gen_random_uuid(), 1, '{"name": "Élan ÜBER"}', gen_random_uuid(), gen_random_uuid(), '', now())"""
    )
    assert await connection.fetchval("select name_key from mirror_organisation") == "elan uber"


async def test_what_is_no_name_of_a_service_is_never_put_into_sql(run_settings: Settings) -> None:
    with pytest.raises(ValueError, match="no name of a service"):
        await prepare(run_settings, "matching; drop schema matching", STEPS)


def test_an_old_postgresql_is_told() -> None:
    assert connections.too_old("140011") == "PostgreSQL 14 is too old; 15 or newer is needed"
    assert connections.too_old("150018") is None
