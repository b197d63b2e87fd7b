"""Needs that were a part of profiles become a state of their own; an older version beside goes on with its statements.

Wishes that were asked twice follow the profile from then on, in matching.
"""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from services import load
from services.chassis.base.settings import Settings
from services.chassis.postgres import migrate
from services.chassis.postgres.prepare import prepare
from services.chassis.postgres.transaction import Connection
from tests.support import drop_database, make_database

GIVEN = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
BOTH, ONE, LIVED, NONE, LATER = (uuid4() for _ in range(5))
# A statement of the version before this one, as it stood there.
SAVE = (
    "insert into profile (person_id, version, strands, modes, lived_experience, access_needs, consent_version,"
    " consent_at, entered_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " on conflict (person_id) do update set version = excluded.version, strands = excluded.strands,"
    " modes = excluded.modes, lived_experience = excluded.lived_experience,"
    " access_needs = excluded.access_needs, consent_version = excluded.consent_version,"
    " consent_at = excluded.consent_at, entered_by = excluded.entered_by"
)


@asynccontextmanager
async def migrated_from(
    run_settings: Settings, room: str, number: str
) -> AsyncGenerator[tuple[Connection, Settings, migrate.Steps]]:
    """The room as it was before its migration of this number, a connection of the service, and all its steps."""
    url = await make_database(run_settings.admin_dsn(), name := f"pln_test_{secrets.token_hex(4)}")
    settings, [service] = run_settings.model_copy(update={"database_url": url}), load([room])
    steps = migrate.steps(service.folder / "migrations", list(service.reactions.mirrors.values()))
    await prepare(settings, room, {step: sql for step, sql in steps.items() if "/" in step or step < number})
    dsn = settings.service_dsn(room)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": room}, timeout=10)
    try:
        await connection.execute("select set_config('app.door', 'system', false)")
        yield connection, settings, steps
    finally:
        await connection.close()
        await drop_database(run_settings.admin_dsn(), name)


async def test_needs_of_before_stand_with_their_consent_and_are_owed_to_their_topic(run_settings: Settings) -> None:
    async with migrated_from(run_settings, "recruitment", "0008") as (connection, settings, steps):
        save = await connection.prepare(SAVE)

        async def says(person: UUID, lived: list[str], needs: list[str], version: int = 4) -> None:
            consent = ("1", GIVEN) if lived or needs else (None, None)
            await save.fetch(person, version, ["research"], [], lived, needs, *consent, None)

        await says(BOTH, ["pain"], ["bsl", "easy_read", "large_print"])
        await says(ONE, [], ["large_print"])
        await says(LIVED, ["cancer"], [])
        await says(NONE, [], [])
        await prepare(settings, "recruitment", steps)
        found = {row["person_id"]: row for row in await connection.fetch("select * from needs")}
        assert found.keys() == {BOTH, ONE}
        both = found[BOTH]
        assert (both["format"], both["needs"], both["shared_with"]) == ("easy_read", ["bsl", "large_print"], ["places"])
        assert (both["consent_version"], both["consent_at"], both["said_on"]) == ("1", GIVEN, date(2026, 3, 2))
        assert both["review_by"] == date(2026, 3, 2) + timedelta(days=365)
        assert (found[ONE]["format"], found[ONE]["needs"]) == ("large_print", [])
        owed = {
            row["id"] for row in await connection.fetch("select id from due where reaction = 'say_needs_of_before'")
        }
        assert owed == {BOTH, ONE}
        consents = await connection.fetch("select person_id, consent_at from profile")
        yes = {row["person_id"]: row["consent_at"] is not None for row in consents}
        assert yes == {BOTH: True, ONE: False, LIVED: True, NONE: False}
        await says(LATER, [], ["captions"])
        await says(LIVED, [], [], version=5)
        assert await connection.fetchval("select access_needs from profile where person_id = $1", LATER) == ["captions"]


async def test_wishes_that_are_the_profiles_follow_it_and_others_stand(run_settings: Settings) -> None:
    async with migrated_from(run_settings, "matching", "0004") as (connection, settings, steps):
        subscribe = await connection.prepare(
            "insert into subscription (person_id, version, strands, modes, paid_only, active)"
            " values ($1, 1, $2, $3, false, true) on conflict (person_id) do update set strands = excluded.strands"
        )
        heard = (
            "insert into mirror_profile (id, version, state, event_id, correlation_id, traceparent, happened_at)"
            " values ($1, 1, jsonb_build_object('strands', $2::text[], 'modes', $3::text[]), $1, $1, '', now())"
        )
        await connection.execute(heard, BOTH, ["research"], ["remote"])
        await connection.execute(heard, ONE, ["research"], ["remote"])
        await subscribe.fetch(BOTH, ["research"], ["remote"])
        await subscribe.fetch(ONE, ["culture"], [])
        await subscribe.fetch(NONE, [], [])
        await prepare(settings, "matching", steps)
        own = {row["person_id"]: row for row in await connection.fetch("select * from subscription")}
        assert (own[BOTH]["own_strands"], own[BOTH]["own_modes"]) == (False, False)
        assert (own[ONE]["own_strands"], own[ONE]["own_modes"]) == (True, True)
        assert (own[NONE]["own_strands"], own[NONE]["own_modes"]) == (True, True), "of them no profile was heard"
        await subscribe.fetch(LATER, ["information"], [])
        assert own.keys() < {row["person_id"] for row in await connection.fetch("select person_id from subscription")}
