"""Promises about looking after people: everybody in the pool is on one list, and what they need stands as they said it.

A list is kept in step with the leader by a trigger, and needs stand beside the profile: neither is said by an event of
its own that could be compared. Of roles, what recruitment decided by its mirror is looked at by what identity knows.
"""

# By promise, and by service and words: a query whose every row is the `about` of one broken thing.
_LISTS = {
    "recruitment: in the pool and on nobody's list": """
select l.id::text as about from recruitment.leader l
where l.status = 'approved' and not exists (select from recruitment.caseload c where c.person_id = l.id)
""",
    "recruitment: on a list and not in the pool": """
select c.person_id::text as about from recruitment.caseload c
where not exists (select from recruitment.leader l where l.id = c.person_id and l.status = 'approved')
""",
    "recruitment: on a list that says something else than they do": """
select c.person_id::text as about from recruitment.caseload c join recruitment.leader l on l.id = c.person_id
where (nullif(c.coordinator_id, '00000000-0000-0000-0000-000000000000'), c.cover_id, c.cover_until, c.paused_at,
    c.reference, c.called_key) is distinct from ((l.state ->> 'coordinator_id')::uuid, (l.state ->> 'cover_id')::uuid,
    (l.state ->> 'cover_until')::date, (l.state ->> 'paused_at')::timestamptz, l.reference, l.called_key)
""",
    # A role that ended with the day is seen within the hour, so yesterday's still counts.
    "recruitment: looked after by somebody who has no role for it": """
select c.person_id || ' ' || who.id as about from recruitment.caseload c
cross join lateral (values (c.coordinator_id), (c.cover_id)) as who (id)
where who.id <> '00000000-0000-0000-0000-000000000000' and not exists (
    select from identity.membership m join identity.organisation o on o.id = m.organisation_id
    where m.account_id = who.id and o.kind = 'network' and m.roles && array['screener', 'coordinator']
        and in_force(m.valid_from, m.valid_to + 1, london_day(now())))
""",
}
_NEEDS = {
    "recruitment: needs of nobody who is in the pool or asks to join": """
select n.person_id::text as about from recruitment.needs n
where n.consent_at is not null
    and not exists (select from recruitment.leader l where l.id = n.person_id and l.status = 'approved')
    and not exists (select from recruitment.application a where a.person_id = n.person_id and a.ended_at is null)
""",
    "recruitment: matching is told of other needs": """
select n.person_id::text as about from recruitment.needs n
left join recruitment.profile p on p.person_id = n.person_id
cross join lateral (select coalesce(p.access_needs, '{}') as told, array(
    select unnest(n.needs || n.format) intersect select unnest(array['step_free', 'bsl', 'captions', 'easy_read',
        'large_print', 'interpreter', 'personal_assistant', 'breaks'])) as said) as it
where not (it.told @> it.said and it.told <@ it.said)
""",
    "recruitment: a review was due days ago, and nobody was asked": """
select n.person_id::text as about from recruitment.needs n
where n.asked_at is null and n.review_by < london_day(now()) - 2
""",
}
BROKEN = {"looked after": _LISTS | _NEEDS}
COUNTED = {"people looked after": "select count(*) from recruitment.caseload"}
