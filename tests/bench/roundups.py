"""How long round-ups of roles for 100,000 people take until the last is queued; beside it the same rows by bare SQL."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from typing import TYPE_CHECKING, Any

import asyncpg

from schemas.matching import OpportunityPosted
from services import load
from services.chassis.app import connect
from services.chassis.base.settings import Settings
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import fitting
from services.notifications.domain.kinds import LONDON
from services.notifications.store import fitting as store
from tests.bench.children import Child
from tests.bench.figures import Aim, Figure
from tests.bench.scale import Scale
from tests.notifications.support import an_opportunity
from tests.support import Connected, organisation, registered

if TYPE_CHECKING:
    from services.chassis.postgres.transaction import Connection

ROLES, EACH = 200, 3
"""Roles that are open, and how many of them fit each person."""
WITHIN = 600
"""Seconds until the last is queued."""
SOME = 20_000
"""People who are told before the measure looks at the time again."""

_PEOPLE = """
with people as (select ('b0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, n
    from generate_series(1, $1) as n),
accounts as (insert into mirror_account (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select id, 1, jsonb_build_object('id', id, 'version', 1, 'kind', 'person', 'called', 'Sam', 'can_sign_in', true,
        'memberships', '[]'::jsonb), id, id, '', now() from people),
leaders as (insert into mirror_leader (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select id, 1, jsonb_build_object('id', id, 'version', 1, 'called', 'Sam', 'reference', 'PL-1', 'rung', 'feedback',
        'status', 'approved', 'approved_at', now()), id, id, '', now() from people),
weekly as (insert into how_told (person_id, kinds, how, chosen_at, next_at)
    select id, 'fitting', 'weekly', now(), now() from people)
insert into contact_point (person_id, channel, address, verified_at, changed_at, entered_by)
    select id, 'email', n || '@people.example', now(), now(), id from people
"""
_MATCHES = """
with made as (select ('c0000000-0000-7000-8000-' || lpad(to_hex(n * 16 + k), 12, '0'))::uuid as id,
    ('b0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as person_id,
    ($2::uuid[])[1 + (n * 7 + k * 31) % cardinality($2::uuid[])] as role
    from generate_series(1, $1) as n, generate_series(1, $3) as k),
matches as (insert into mirror_match (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select id, 1, jsonb_build_object('id', id, 'version', 1, 'person_id', person_id, 'opportunity_id', role,
        'matched_at', now()), id, id, '', now() from made)
insert into message (id, version, person_id, kind, about, stage, channel, status, subject, body, link, link_words,
    queued_at, next_try_at, good_until, sent_at, thread_id, round_up)
    select gen_random_uuid(), 2, person_id, 'match_made', id, 'matched', 'page', 'sent', 'An opportunity fits you',
        repeat('Words. ', 60), '/matches/mine/' || id, 'See why', now(), now(), now() + interval '14 days', now(), role,
        true from made
"""
_BARE = """
create table bare_message (id uuid primary key, person_id uuid not null, kind text not null, about uuid not null,
    stage text not null, subject text not null, body text not null, link text not null, queued_at timestamptz not null,
    next_try_at timestamptz not null, good_until timestamptz not null, matches uuid[], roles uuid[],
    unique (person_id, about, stage));
create index on bare_message (next_try_at, id);
create table bare_outbox (id bigint generated always as identity primary key, key uuid not null, value jsonb not null);
create table bare_due as select person_id from how_told where kinds = 'fitting';
alter table bare_due add primary key (person_id)
"""
_BARE_BATCH = """
with due as (delete from bare_due where person_id in (select person_id from bare_due order by person_id limit $1)
    returning person_id),
fits as (select m.person_id, array_agg(m.about order by m.about) as matches, array_agg(f.opportunity_id) as roles
    from due join message m on m.person_id = due.person_id and m.round_up join mirror_match f on f.id = m.about
    group by m.person_id),
added as (insert into bare_message select gen_random_uuid(), person_id, 'roles_fit', person_id, 'roles_fit:' || now(),
    '3 new roles fit you', '3 new roles fit you', '/matches/mine', now(), now(), now() + interval '6 days', matches,
    roles from fits returning id, person_id)
insert into bare_outbox (key, value) select id, jsonb_build_object('id', id, 'person_id', person_id, 'version', 1,
    'kind', 'roles_fit', 'channel', 'email', 'status', 'queued', 'queued_at', now()) from added
"""


class Teller:
    """The notifications room, and the same rows by bare SQL in its schema."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def start(self) -> None:
        service = load(["notifications"])[0]
        await service.prepare(self._settings)
        self._notifications = Connected(await connect(service, self._settings))
        day = datetime.now(LONDON).date() + timedelta(days=1)
        self._at = datetime.combine(day, clock(9), LONDON)

    async def stop(self) -> None:
        await self._notifications.app.stop()

    async def make(self, people: int) -> None:
        trust, network = organisation(), organisation("QZZ", "Example Network", kind="network")
        later = datetime.now(UTC) + timedelta(days=14)
        roles = [an_opportunity(trust).model_copy(update={"id": new_id(), "apply_by": later}) for _ in range(ROLES)]
        await self._notifications.hears(*registered(trust, network), *(OpportunityPosted(one) for one in roles))
        async with self._notifications.transaction() as tx:
            await tx.execute("set local statement_timeout = 0")
            await tx.execute(_PEOPLE, people)
            await tx.execute(_MATCHES, people, [one.id for one in roles], EACH)
        bare = await self._bare()
        try:
            await bare.execute("analyze; " + _BARE)
        finally:
            await bare.close()

    async def _bare(self) -> "Connection":
        return await asyncpg.connect(
            self._settings.admin_dsn(), server_settings={"search_path": "notifications,public"}
        )

    async def bare(self, people: int) -> float:
        """The seconds for so many people, in batches of the same size, each a transaction of its own."""
        connection = await self._bare()
        began = time.monotonic()
        try:
            for _ in range(0, people, fitting.AT_ONCE):
                await connection.execute(_BARE_BATCH, fitting.AT_ONCE)
        finally:
            await connection.close()
        return time.monotonic() - began

    async def tell(self, people: int) -> float:
        """The seconds until so many more are told."""
        began = time.monotonic()
        for _ in range(0, people, fitting.AT_ONCE):
            async with self._notifications.transaction() as tx:
                tx.now = self._at
                await fitting.tell_round_ups(tx)
        return time.monotonic() - began

    async def queued(self) -> int:
        async with self._notifications.transaction() as tx:
            return await tx.fetchval("select count(distinct person_id) from message where kind = 'roles_fit'")

    async def plan(self) -> str:
        """How the two statements that choose a batch are worked out; what they would do is undone."""
        connection = await self._bare()
        try:
            async with connection.transaction():
                await connection.execute("analyze")
            undone = connection.transaction()
            await undone.start()
            due = await connection.fetch("explain (analyze, format text) " + store.DUE, self._at, fitting.AT_ONCE)
            ids = [row["person_id"] for row in await connection.fetch(store.DUE, self._at, fitting.AT_ONCE)]
            asked = "explain (analyze, format json) " + store.WAITING
            plan = json.loads((await connection.fetch(asked, self._at, self._at.date(), ids))[0][0])[0]
            await undone.rollback()
        finally:
            await connection.close()
        ways = "\n  ".join(_ways(plan["Plan"]))
        text = "\n".join(row[0] for row in due)
        return f"{text}\nwhat {len(ids)} people are told: {plan['Execution Time']:.1f} ms\n  {ways}"


def _ways(plan: Any) -> list[str]:
    here = (
        [f"{plan['Node Type']} {plan.get('Index Name', plan['Relation Name'])} ({plan['Actual Loops']:g} times)"]
        if "Relation Name" in plan
        else []
    )
    return here + [way for part in plan.get("Plans", []) for way in _ways(part)]


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """As many people as things are drained: 100,000 of a whole run."""
    teller = Child(Teller, settings)
    try:
        people = scale.drained
        teller.ask("make", people)
        print(teller.ask("plan"), flush=True)
        steps = [min(SOME, people - done) for done in range(0, people, SOME)]
        bare, ours = 0.0, 0.0
        for step in steps:
            bare += teller.ask("bare", step)
            ours += teller.ask("tell", step)
        queued = teller.ask("queued")
        if queued != people:
            raise RuntimeError(f"{queued:,} of {people:,} were told")
        what = f"round-ups of {EACH} roles each for {people:,} people, to the last queued"
        yield Figure(what, "s", ours, bare, aim=Aim(WITHIN, "at most", "ours"))
    finally:
        teller.stop()
