-- When a role's sessions are that take place, from what was last heard of it. "From ten to twelve" ends as twelve begins.
create function sessions_of(opportunity jsonb) returns table (id uuid, during tstzrange)
    language sql immutable parallel safe
begin atomic
    select (s ->> 'id')::uuid, tstzrange(said_at(s ->> 'starts_at'),
        said_at(s ->> 'starts_at') + (s ->> 'hours')::double precision * interval '1 hour')
    from jsonb_array_elements(opportunity -> 'sessions') as s
    where jsonb_typeof(s -> 'cancelled') is distinct from 'object';
end;
create function times_of(opportunity jsonb) returns tstzmultirange language sql immutable parallel safe
begin atomic
    select coalesce(range_agg(during), '{}'::tstzmultirange) from sessions_of(opportunity);
end;
alter table intake add column times tstzmultirange not null generated always as (times_of(opportunity)) stored;

-- What somebody has, and when: a place in a role, a talk that they agreed to, a place in a session of training. Whoever
-- asks sees of it what they may see of its tables. `about`: the engagement, or the programme.
create view booked with (security_invoker = true) as
select e.person_id, 'place' as what, e.opportunity_id, e.id as about, i.opportunity ->> 'title' as title, i.times
from engagement e join intake i on i.id = e.opportunity_id where e.status = 'accepted'
union all
select e.person_id, 'talk', e.opportunity_id, e.id, i.opportunity ->> 'title',
    tstzmultirange(tstzrange(said_at(e.state #>> '{chat,starts_at}'),
        said_at(e.state #>> '{chat,starts_at}') + (e.state #>> '{chat,minutes}')::integer * interval '1 minute'))
from engagement e join intake i on i.id = e.opportunity_id
where e.status in ('interested', 'offered', 'accepted', 'reserve') and e.state #>> '{chat,starts_at}' is not null
union all
select m.person_id, 'training', null, p.id, p.state ->> 'title',
    tstzmultirange(tstzrange(said_at(s ->> 'starts_at'),
        said_at(s ->> 'starts_at') + (s ->> 'hours')::double precision * interval '1 hour'))
from mirror_enrolment m join mirror_programme p on p.id = m.programme_id and not p.erased
    cross join lateral jsonb_array_elements(p.state -> 'sessions') as s
where m.state ->> 'status' = 'booked' and not m.erased and (s ->> 'id')::uuid = m.session_id;

-- At which sessions to come of a role the people who are interested in it, or have a place there, have something else.
-- As the schema's owner, a role that nobody can be: the engagements of other organisations are not for whoever asks, and
-- this says neither what it is that somebody has, nor anything to another organisation, nor of anybody else.
create function busy_then(role uuid, people uuid[], since timestamptz) returns table (person_id uuid, session_id uuid)
    language sql stable security definer set search_path from current as $$
    with to_come as materialized (
        select s.id, s.during from intake i cross join lateral sessions_of(i.opportunity) as s
        where i.id = role and i.organisation_id = acting_organisation() and lower(s.during) > since),
    theirs as materialized (
        select b.person_id, b.times from booked b
        where b.person_id = any(people) and b.opportunity_id is distinct from role
            and b.times && (select range_agg(during) from to_come)
            and exists (select from engagement e where e.opportunity_id = role and e.person_id = b.person_id
                and e.status in ('interested', 'offered', 'accepted', 'reserve')))
    select distinct theirs.person_id, to_come.id from theirs join to_come on to_come.during && theirs.times
$$;
