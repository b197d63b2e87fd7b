-- A reaction that is owed to something when a moment comes; until then it is in nobody's way and nobody's debt. What is
-- due is worked off from `due`, into which a timer is moved when its time has come, by this database's clock.
create table timer (
    reaction text not null,
    id uuid not null,
    at timestamptz not null,
    correlation_id uuid not null,   -- what it is part of, as of whoever set it
    traceparent text not null,
    primary key (reaction, id)
);
create index timer_next on timer (at);
