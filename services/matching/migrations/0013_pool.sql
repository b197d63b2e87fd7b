-- What fits whom is worked out when it is looked at, by one rule (store/rule.py) over two tables: the pool, and what is
-- posted. A match is kept for what a person was told of, so it keeps no reasons any more.

-- The codes of a list in a state.
create function codes(listed jsonb) returns text[] language sql immutable parallel safe
    return array(select jsonb_array_elements_text(case when jsonb_typeof(listed) = 'array' then listed end));
-- The steps of the ladder, from 0 up. What is not known counts as the lowest.
create function height(rung text) returns integer language sql immutable parallel safe
    return coalesce(array_position(array['feedback', 'improvement', 'governance', 'senior'], rung), 1) - 1;
-- When in the week a moment is, as people say when they can take part (schemas/answers.py, TIMES). Europe/London.
create function part_of_week(moment timestamptz) returns text language sql immutable parallel safe
    return (array['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'])[1 + extract(dow from moment at time zone 'Europe/London')]
        || case when extract(hour from moment at time zone 'Europe/London') < 12 then '_morning'
                when extract(hour from moment at time zone 'Europe/London') < 17 then '_afternoon' else '_evening' end;
-- Miles as the crow flies, by the haversine formula and the mean radius of the earth (IUGG: 6,371.0088 km).
create function miles(lat1 float8, lon1 float8, lat2 float8, lon2 float8) returns float8
    language sql immutable strict parallel safe
    return 2 * 3958.7613 * asin(least(1, sqrt(power(sin(radians(lat2 - lat1) / 2), 2)
        + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2))));

-- The sessions that are not cancelled, in the order of the state: when they start and end, and when in the week.
create function session_starts(sessions jsonb) returns timestamptz[] language sql immutable parallel safe
    return array(select (s ->> 'starts_at')::timestamptz from jsonb_array_elements(sessions) with ordinality as x (s, n)
        where jsonb_typeof(s -> 'cancelled') is distinct from 'object' order by n);
create function session_ends(sessions jsonb) returns timestamptz[] language sql immutable parallel safe
    return array(select (s ->> 'starts_at')::timestamptz + make_interval(secs => (s ->> 'hours')::float8 * 3600)
        from jsonb_array_elements(sessions) with ordinality as x (s, n)
        where jsonb_typeof(s -> 'cancelled') is distinct from 'object' order by n);
create function session_parts(sessions jsonb) returns text[] language sql immutable parallel safe
    return array(select part_of_week((s ->> 'starts_at')::timestamptz)
        from jsonb_array_elements(sessions) with ordinality as x (s, n)
        where jsonb_typeof(s -> 'cancelled') is distinct from 'object' order by n);
alter table opportunity
    add areas text[] not null generated always as (codes(state -> 'lived_experience')) stored,
    add access text[] not null generated always as (codes(state -> 'access')) stored,
    add training text[] not null generated always as (codes(state -> 'training')) stored,
    add languages text[] not null generated always as (codes(state -> 'languages')) stored,
    add height integer not null generated always as (height(state ->> 'rung')) stored,
    add district text generated always as (state ->> 'district') stored,
    add starts timestamptz[] not null generated always as (session_starts(state -> 'sessions')) stored,
    add ends timestamptz[] not null generated always as (session_ends(state -> 'sessions')) stored,
    add parts text[] not null generated always as (session_parts(state -> 'sessions')) stored;

-- What a person looks for besides what their profile says: kept as they narrowed the list of roles to it.
create table wish (
    id uuid primary key,
    person_id uuid not null,
    strand text,
    mode text,
    organisation_id uuid,
    paid boolean,
    job boolean,
    words text,
    made_at timestamptz not null,
    constraint says_something check (num_nonnulls(strand, mode, organisation_id, paid, job, words) > 0)
);
create unique index wish_once on wish (person_id, coalesce(strand, ''), coalesce(mode, ''),
    coalesce(organisation_id::text, ''), coalesce(paid::text, ''), coalesce(job::text, ''), coalesce(words, ''));
call table_of_person('wish');

-- What a person said is not for them. It says nothing of why.
create table not_for_me (
    person_id uuid not null,
    opportunity_id uuid not null,
    said_at timestamptz not null,
    primary key (person_id, opportunity_id)
);
call table_of_person('not_for_me');

