-- The tables of the bare scripts: the least that an outbox, a mirror and a loop of reactions can do with.
create schema bare;
set search_path = bare;
create table thing (id uuid primary key, version bigint not null, state jsonb not null);
create table outbox (
    seq bigint generated always as identity primary key,
    key uuid not null,
    value text not null,
    published_at timestamptz
);
create index outbox_unpublished on outbox (seq) where published_at is null;
create function wake() returns trigger language plpgsql
    as $$ begin perform pg_notify('bare_outbox', ''); return null; end $$;
create trigger written after insert on outbox for each statement execute function wake();
create table mirror (id uuid primary key, version bigint not null, state jsonb not null);
create table todo (id uuid primary key, due_at timestamptz not null default clock_timestamp());
create index todo_next on todo (due_at);
create table effect (id uuid primary key, version bigint not null, noted_at timestamptz not null default clock_timestamp());
