-- A message's lease and end, as chassis/work/leases.py keeps them beside next_try_at, attempts and error; and until when it
-- is worth telling. What an older version queues gets the defaults. `sending` and claimed_at are an older version's lease.
alter table message
    add column leased_until timestamptz,
    add column good_until timestamptz not null default now() + interval '14 days',
    add column ended_at timestamptz;
create index message_given_up on message (ended_at) where ended_at is not null;