alter table subscription add most_a_week integer check (most_a_week between 1 and 20);

-- A person of the pool as the rule needs them: made anew of what was heard and of what they asked for, see the view.
-- `told`: when they were told of the last roles, the newest first. `booked`: when they are somewhere already.
create table pool (
    person_id uuid primary key,
    version bigint not null default 1,
    in_pool boolean not null,
    active boolean not null,
    paid_only boolean not null,
    paused_until date,
    most_a_week integer not null,
    told timestamptz[] not null default '{}',
    areas text[] not null,
    needs text[] not null,
    languages text[] not null,
    strands text[] not null,
    modes text[] not null,
    height integer not null,
    miles integer,
    lat float8,
    lon float8,
    times text[] not null,
    engaged_at timestamptz,
    booked tstzmultirange not null
) with (fillfactor = 70);
create index pool_areas on pool using gin (areas);
call table_of_person('pool', may => 'select');
-- Asked once for a statement, which reads the whole pool, and not for each of its rows.
alter policy system on pool using ((select acting_as_system()));
-- Whoever shares an area of life. Under row-level security each row is looked at before an operator that is not leakproof
-- (`&&`), so no index on areas is of use; the owner of the table sees all of it, and finds them by its index. It says ids,
-- to the system alone.
create function who_shares(wanted text[]) returns setof uuid language sql stable rows 500
    security definer set search_path from current
    as $$ select person_id from pool where (select acting_as_system()) and areas && wanted $$;

create index engagement_of on mirror_engagement (opportunity_id, person_id);
create view pool_as_heard with (security_invoker = true) as
select l.id as person_id,
    l.state ->> 'status' = 'approved' as in_pool,
    case when l.state ->> 'paused_at' is not null then coalesce((l.state ->> 'paused_until')::date, 'infinity') end
        as paused_until,
    coalesce(s.active, false) as active,
    coalesce(s.most_a_week, 20) as most_a_week,
    case when s.own_strands then s.strands else codes(p.state -> 'strands') end as strands,
    case when s.own_modes then s.modes else codes(p.state -> 'modes') end as modes,
    coalesce(s.paid_only, false) as paid_only,
    codes(p.state -> 'lived_experience') as areas,
    codes(p.state -> 'access_needs') as needs,
    codes(p.state -> 'languages') as languages,
    codes(p.state -> 'times') as times,
    case when p.state ->> 'distance' ~ '^[0-9]{1,3}$' then (p.state ->> 'distance')::integer end as miles,
    d.lat, d.lon,
    height(l.state ->> 'rung') as height,
    e.booked, e.engaged_at
from mirror_leader l
left join mirror_profile p on p.id = l.id and not p.erased
left join subscription s on s.person_id = l.id
left join district d on d.code = p.state ->> 'district'
cross join lateral (
    select coalesce(range_agg(tstzrange(at.starts, at.ends)) filter (where of.status = 'accepted'
        and at.starts is not null), '{}') as booked,
        max((of.state ->> 'accepted_at')::timestamptz) as engaged_at
    from mirror_engagement of left join opportunity o on o.id = of.opportunity_id
    left join lateral unnest(o.starts, o.ends) as at (starts, ends) on true
    where of.person_id = l.id and not of.erased) e
where not l.erased;
insert into pool (person_id, in_pool, paused_until, active, most_a_week, strands, modes, paid_only, areas, needs,
    languages, times, miles, lat, lon, height, booked, engaged_at)
select person_id, in_pool, paused_until, active, most_a_week, strands, modes, paid_only, areas, needs, languages, times,
    miles, lat, lon, height, booked, engaged_at from pool_as_heard;

-- How far telling people of a role is: so many rounds were begun, and when the next one may.
create table telling (
    opportunity_id uuid primary key references opportunity,
    rounds integer not null check (rounds >= 0),
    next_at timestamptz not null
);
call table_of_system('telling');
insert into telling (opportunity_id, rounds, next_at) select id, 0, now() from opportunity where closed_at is null;
create index match_told on match (opportunity_id, matched_at);
create index match_going_on on match (id) where ended_at is null;

insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('telling_of_roles', '1', '2026-01-01', 'The network', 'The network, edition 1',
    jsonb_build_object('most_a_week', 7, 'first_told', 50, 'told_for_each_place', 25, 'near_miles', 10,
        'next_after_days', 3, 'answers_for_each_place', 3));
