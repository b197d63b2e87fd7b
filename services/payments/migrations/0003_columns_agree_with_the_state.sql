-- What stands beside the state, for queries and constraints, says the same as the state.
alter table rate_card add constraint columns_say_what_the_state_says check (
    (id, version, organisation_id, valid_from, valid_to) is not distinct from (
        (state ->> 'id')::uuid, (state ->> 'version')::bigint, (state ->> 'organisation_id')::uuid,
        (state ->> 'valid_from')::date, (state ->> 'valid_to')::date));
