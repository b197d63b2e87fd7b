"""Mirrors: the newest state that a service received of each aggregate of a topic, a table for each topic.

The statements that work on them stand here; `Mirror.sql` puts a mirror's table into one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.event import S, State
from services.chassis.postgres.transaction import Transaction

# Each statement can be repeated: a mirror that keeps more columns than before is brought up to date by them.
_TABLE = """
create table if not exists {mirror} (
    id uuid primary key,
    version bigint not null,
    state jsonb not null,
    event_id uuid not null,
    correlation_id uuid not null,
    traceparent text not null,
    happened_at timestamptz not null,
    mirrored_at timestamptz not null default clock_timestamp(),
    erased boolean generated always as (state ? 'erased') stored
);
drop index if exists {mirror}_correlation;
create index if not exists {mirror}_trace on {mirror} using brin (correlation_id) with (autosummarize = on);
create index if not exists {mirror}_new on {mirror} using brin (mirrored_at) with (autosummarize = on);
"""
_COLUMN = """\
alter table {mirror} add column if not exists {column} {type}
    generated always as ((state ->> '{column}')::{type}) stored;
"""
_KEY = """\
alter table {mirror} add column if not exists {column}_key text collate "C"
    generated always as (searched(coalesce(state ->> '{column}', ''))) stored;
"""
_INDEX = "create index if not exists {mirror}_{column} on {mirror} ({column});\n"
_SECURE = """
alter table {mirror} enable row level security;
alter table {mirror} force row level security;
drop policy if exists owner on {mirror};
create policy owner on {mirror} to {service}_owner using (true);
drop policy if exists system on {mirror};
create policy system on {mirror} using (acting_as_system());
"""
_POLICY = """\
drop policy if exists {name} on {mirror};
create policy {name} on {mirror} for select using ({rule});
"""
_COLLEAGUES = """
drop policy if exists its_colleagues on mirror_account;
create policy its_colleagues on mirror_account for select using (
    state -> 'memberships' @> jsonb_build_array(jsonb_build_object('organisation_id', acting_organisation())));
