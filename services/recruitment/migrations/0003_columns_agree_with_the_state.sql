-- What stands beside the state, for queries and constraints, says the same as the state.
alter table leader add constraint columns_say_what_the_state_says check (
    (id, version) is not distinct from ((state ->> 'id')::uuid, (state ->> 'version')::bigint));
