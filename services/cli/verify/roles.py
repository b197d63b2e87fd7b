"""Promises about roles: an open one says what it has to, each change is kept, and somebody else said yes to what was
drafted for an organisation.

Roles that were posted before editions were kept are looked at only by their newest edition: nobody had to say what
is asked for today. Whether somebody was alone is looked at by whole days, so that a role that was given or ended on the
day itself alarms nobody.
"""

# By promise, and by service and words: a query whose every row is the `about` of one broken thing.
_SAID = {
    "matching: open, and something is not said that has to be": """
select o.id || ' ' || string_agg(it.name, ' ' order by it.name) as about from matching.opportunity o
join matching.opportunity_edition e on e.opportunity_id = o.id and e.parts = '{}' and e.by is not null
cross join lateral (
    select n.name from unnest(array['title', 'summary', 'role_type', 'what_will_change', 'time_commitment'])
        as n (name) where coalesce(o.state ->> n.name, '') = ''
    union all select n.name from unnest(array['purpose', 'influence', 'cycle_stage', 'support', 'decide_by'])
        as n (name) where not o.is_job and coalesce(o.state ->> n.name, '') = ''
    union all select n.name from unnest(array['sessions', 'expenses'])
        as n (name) where not o.is_job and coalesce(o.state -> n.name, '[]') = '[]'
    union all select n.name from unnest(array['place', 'getting_in']) as n (name)
        where o.mode <> 'remote' and not (o.is_job and n.name = 'getting_in') and coalesce(o.state ->> n.name, '') = ''
    union all select 'status_decision' where o.paid and jsonb_typeof(o.state -> 'status_decision') <> 'object'
    union all select 'unpaid_why' where not o.paid and not o.is_job and coalesce(o.state ->> 'unpaid_why', '') = ''
) it
where o.closed_at is null group by o.id
""",
    "matching: posted or changed, and no edition of it is kept": """
select o.id || ' ' || c.at as about from matching.opportunity o
cross join lateral (
    select o.posted_at as at, array[]::text[] as parts
    union all select (o.state #>> '{changed,at}')::timestamptz,
        array(select jsonb_array_elements_text(o.state #> '{changed,parts}')) where o.state -> 'changed' <> 'null'
    union all select (s ->> 'at')::timestamptz, array(select jsonb_array_elements_text(s -> 'parts'))
        from jsonb_array_elements(o.state -> 'changed_before') s
) c
where not exists (select from matching.opportunity_edition e
    where e.opportunity_id = o.id and e.at = c.at and e.parts = c.parts)
""",
    "matching: the newest edition is not what the role says, or they do not follow each other": """
select e.opportunity_id || ' version ' || e.version as about from (select opportunity_id, version, parts, opportunity,
    lead(version) over in_order is null as is_newest, lag(version) over in_order is null as is_first
    from matching.opportunity_edition window in_order as (partition by opportunity_id order by version)) e
join matching.opportunity o on o.id = e.opportunity_id
where e.is_first <> (e.parts = '{}') or e.version > o.version
    or e.is_newest and not o.state @> (e.opportunity - array['version', 'closed_at'])
""",
    "matching: called off, and a session is still to take place": """
select o.id || ' ' || (s ->> 'id') as about from matching.opportunity o
cross join jsonb_array_elements(o.state -> 'sessions') s
where o.called_off and jsonb_typeof(s -> 'cancelled') is distinct from 'object'
    and (s ->> 'starts_at')::timestamptz > greatest(now(), (o.state #>> '{withdrawn,at}')::timestamptz)
""",
}
_ASKED = {
    "matching: asked for, and posted by no yes to it, or twice": """
select a.id || ' ' || a.opportunity_id as about from matching.asked a
left join matching.opportunity o on o.id = a.opportunity_id
where a.opportunity_id is not null and (o.organisation_id is distinct from a.organisation_id
    or o.posted_at <> a.ended_at
    or exists (select from matching.asked b where b.opportunity_id = a.opportunity_id and b.id <> a.id))
""",
    "matching: somebody said yes to their own draft, and was not alone there": """
select a.id || ' ' || e.by as about from matching.asked a
join matching.opportunity_edition e on e.opportunity_id = a.opportunity_id and e.parts = '{}'
where e.by in (a.drafted_by, a.sent_by) and exists (
    select from identity.membership m join identity.account c on c.id = m.account_id and c.kind = 'person'
    where 'coordinator' = any(m.roles) and m.account_id <> all(array_remove(array[a.drafted_by, a.sent_by], null))
        and (m.organisation_id = a.organisation_id or exists (select from identity.hosting h
            where h.organisation_id = a.organisation_id and h.host_id = m.organisation_id
                and h.valid_from < london_day(a.ended_at)
                and (h.valid_to is null or h.valid_to > london_day(a.ended_at))))
        and m.valid_from < london_day(a.ended_at) and (m.valid_to is null or m.valid_to > london_day(a.ended_at)))
""",
}
BROKEN = {"roles": _SAID | _ASKED}
COUNTED = {
    "editions of roles": "select count(*) from matching.opportunity_edition",
    "asked for and posted": "select count(*) from matching.asked where opportunity_id is not null",
}
