-- What waits for staff in this room and is said by no other state (schemas/to_do.py): ids and codes, kept by a job.
create table to_do (
    id uuid primary key,
    version bigint not null check (version > 0),
    state jsonb not null,
    waits boolean generated always as (jsonb_array_length(state -> 'waiting') > 0) stored,
    constraint columns_say_what_the_state_says check (
        (id, version) is not distinct from ((state ->> 'id')::uuid, (state ->> 'version')::bigint))
);
create index to_do_waits on to_do (id) where waits;
call kept_apart('to_do', 'rows of the system');
