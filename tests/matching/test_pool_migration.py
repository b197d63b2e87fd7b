"""The pool is made of what was there, while an older version still runs and writes as it always did."""

import secrets
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from schemas.recruitment import Leader, LeaderApproved, Profile
from services import load
from services.chassis.base.settings import Settings
from services.chassis.postgres import migrate
from services.chassis.postgres.transaction import Connection, Transaction, new_id
from services.chassis.work.scheduler import Clock
from services.matching import jobs
from tests.matching.world import NOW, a_trust, in_the_pool, leader, matches, post, subscribe
from tests.notifications.support import an_opportunity
from tests.support import Connected, Person, drop_database, make_database, organisation

# As the version before says them.
SUBSCRIBES = (
    "insert into subscription (person_id, version, strands, own_strands, modes, own_modes, paid_only, active)"
    " values ($1, 1, $2, $3, $4, $5, $6, $7)"
    " on conflict (person_id) do update set version = subscription.version + 1, strands = excluded.strands,"
    " own_strands = excluded.own_strands, modes = excluded.modes, own_modes = excluded.own_modes,"
    " paid_only = excluded.paid_only, active = excluded.active returning version"
)
MATCHES = (
    "insert into match (id, version, opportunity_id, person_id, reasons, matched_at)"
    " select id, version, opportunity_id, person_id, array(select jsonb_array_elements_text(reasons)), matched_at"
    " from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::jsonb[], $6::timestamptz[])"
    " as n (id, version, opportunity_id, person_id, reasons, matched_at)"
    " on conflict (opportunity_id, person_id) do nothing returning id"
)
REMATCHES = (
    "update match set version = n.version, reasons = array(select jsonb_array_elements_text(n.reasons)),"
    " matched_at = n.matched_at, ended_at = n.ended_at"
    " from unnest($1::uuid[], $2::bigint[], $3::jsonb[], $4::timestamptz[], $5::timestamptz[])"
    " as n (id, version, reasons, matched_at, ended_at) where match.id = n.id"
)
POSTS = (
    "insert into opportunity (id, version, organisation_id, state, posted_at, apply_by, closed_at, ends_at)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8)"
)
SAVES = (
    "update opportunity set version = n.version, state = n.state, apply_by = n.apply_by, closed_at = n.closed_at,"
    " ends_at = n.ends_at from unnest($1::uuid[], $2::bigint[], $3::jsonb[], $4::timestamptz[], $5::timestamptz[],"
    " $6::timestamptz[]) as n (id, version, state, apply_by, closed_at, ends_at) where opportunity.id = n.id"
)
_HEARD = (
    "insert into {mirror} (id, version, state, event_id, correlation_id, traceparent, happened_at)"
    " values ($1, 1, $2, $1, $1, '', now())"
)


@pytest.fixture
async def before(run_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Settings]:
    """A database of matching as the version before left it."""
    name = f"pln_test_{secrets.token_hex(4)}"
    url = await make_database(run_settings.admin_dsn(), name)
    steps = migrate.steps

    def older(folder: Path, mirrors: Any) -> migrate.Steps:
        return {name: sql for name, sql in steps(folder, mirrors).items() if name < "0012" or not name[0].isdigit()}

    settings = run_settings.model_copy(update={"database_url": url})
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "steps", older)
        await load(["matching"])[0].prepare(settings)
    yield settings
    await drop_database(run_settings.admin_dsn(), name)


async def writes_as_before(connection: Connection, person: Person, strand: str) -> None:
    """Somebody asks for something, a role is posted and changed, they are matched with it, and are not any more."""
    role = an_opportunity(organisation()).model_copy(update={"strand": strand})
    await connection.fetchrow(SUBSCRIBES, person.id, [strand], True, [], False, True, True)
    of = (role.posted_at, role.apply_by, role.closed_at, role.ends_at)
    await connection.execute(POSTS, role.id, 1, role.organisation_id, role.model_dump_json(), *of)
    changed = role.model_copy(update={"version": 2, "apply_by": role.apply_by + timedelta(days=1)})
    each = (role.id, 2, changed.model_dump_json(), changed.apply_by, None, role.ends_at)
    await connection.execute(SAVES, *([one] for one in each))
    match = new_id()
    reasons = '["in_pool"]'
    await connection.fetch(MATCHES, [match], [1], [role.id], [person.id], [reasons], [NOW])
    await connection.execute(REMATCHES, [match], [2], [reasons], [NOW], [None])
    assert await connection.fetchval("select version from match where id = $1", match) == 2


