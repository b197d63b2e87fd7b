-- A place in a session is said on a topic of its own: who, which session, and whether they came. Each has an id of its own,
-- so that a place that was given back and one that was taken again are two things, of which the first stays gone. An older
-- version that runs beside this one takes places with the defaults, and `pln restate training.enrolment` says those.
alter table enrolment
    add column id uuid not null default gen_random_uuid(),
    add column version bigint not null default 1 check (version > 0),
    add constraint one_id_each unique (id);

-- What somebody has, and when: a place in a role, a talk that they agreed to, a place in a session of training. Whoever
-- asks sees of it what they may see of its tables. `about`: the engagement, or the programme.
create view taken with (security_invoker = true) as
select m.person_id, 'place' as what, m.id as about, null::uuid as session_id, o.state ->> 'title' as title,
    tstzrange((s ->> 'starts_at')::timestamptz,
        (s ->> 'starts_at')::timestamptz + (s ->> 'hours')::double precision * interval '1 hour') as during
from mirror_engagement m join mirror_opportunity o on o.id = m.opportunity_id and not o.erased
    cross join lateral jsonb_array_elements(o.state -> 'sessions') as s
where not m.erased and m.state ->> 'status' = 'accepted' and jsonb_typeof(s -> 'cancelled') is distinct from 'object'
union all
select m.person_id, 'talk', m.id, null, o.state ->> 'title',
    tstzrange((m.state #>> '{chat,starts_at}')::timestamptz, (m.state #>> '{chat,starts_at}')::timestamptz
        + (m.state #>> '{chat,minutes}')::integer * interval '1 minute')
from mirror_engagement m join mirror_opportunity o on o.id = m.opportunity_id and not o.erased
where not m.erased and m.state ->> 'status' in ('interested', 'offered', 'accepted', 'reserve')
    and m.state #>> '{chat,starts_at}' is not null
union all
select e.person_id, 'training', e.programme_id, s.id, p.title,
    tstzrange(s.starts_at, s.starts_at + s.hours * interval '1 hour')
from enrolment e join session s on s.id = e.session_id join programme p on p.id = e.programme_id
where e.attended is null;
