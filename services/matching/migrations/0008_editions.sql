-- What a role said, from when it was posted on, and after each change. Its sessions say themselves how they changed.
create table opportunity_edition (
    opportunity_id uuid not null references opportunity (id) on delete cascade,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    at timestamptz not null,
    by uuid,
    parts text[] not null,
    why text not null default '' check (length(why) <= 500),
    opportunity jsonb not null,
    primary key (opportunity_id, version),
    constraint columns_say_what_the_state_says check (
        (opportunity_id, version, organisation_id) is not distinct from (
            (opportunity ->> 'id')::uuid, (opportunity ->> 'version')::bigint, (opportunity ->> 'organisation_id')::uuid))
);
create index opportunity_edition_of_organisation on opportunity_edition (organisation_id, at, opportunity_id);
call table_of_organisation('opportunity_edition');
create policy what_has_changed_is_for_everyone on opportunity_edition for select using (true);
-- What stands is the first edition of what was posted before: nobody kept what it said earlier.
insert into opportunity_edition (opportunity_id, version, organisation_id, at, parts, opportunity)
select id, version, organisation_id, posted_at, '{}', state - 'sessions' from opportunity;
