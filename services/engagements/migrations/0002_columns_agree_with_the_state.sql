-- What stands beside the state, for queries and constraints, says the same as the state.
alter table engagement add constraint columns_say_what_the_state_says check (
    (id, version, opportunity_id, organisation_id, person_id, status, interested_at) is not distinct from (
        (state ->> 'id')::uuid, (state ->> 'version')::bigint, (state ->> 'opportunity_id')::uuid,
        (state ->> 'organisation_id')::uuid, (state ->> 'person_id')::uuid, state ->> 'status',
        (state ->> 'interested_at')::timestamptz));
-- Of the opportunity too, as it was heard last. An intake has a version of its own, and keeps the places that were taken.
alter table intake add constraint columns_say_what_the_state_says check (
    (id, organisation_id, ods_code) is not distinct from (
        (opportunity ->> 'id')::uuid, (opportunity ->> 'organisation_id')::uuid, opportunity ->> 'ods_code'));
