"""Promises about what services did for people: what follows from what happened is there, once, and places hold."""

# By promise, and by service and words: a query whose every row is the `about` of one broken thing. Whoever was told by
# a version of matching that had no week's number, which gave each match its reasons, was perhaps told of more.
_ONCE = {
    "matching: two matches for an opportunity and a person": """
select opportunity_id || ' ' || person_id as about from matching.match
group by opportunity_id, person_id having count(*) > 1
""",
    "matching: told of more roles in a week than the network has": """
select person_id::text as about from matching.match where reasons = '{}' and matched_at > greatest(
    now() - interval '7 days', (select applied_at from matching.migration where name = '0013_pool.sql'))
group by person_id having count(*) > (select max((value ->> 'most_a_week')::integer)
    from matching.policy_edition where kind = 'telling_of_roles')
""",
    "matching: a role that somebody was told of counts more than once in their week": """
select p.person_id::text as about from matching.pool p
where cardinality(p.told) > (select count(*) from matching.match m where m.person_id = p.person_id)
""",
    "notifications: told twice of one stage": """
select person_id || ' ' || about || ' ' || stage as about from notifications.message
group by person_id, about, stage having count(*) > 1
""",
    "training: two credentials for a programme and a person": """
select programme_id || ' ' || person_id as about from training.credential
group by programme_id, person_id having count(*) > 1
""",
    "engagements: two engagements for an opportunity and a person": """
select opportunity_id || ' ' || person_id as about from engagements.engagement
group by opportunity_id, person_id having count(*) > 1
""",
}
_THERE = {
    "matching: what somebody was told of goes on, and it is closed or they are told of nothing": """
select m.id::text as about from matching.match m join matching.opportunity o on o.id = m.opportunity_id
left join matching.pool p on p.person_id = m.person_id
where m.ended_at is null and not coalesce(o.closed_at is null and p.in_pool and p.active, false)
""",
    "matching: the pool says something else of a person than was heard": """
select person_id::text as about from matching.pool p full join matching.pool_as_heard h using (person_id)
where (p.in_pool, p.active, p.paid_only, p.paused_until, p.most_a_week, p.strands, p.modes, p.areas, p.needs,
        p.languages, p.times, p.miles, p.lat, p.lon, p.height, p.booked, p.engaged_at)
    is distinct from (h.in_pool, h.active, h.paid_only, h.paused_until, h.most_a_week, h.strands, h.modes, h.areas,
        h.needs, h.languages, h.times, h.miles, h.lat, h.lon, h.height, h.booked, h.engaged_at)
""",
    "matching: more rounds of telling were begun than there was time for": """
select t.opportunity_id::text as about from matching.telling t join matching.opportunity o on o.id = t.opportunity_id
where t.rounds > 1 + extract(epoch from now() - o.posted_at) / 86400
""",
    "engagements: no intake for an opportunity": """
select o.id::text as about from matching.opportunity o
where jsonb_typeof(o.state -> 'job') is distinct from 'object'
    and not exists (select from engagements.intake i where i.id = o.id)
""",
    "engagements: a question waits, and its engagement says otherwise": """
select q.engagement_id::text as about from engagements.question q
join engagements.engagement e on e.id = q.engagement_id
where q.answered_at is null and ((e.state #>> '{question,asked_at}')::timestamptz is distinct from q.asked_at
    or e.state #>> '{question,answered_at}' is not null)
""",
    "recruitment: approved and not in the pool": """
select a.id::text as about from recruitment.application a
where a.stage = 'approved' and not exists (select from recruitment.leader l where l.id = a.person_id)
""",
    "recruitment: closed for another, and in the pool or without its record": """
select d.id::text as about from recruitment.duplicate d
where d.status = 'closed' and (not exists (select from recruitment.closed_record c where c.person_id = d.closed_id)
    or exists (select from recruitment.leader l where l.id = d.closed_id and l.status = 'approved'
        and l.state ->> 'closed_for' is not null))
""",
    "training: attended and no credential": """
select distinct e.programme_id || ' ' || e.person_id as about from training.enrolment e
where e.attended and not exists (select from training.credential c
    where c.programme_id = e.programme_id and c.person_id = e.person_id)
""",
    "engagements: a need and a session to come, and nothing is asked for": """
select e.id || ' ' || (s ->> 'id') as about
from engagements.engagement e join engagements.mirror_opportunity o on o.id = e.opportunity_id and not o.erased
    join engagements.mirror_needs n on n.id = e.person_id and not n.erased and n.state -> 'shared_with' ? 'places'
    cross join jsonb_array_elements(o.state -> 'sessions') s
where e.status = 'accepted' and (n.state -> 'needs' <> '[]' or n.state -> 'ways_to_talk' <> '[]'
        or n.state ->> 'format' <> 'standard')
    and jsonb_typeof(s -> 'cancelled') is distinct from 'object' and (s ->> 'starts_at')::timestamptz > now()
    and not exists (select from engagements.arrangement a where a.engagement_id = e.id
        and a.session_id = (s ->> 'id')::uuid and a.status <> 'not_needed')
""",
    "engagements: what is arranged is said to be settled otherwise than it is": """
select a.id::text as about from engagements.arrangement a
where a.status <> 'not_needed' and a.settled is distinct from (
    select min(array_position(array['failed', 'asked', 'booked', 'confirmed'], b.state))
    from engagements.booking b where b.arrangement_id = a.id)
""",
    "payments: attended, with pay, and not one claim": """
select e.id || ' ' || (s ->> 'session_id') as about
from engagements.engagement e cross join jsonb_array_elements(e.state -> 'sessions') s
where (s ->> 'attended')::boolean and (e.state #>> '{offer,pay,amount_pence}')::bigint > 0
    and not exists (select from payments.mirror_account a where a.id = e.person_id and a.erased)
    and (select count(*) from payments.claim c where c.engagement_id = e.id and c.person_id = e.person_id
        and c.session_id = (s ->> 'session_id')::uuid) <> 1
""",
}
_PLACES = {
    "engagements: more people than counted, or than places": """
select i.id || ': ' || h.people || ' of ' || i.places || ', counted ' || i.places_taken as about
from engagements.intake i cross join lateral (select count(*) as people from engagements.engagement e
    where e.opportunity_id = i.id and e.status in ('accepted', 'ended')
        and jsonb_typeof(e.state -> 'accepted_at') = 'string') h
where h.people > i.places_taken or i.places_taken + i.places_held > i.places
""",
    "engagements: offers that hold a place, or people who wait for one, counted wrongly": """
select i.id || ': ' || h.held || ' held, counted ' || i.places_held || '; ' || h.waits || ' wait, counted '
    || i.on_reserve as about
from engagements.intake i cross join lateral (select
    count(*) filter (where e.status = 'offered' and (e.state #>> '{offer,holds_place}')::boolean) as held,
    count(*) filter (where e.status = 'reserve') as waits
    from engagements.engagement e where e.opportunity_id = i.id) h
where (h.held, h.waits) is distinct from (i.places_held::bigint, i.on_reserve::bigint)
""",
    "training: more people than counted, or than places": """
select s.id || ': ' || h.people || ' of ' || s.places || ', counted ' || s.places_taken as about
from training.session s cross join lateral (select count(*) as people from training.enrolment e
    where e.session_id = s.id) h
where h.people > s.places_taken or s.places_taken > s.places
""",
}
BROKEN = {"reactions": _ONCE | _THERE, "places": _PLACES}
COUNTED = {
    "opportunities": "select count(*) from matching.opportunity",
    "matches": "select count(*) from matching.match",
    "messages": "select count(*) from notifications.message",
    "places taken": "select coalesce(sum(places_taken), 0) from engagements.intake",
}
