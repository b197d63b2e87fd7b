-- Whether the sessions of a role can still be asked about: none is known yet, or the last that takes place ended less
-- than a day ago.
create function role_is_on(opportunity jsonb) returns boolean language sql stable as $$
    select coalesce(max(s.starts_at + s.hours * interval '1 hour') > current_timestamp - interval '1 day', true)
    from jsonb_to_recordset(opportunity -> 'sessions') as s (starts_at timestamptz, hours double precision, cancelled jsonb)
    where s.cancelled is null or s.cancelled = 'null'
$$;

-- A phone number that somebody lets organisations have for the day of a session: a yes of their own, and no more than
-- that. Nothing is kept of whoever has not said yes.
create table day_number (
    person_id uuid primary key,
    phone text not null check (length(phone) between 1 and 40),
    agreed_at timestamptz not null,
    said_by uuid not null
);
call table_of_person('day_number');

-- Asked in the owner's name, since engagements are their person's alone here. Both hold their rules themselves.
create function has_place_with(person uuid, organisation uuid) returns boolean language sql stable security definer
    set search_path from current as $$
    select exists (select from mirror_engagement e join mirror_opportunity o on o.id = e.opportunity_id
        where e.person_id = person and not e.erased and not o.erased and e.state ->> 'status' = 'accepted'
            and e.state ->> 'organisation_id' = organisation::text and role_is_on(o.state))
$$;
create policy whose_place_is_not_over on day_number for select using (
    acting_organisation() is not null and has_place_with(person_id, acting_organisation()));

create function who_has_a_place(role uuid) returns table (person_id uuid, called text, reference text)
    language sql stable security definer set search_path from current as $$
    select e.person_id, l.state ->> 'called', l.state ->> 'reference'
    from mirror_engagement e join mirror_opportunity o on o.id = e.opportunity_id
        left join mirror_leader l on l.id = e.person_id and not l.erased
    where e.opportunity_id = role and not e.erased and not o.erased and e.state ->> 'status' = 'accepted'
        and e.state ->> 'organisation_id' = acting_organisation()::text and role_is_on(o.state)
$$;

-- That a number was taken away on a sheet: once a person, role and day. Its person reads who did.
create table day_number_taken (
    person_id uuid not null,
    opportunity_id uuid not null,
    day date not null,
    organisation_id uuid not null,
    taken_at timestamptz not null,
    taken_by uuid not null,
    primary key (person_id, opportunity_id, day)
);
call table_of_both('day_number_taken', person_may => 'select');
create index day_number_taken_by_day on day_number_taken (day);