async def was_told(connection: Connection | Transaction, person: Person, at: datetime) -> None:
    """Of a role that is over, as the version before wrote it down."""
    role = an_opportunity(organisation()).model_copy(update={"closed_at": at})
    of = (role.posted_at, role.apply_by, at, role.ends_at)
    await connection.execute(POSTS, role.id, 1, role.organisation_id, role.model_dump_json(), *of)
    await connection.fetch(MATCHES, [new_id()], [1], [role.id], [person.id], ['["in_pool"]'], [at])


async def test_whoever_is_there_is_in_the_pool_and_the_version_before_goes_on_writing(before: Settings) -> None:
    connection = await asyncpg.connect(before.admin_dsn(), server_settings={"search_path": "matching"})
    sam, kim = Person(), Person()
    try:
        for one in (sam, kim):
            for kind, state in ((Leader, leader(one)), (Profile, Profile(id=one.id, version=1, modes=("remote",)))):
                table = {Leader: "mirror_leader", Profile: "mirror_profile"}[kind]
                await connection.execute(_HEARD.replace("{mirror}", table), one.id, state.model_dump_json())
        await writes_as_before(connection, sam, "research")
        for ago in range(1, 25):
            await was_told(connection, sam, NOW - timedelta(days=ago))
        await load(["matching"])[0].prepare(before)
        rows = await connection.fetch("select * from pool")
        found = {row["person_id"]: (row["active"], row["paid_only"], row["strands"], row["modes"]) for row in rows}
        assert found == {sam.id: (True, True, ["research"], ["remote"]), kim.id: (False, False, [], ["remote"])}
        told = {row["person_id"]: row["told"] for row in rows}
        assert told == {sam.id: [NOW - timedelta(days=ago) for ago in range(20)], kim.id: []}
        await writes_as_before(connection, kim, "new")
        assert await connection.fetchval("select count(*) from match where ended_at is null") == 26
    finally:
        await connection.close()


async def test_what_the_version_before_wrote_down_of_somebody_is_known_within_the_hour(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = Person()
    await matching.hears_and_settles(sam.opened, LeaderApproved(leader(sam)))
    await post(matching, trust, staff)
    await matching.settle()
    async with matching.transaction() as tx:
        await tx.execute(SUBSCRIBES, sam.id, [], True, ["remote"], True, False, True)
    for _ in range(2):
        await jobs.keep_the_pool_in_step(Clock(matching.app.database, matching.app.settings))
        await matching.settle()
        assert await matches(matching) == ["MatchMade"]


async def test_whoever_the_version_before_told_counts_as_told_so_often(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam, kim = [await in_the_pool(matching, called) for called in ("Sam", "Kim")]
    ana, week = Person(), [NOW - timedelta(hours=ago) for ago in range(7)]
    async with matching.transaction() as tx:
        for at in week:
            await was_told(tx, sam, at)
            await was_told(tx, ana, at)
        await was_told(tx, kim, NOW - timedelta(days=8))
    # whoever comes into the pool now brings it along; whoever is in it is made up for, and it can be said again
    await subscribe(matching, ana)
    await matching.hears_and_settles(ana.opened, LeaderApproved(leader(ana)))
    for _ in range(2):
        await jobs.keep_the_pool_in_step(Clock(matching.app.database, matching.app.settings))
        await matching.settle()
    async with matching.transaction() as tx:
        rows = await tx.fetch("select person_id, told from pool")
    assert {row["person_id"]: row["told"] for row in rows} == {
        sam.id: week, ana.id: week, kim.id: [NOW - timedelta(days=8)]
    }  # fmt: skip
    await post(matching, trust, staff)
    await matching.settle()
    async with matching.transaction() as tx:
        told = await tx.fetch(
            "select m.person_id, p.told[1] = m.matched_at as same from match m"
            " join opportunity o on o.id = m.opportunity_id join pool p using (person_id) where o.closed_at is null"
        )
    assert [(row["person_id"], row["same"]) for row in told] == [(kim.id, True)]
