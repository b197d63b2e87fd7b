-- What somebody needs is for staff of an organisation where they have a place now, if they said that such may see it.
create policy staff_of_whoever_has_a_place_and_shares on mirror_needs for select using (
    state -> 'shared_with' ? 'places' and exists (select from engagement e where e.person_id = mirror_needs.id
        and e.organisation_id = acting_organisation() and e.status = 'accepted'));

-- What the organisation has arranged of what somebody with a place there needs: their person reads it, its staff write it.
create table arranged (
    engagement_id uuid primary key references engagement (id) on delete cascade,
    organisation_id uuid not null,
    person_id uuid not null,
    codes text[] not null,
    arranged_by uuid not null,
    arranged_at timestamptz not null
);
call table_of_both('arranged', person_may => 'select');
