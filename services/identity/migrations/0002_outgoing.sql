-- A letter's lease, tries and end, as chassis/work/leases.py keeps them. What an older version writes gets the defaults;
-- its own due_at and tries are no longer read.
alter table letter_out
    add column next_try_at timestamptz not null default clock_timestamp(),
    add column leased_until timestamptz,
    add column attempts integer not null default 0 check (attempts >= 0),
    add column good_until timestamptz not null generated always as (expires_at) stored,
    add column error text,
    add column ended_at timestamptz;
create index letter_out_next on letter_out (next_try_at, id) where ended_at is null;
