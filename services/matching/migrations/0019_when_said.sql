-- When anything that a role says was said last: the latest of the moments in its state. Search engines are told of it.
create function moment_said(said text) returns timestamptz language sql immutable parallel safe
    return said::timestamptz;
create function last_said(sessions jsonb) returns timestamptz language sql immutable parallel safe
    return (select max(greatest((s ->> 'added_at')::timestamptz, (s -> 'changed' ->> 'at')::timestamptz,
        (s -> 'cancelled' ->> 'at')::timestamptz)) from jsonb_array_elements(sessions) as x (s));
alter table opportunity add said_at timestamptz not null generated always as (greatest(
    moment_said(state ->> 'posted_at'), moment_said(state ->> 'closed_at'), moment_said(state -> 'changed' ->> 'at'),
    moment_said(state -> 'withdrawn' ->> 'at'), last_said(state -> 'sessions'))) stored;
