-- When anything that a role says was said last: the greatest of the moments in its state. Search engines are told of it.
create function last_said(state jsonb) returns timestamptz language sql immutable parallel safe
    return greatest((state ->> 'posted_at')::timestamptz, (state ->> 'closed_at')::timestamptz,
        (state -> 'changed' ->> 'at')::timestamptz, (state -> 'withdrawn' ->> 'at')::timestamptz,
        (select max(greatest((s ->> 'added_at')::timestamptz, (s -> 'changed' ->> 'at')::timestamptz,
            (s -> 'cancelled' ->> 'at')::timestamptz)) from jsonb_array_elements(state -> 'sessions') as x (s)));
alter table opportunity add said_at timestamptz not null generated always as (last_said(state)) stored;