"""

UPSERT = """
with changed as (
    insert into {mirror} (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select * from unnest($1::uuid[], $2::bigint[], $3::jsonb[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[])
        as news (id, version, state, event_id, correlation_id, traceparent, happened_at) order by id
    on conflict (id) do update set version = excluded.version, state = excluded.state, event_id = excluded.event_id,
        correlation_id = excluded.correlation_id, traceparent = excluded.traceparent,
        happened_at = excluded.happened_at, mirrored_at = clock_timestamp()
    where {mirror}.version < excluded.version
    returning id, version),
placed as (
    insert into position (topic, partition, next_offset, topic_id)
    select * from unnest($9::text[], $10::int[], $11::bigint[], $12::uuid[])
    on conflict (topic, partition) do update set next_offset = excluded.next_offset, topic_id = excluded.topic_id,
        heard_at = clock_timestamp()),
owed as (
    insert into due (reaction, id, version)
    select reaction, id, version from changed, unnest($8::text[]) as reaction order by reaction, id
    on conflict (reaction, id) do update set version = excluded.version, due_at = excluded.due_at,
        since = excluded.since, tries = 0, error = null
    where due.version < excluded.version)
select id from changed
"""

# Makes due what a mirror has and a reaction has not handled: it was lost between the two.
SWEEP = """
insert into due (reaction, id, version)
select reaction, m.id, m.version from {mirror} m cross join unnest($1::text[]) as reaction
left join handled h using (reaction, id) left join due d using (reaction, id)
where m.mirrored_at > $2 and d.id is null and (h.version is null or h.version < m.version)
order by reaction, m.id limit 1000 on conflict do nothing
"""
_GET = "select state from {mirror} where id = $1 and not erased"
_IS_ERASED = "select exists (select from {mirror} where id = $1 and erased)"
_GET_EACH = "select id, state from {mirror} where id = any($1::uuid[]) and not erased"
_FIND = "select state from {mirror} where state ->> $1 = $2 and not erased order by id limit 1"
_FIND_EACH = "select state from {mirror} where state ->> $1 = any($2::text[]) and not erased order by id"
OWED = """
select d.id, d.since, h.version as handled, h.hash, h.state as before,
    m.version, m.event_id, m.state, m.erased, m.correlation_id, m.traceparent, m.happened_at
from due d left join handled h using (reaction, id) left join {mirror} m on m.id = d.id
where d.reaction = $1 and d.id = any($2::uuid[])
"""
ALL_ERASED = "select id, version from {mirror} where erased"
TRACE = "select event_id, id, version, mirrored_at from {mirror} where correlation_id = $1"
FRESH = """
create temporary table fresh (like {mirror} including defaults including generated including indexes) on commit drop
"""
FILL_FRESH = """
insert into fresh (id, version, state, event_id, correlation_id, traceparent, happened_at)
select id, version, state, event_id, correlation_id, traceparent, happened_at
from unnest($1::uuid[], $2::bigint[], $3::jsonb[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[])
    as row (id, version, state, event_id, correlation_id, traceparent, happened_at)
"""
# What was received since the reading began is newer than what was read, or unknown to it.
FORGET_OLDER = """
delete from {mirror} m where mirrored_at < $1
    and not exists (select from fresh f where f.id = m.id and f.version < m.version)
"""
COUNT = "select count(*) from {mirror}"
TAKE_FRESH = """
insert into {mirror} (id, version, state, event_id, correlation_id, traceparent, happened_at)
select id, version, state, event_id, correlation_id, traceparent, happened_at from fresh on conflict (id) do nothing
"""

_ON_IT = (UPSERT, SWEEP, _GET, _IS_ERASED, _GET_EACH, _FIND, _FIND_EACH, OWED, ALL_ERASED, TRACE, COUNT)


@dataclass(frozen=True)
class Mirror:
    """What to keep of a topic: typed columns for queries, and who may see a row besides the system.

    `person` and `organisation` name the columns (uuid) that hold whose row it is; `staff`: all staff see all rows;
    `colleagues`, of accounts: staff see those that are, or were, members of the organisation that they act for.
    `searched`: words that lists are searched for; each is kept as `<name>_key` too, as the search looks at it.
    """

    service: str
    of: type[State]
    columns: tuple[tuple[str, str], ...] = ()
    person: str | None = None
    organisation: str | None = None
    staff: bool = False
    colleagues: bool = False
    searched: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return "mirror_" + re.sub(r"(?<!^)(?=[A-Z])", "_", self.of.__name__).lower()

    def sql(self, statement: str) -> str:
        """A statement of this module with this mirror's table in it. The name is a class name, never input."""
        return statement.replace("{mirror}", self.name).replace("{service}", self.service)

    def table_sql(self) -> str:
        parts = [_TABLE]
        uuids = {name: "uuid" for name in (self.person, self.organisation) if name and name != "id"}
        for column, kind in (dict(self.columns) | uuids).items():
            parts.append(_COLUMN.replace("{column}", column).replace("{type}", kind))
            parts.append(_INDEX.replace("{column}", column))
        parts += [_KEY.replace("{column}", column) for column in self.searched]
        if self.of.about_people:
            parts += [_SECURE, *self._policies()]
        return self.sql("".join(parts))

    def _policies(self) -> list[str]:
        rules = {
            "its_person": f"{self.person} = acting_person()" if self.person else None,
            "its_organisation": f"{self.organisation} = acting_organisation()" if self.organisation else None,
            "all_staff": "acting_organisation() is not null" if self.staff else None,
        }
        made = [_POLICY.replace("{name}", name).replace("{rule}", rule) for name, rule in rules.items() if rule]
        return [*made, _COLLEAGUES] if self.colleagues else made

    def statements(self) -> list[str]:
        """Every statement that works on this mirror's table, for the test that prepares them all."""
        return [self.sql(one) for one in _ON_IT]


def name_of(state: type[State]) -> str:
    return Mirror("", state).name


async def get(tx: Transaction, of: type[S], id: UUID) -> S | None:
    """The newest state received of one aggregate; None: none received, erased, or not to be seen by whoever asks."""
    text = await tx.fetchval(Mirror(tx.service, of).sql(_GET), id)
    return of.model_validate_json(text) if text is not None else None


async def is_erased(tx: Transaction, of: type[State], id: UUID) -> bool:
    """Whether it was heard that this aggregate was erased; False where nothing was heard of it."""
    return bool(await tx.fetchval(Mirror(tx.service, of).sql(_IS_ERASED), id))


async def get_each(tx: Transaction, of: type[S], ids: Sequence[UUID]) -> dict[UUID, S]:
    """The same of several, by id; of whom `get` gives None, nothing."""
    rows = await tx.fetch(Mirror(tx.service, of).sql(_GET_EACH), ids)
    return {row["id"]: of.model_validate_json(row["state"]) for row in rows}


async def find(tx: Transaction, of: type[S], field: str, value: str) -> S | None:
    """The one whose field says this; None as of `get`. For topics of hundreds: it looks at each row."""
    text = await tx.fetchval(Mirror(tx.service, of).sql(_FIND), field, value)
    return of.model_validate_json(text) if text is not None else None


async def find_each(tx: Transaction, of: type[S], field: str, values: Sequence[str]) -> list[S]:
    """All whose field says one of these, in id order; like `find`."""
    rows = await tx.fetch(Mirror(tx.service, of).sql(_FIND_EACH), field, values)
    return [of.model_validate_json(row["state"]) for row in rows]
