-- Tables and functions that the chassis keeps in each service's schema.

create function acting_as_system() returns boolean language sql stable
    as $$ select coalesce(current_setting('app.door', true), '') = 'system' $$;
create function acting_person() returns uuid language sql stable
    as $$ select nullif(current_setting('app.person', true), '')::uuid $$;
create function acting_organisation() returns uuid language sql stable
    as $$ select nullif(current_setting('app.organisation', true), '')::uuid $$;

-- What is to be said. seq is taken after the aggregate's row lock, so it is each aggregate's commit order.
create table outbox (
    seq bigint generated always as identity primary key,
    topic text not null,
    key uuid not null,
    version bigint not null check (version > 0),
    event_id uuid not null unique,
    type text not null,
    value text not null check (octet_length(value) <= 262144),
    correlation_id uuid not null,
    traceparent text not null,
    happened_at timestamptz not null,
    written_at timestamptz not null default clock_timestamp(),
    published_at timestamptz,
    unique (topic, key, version)
);
create index outbox_unpublished on outbox (seq) where published_at is null;
create index outbox_published on outbox (published_at) where published_at is not null;
create index outbox_correlation on outbox (correlation_id);

create function wake_relay() returns trigger language plpgsql
    as $$ begin perform pg_notify('pln_outbox_' || tg_table_schema, ''); return null; end $$;
create trigger outbox_written after insert on outbox for each statement execute function wake_relay();

-- How far each partition was heard. A restored database reads again from here.
create table position (
    topic text not null,
    partition integer not null,
    next_offset bigint not null,
    heard_at timestamptz not null default clock_timestamp(),
    primary key (topic, partition)
);

-- Which reaction is owed to which aggregate, and what each has handled.
create table due (
    reaction text not null,
    id uuid not null,
    version bigint not null,
    due_at timestamptz not null default clock_timestamp(),
    since timestamptz not null default clock_timestamp(),
    tries integer not null default 0,
    error text,
    correlation_id uuid,   -- what it is part of, where no mirror row says so
    traceparent text,
    primary key (reaction, id)
);
create index due_next on due (due_at);

create table handled (
    reaction text not null,
    id uuid not null,
    version bigint not null,
    state jsonb,
    handled_at timestamptz not null default clock_timestamp(),
    primary key (reaction, id)
);

-- Records that could not be read.
create table parked (
    id uuid primary key default gen_random_uuid(),
    topic text not null,
    partition integer not null,
    "offset" bigint not null,
    key bytea,
    headers jsonb not null,
    value bytea,
    error text not null,
    parked_at timestamptz not null default clock_timestamp(),
    unique (topic, partition, "offset")
);

-- What operators did about parked records and failing reactions.
create table settled (
    seq bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    who text not null,
    what text not null check (what in ('record', 'reaction')),
    how text not null check (how in ('retried', 'discarded')),
    about text not null,
    error text
);

-- Writes that a client may repeat. Only success spends a key.
create table spent_key (
    account_id uuid,
    key text not null,
    body_hash bytea not null,
    answer jsonb not null,
    spent_at timestamptz not null default clock_timestamp(),
    unique nulls not distinct (account_id, key)
);
create index spent_key_age on spent_key (spent_at);
alter table spent_key enable row level security;
alter table spent_key force row level security;
create policy own on spent_key using (account_id is not distinct from acting_person() or acting_as_system());

create table job (
    name text primary key,
    started_at timestamptz not null,
    ended_at timestamptz,
    error text
);
