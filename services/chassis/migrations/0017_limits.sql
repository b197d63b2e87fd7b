-- How often somebody did what may be done only so often in a time. Whose row it is cannot be read: `who` is a keyed hash
-- of a visit, an account or a network address. So there is nobody whose row it could be, and no row-level security;
-- whoever may count may count for anybody. A row goes an hour after its time (`purge_counts`).
create table request_count (
    name text not null,         -- of the limit
    scope text not null check (scope in ('visitor', 'address', 'everybody')),
    who bytea not null check (octet_length(who) <= 32),
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    used bigint not null check (used > 0),
    primary key (name, scope, who, starts_at)
);
create index request_count_over on request_count (ends_at);
