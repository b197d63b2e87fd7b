-- What stands beside the state, for queries and constraints, says the same as the state.
alter table opportunity add constraint columns_say_what_the_state_says check (
    (id, version, organisation_id, posted_at, apply_by, closed_at) is not distinct from (
        (state ->> 'id')::uuid, (state ->> 'version')::bigint, (state ->> 'organisation_id')::uuid,
        (state ->> 'posted_at')::timestamptz, (state ->> 'apply_by')::timestamptz, (state ->> 'closed_at')::timestamptz));
