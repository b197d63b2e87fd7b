-- Before a role is posted: about how many people it would fit, as its organisation was told (DECISIONS 116). The same
-- thing asked again has the same answer. `key`: of what the rule looks at, and of nothing else that the role says.
create table fit_count (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    key text not null,
    demands jsonb not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    -- Rounded; 0: fewer than can be said.
    about integer check (about = 0 or about >= 10),
    costs text,
    without integer check (without >= 10),
    unique (organisation_id, key),
    check ((answered_at is null) = (about is null)),
    check ((costs is null) = (without is null))
);
create index fit_count_asked on fit_count (asked_at);
call table_of_organisation('fit_count');

-- What was said of each, whoever asked, and how many it was: for nobody to see, so that it is not said anew too soon.
create table fit_counted (
    key text primary key,
    counted integer not null,
    about integer not null,
    counted_at timestamptz not null
);
create index fit_counted_at on fit_counted (counted_at);
call table_of_system('fit_counted');

-- How many were told of a role, as its organisation may know it: it changes by ten people at least.
alter table telling add counted_told integer not null default 0, add said_told integer not null default 0;

-- How far telling people of a role is, for the staff of its organisation, who may read neither matches nor engagements
-- here. It answers of nobody else's role, whatever it is asked.
create function told_of(role uuid) returns table (rounds integer, next_at timestamptz, said_told integer, answered integer)
    language sql stable security definer set search_path from current as $$
    select coalesce(t.rounds, 0), t.next_at, coalesce(t.said_told, 0), (select count(*)::integer from mirror_engagement e
        where e.opportunity_id = o.id and not e.erased and e.status <> 'withdrawn')
    from opportunity o left join telling t on t.opportunity_id = o.id
    where o.id = role and o.organisation_id = acting_organisation()
$$;

-- When the first person showed interest in a role: measured once.
create table first_interest (
    opportunity_id uuid primary key references opportunity,
    shown_at timestamptz not null
);
call table_of_system('first_interest');
insert into first_interest (opportunity_id, shown_at)
select o.id, min((e.state ->> 'interested_at')::timestamptz) from opportunity o join mirror_engagement e
on e.opportunity_id = o.id and not e.erased group by o.id;

-- Open roles of which nobody is told at the moment, as they were looked at last: since when nobody in the pool fits.
create table fits_nobody (
    opportunity_id uuid primary key references opportunity,
    looked_at timestamptz not null,
    since timestamptz
);
call table_of_system('fits_nobody');

-- What is counted over the whole pool, now and then, for the metrics of every instance.
create table counted (
    what text primary key,
    number double precision not null,
    counted_at timestamptz not null
);
call table_of_system('counted');

-- Which share of the sessions of a year the tenth took part in that took part most, in whole fives of a hundred: for the
-- network (no organisation), which everybody may read, and for each organisation of its own.
create table same_few (
    organisation_id uuid,
    counted_on date not null,
    people integer not null check (people >= 10),
    share integer not null check (share between 0 and 100),
    unique nulls not distinct (organisation_id)
);
call table_of_organisation('same_few');
create policy everybody_reads_the_networks on same_few for select using (organisation_id is null);

-- Whoever asked to be told and was told of nothing for 90 days, and what stands in the way most often; made anew each
-- day, for whoever looks after them. Of all of them counts are kept, by the rule of publication.
create table untold (
    person_id uuid primary key,
    coordinator_id uuid,
    called text collate "C" not null,
    reference text not null,
    reason text not null,
    counted_on date not null
);
create index untold_of on untold (coordinator_id, called, person_id);
call table_of_system('untold');
create policy whoever_looks_after_them_reads on untold for select using (coordinator_id = acting_hand());
create table untold_count (
    reason text primary key,
    people integer not null check (people >= 10),
    counted_on date not null
);
call table_for_everyone('untold_count');
