"""Matching as a bare script does it: what a role or a person asks is given, nobody is asked who may read what."""

# $1 the role, $2 strand, $3 mode, $4 areas, $5 access, $6 training, $7 languages, $8 height, $9 and $10 where it is,
# $11 to $13 its sessions, $14 its first day, $15 whether it is paid, $16 how many are told, $17 their ids
_PEOPLE = """
with best as materialized (select p.person_id, p.engaged_at, p.told[1] as last,
    case when not goes then 0 when far is null then 1 when far <= 10 then 0 when far <= 25 then 1 else 2 end as ring,
    (10 * least(3, cardinality(array(select unnest($4::text[]) intersect select unnest(p.areas))))
        + case when $2 = any(p.strands) then 10 else 0 end
        + case when not goes then 5 when far <= 5 then 8 when far <= 10 then 5 when far <= 25 then 2 else 0 end
        + case $8::integer - p.height when 1 then 5 when 0 then 3 else 0 end) / 10 as band
    from pool p
    cross join lateral (select $3 = 'in_person' or ($3 = 'hybrid' and p.modes = '{in_person}') as goes) g
    cross join lateral (select case when goes then miles(p.lat, p.lon, $9, $10) end as far) a
    where p.in_pool and p.active {shares} and p.needs <@ $5 and ($7::text[] = '{}' or p.languages && $7)
    and ((p.strands = '{}' or $2 = any(p.strands))
        and (p.modes = '{}' or $3 = any(p.modes) or ($3 = 'hybrid' and p.modes && '{in_person,remote}'))
        and (not p.paid_only or $15::boolean)
        or p.person_id in (select person_id from wish where (strand is null or strand = $2)
            and (mode is null or mode = $3) and organisation_id is null and (paid is null or paid = $15)
            and (job is null or not job)
            and (words is null or strpos((select o.words from opportunity o where o.id = $1), searched(words)) > 0)))
    and (p.miles is null or far is null or far <= p.miles + 2)
    and exists (select from unnest($11::timestamptz[], $12::timestamptz[], $13::text[]) at (starts, ends, part)
        where starts > now() and (p.times = '{}' or part = any(p.times)) and not p.booked && tstzrange(starts, ends))
    and not exists (select from unnest($6::text[]) needed where not exists (select from mirror_credential h
        where h.person_id = p.person_id and h.credential = needed and not h.erased
        and coalesce(h.state ->> 'expires_on', '9999-12-31') >= $14))
    and coalesce(p.paused_until < current_date, true)
    and coalesce(p.told[least(7, p.most_a_week)], '-infinity') <= now() - interval '7 days'
    and (select true from mirror_engagement e where e.opportunity_id = $1 and e.person_id = p.person_id) is null
    and (select true from not_for_me n where n.opportunity_id = $1 and n.person_id = p.person_id) is null
    and (select true from match m where m.opportunity_id = $1 and m.person_id = p.person_id) is null
    order by ring, band desc, p.engaged_at nulls first, last nulls first, p.person_id limit $16),
told as (update pool p set told = (array_prepend(now(), p.told))[1:20] from best where p.person_id = best.person_id),
kept as (insert into telling (opportunity_id, rounds, next_at) values ($1, 1, now() + interval '3 days')
    on conflict (opportunity_id) do update set rounds = telling.rounds + 1),
woken as (insert into timer (reaction, id, at, correlation_id, traceparent)
    values ('tell_next', $1, now() + interval '3 days', $1, '')
    on conflict (reaction, id) do update set at = excluded.at),
"""
_WRITTEN = """
made as (insert into match (id, version, opportunity_id, person_id, reasons, matched_at)
    select ($17::uuid[])[n], 1, {role}, {person}, '{}', now() from (select *, row_number() over () as n from best) best
    returning id, opportunity_id, person_id)
insert into outbox (topic, key, version, event_id, type, value, correlation_id, traceparent, happened_at)
    select 'matching.match', id, 1, gen_random_uuid(), 'MatchMade', json_build_object('id', id, 'version', 1,
        'waiting', '[]'::json, 'opportunity_id', opportunity_id, 'person_id', person_id, 'matched_at', now(),
        'ended_at', null)::text, id, '', now() from made
"""
ROLE = (_PEOPLE + _WRITTEN).replace("{role}", "$1").replace("{person}", "person_id")
ASKS_FOR_AREAS, ASKS_FOR_NONE = ROLE.replace("{shares}", "and p.areas && $4"), ROLE.replace("{shares}", "")
OF_ROLE = """
select o.id, o.strand, o.mode, o.areas, o.access, o.training, o.languages, o.height, d.lat, d.lon, o.starts, o.ends,
    o.parts, to_char(london_day((select min(one) from unnest(o.starts) one)), 'YYYY-MM-DD'), o.paid,
    50 - (select count(*) from match m where m.opportunity_id = o.id) as more
from opportunity o left join district d on d.code = o.district where o.id = any($1::uuid[])
"""

# $1 the person, $2 strands, $3 modes, $4 paid only, $5 areas, $6 needs, $7 languages, $8 times, $9 miles, $10 and $11
# where they live, $12 their step, $13 when they are busy, $14 how many roles
RANKED = """
select o.id, o.posted_at, (10 * least(3, cardinality(array(select unnest(o.areas) intersect select unnest($5::text[]))))
        + case when o.strand = any($2::text[]) then 10 else 0 end
        + case when not goes then 5 when far <= 5 then 8 when far <= 10 then 5 when far <= 25 then 2 else 0 end
        + case o.height - $12::integer when 1 then 5 when 0 then 3 else 0 end) as score
    from opportunity o left join district d on d.code = o.district
    cross join lateral (select o.mode = 'in_person' or (o.mode = 'hybrid' and $3::text[] = '{in_person}') as goes) g
    cross join lateral (select case when goes then miles($10, $11, d.lat, d.lon) end as far) a
    where o.closed_at is null and o.apply_by > now() and (o.areas = '{}' or $5 && o.areas)
    and (o.is_job or $6::text[] <@ o.access) and (o.languages = '{}' or $7::text[] && o.languages)
    and (($2 = '{}' or o.strand = any($2)) and (not $4::boolean or o.paid or o.is_job)
        and ($3 = '{}' or o.mode = any($3) or (o.mode = 'hybrid' and $3 && '{in_person,remote}'))
        or exists (select from wish w where w.person_id = $1 and (w.strand is null or w.strand = o.strand)
            and (w.words is null or strpos(o.words, searched(w.words)) > 0)))
    and ($9::integer is null or far is null or far <= $9 + 2)
    and (o.starts = '{}' or exists (select from unnest(o.starts, o.ends, o.parts) at (starts, ends, part)
        where starts > now() and ($8::text[] = '{}' or part = any($8)) and not $13::tstzmultirange
        && tstzrange(starts, ends)))
    and not exists (select from unnest(o.training) needed where not exists (select from mirror_credential h
        where h.person_id = $1 and h.credential = needed and not h.erased and coalesce(h.state ->> 'expires_on',
        '9999-12-31') >= to_char(london_day((select min(one) from unnest(o.starts) one)), 'YYYY-MM-DD')))
    and not exists (select from mirror_engagement e where e.opportunity_id = o.id and e.person_id = $1)
    and not exists (select from not_for_me n where n.opportunity_id = o.id and n.person_id = $1)
"""
PAGE = (
    "select s.id, s.posted_at, s.score, o.state, m.id from (" + RANKED + " order by score desc, o.posted_at desc,"
    " o.id desc limit $14) s join opportunity o using (id) left join match m on m.opportunity_id = s.id"
    " and m.person_id = $1"
)
PERSON = (
    "with best as materialized (" + RANKED + " and not exists (select from match m where m.opportunity_id = o.id and"
    " m.person_id = $1) and not exists (select from mirror_intake i where i.id = o.id and"
    " (i.state ->> 'places_taken')::integer >= o.places) and (select count(*) from mirror_engagement e where"
    " e.opportunity_id = o.id and e.status <> 'withdrawn') < 3 * o.places order by score desc, o.posted_at desc, o.id"
    " desc limit $14), told as (update pool set told = (array_cat(array_fill(now(), array[(select count(*) from"
    " best)::integer]), told))[1:20] where person_id = $1),"
    + _WRITTEN.replace("{role}", "best.id").replace("{person}", "$1").replace("$17", "$15")
)
OF_PERSON = """
select person_id, strands, modes, paid_only, areas, needs, languages, times, miles, lat, lon, height, booked
from pool where person_id = any($1::uuid[])
"""
REFRESHED = """
insert into pool as kept (person_id, in_pool, paused_until, active, most_a_week, strands, modes, paid_only, areas,
    needs, languages, times, miles, lat, lon, height, booked, engaged_at)
select person_id, in_pool, paused_until, active, most_a_week, strands, modes, paid_only, areas, needs, languages, times,
    miles, lat, lon, height, booked, engaged_at from pool_as_heard where person_id = $1
on conflict (person_id) do update set version = kept.version + 1, strands = excluded.strands, modes = excluded.modes,
    areas = excluded.areas, needs = excluded.needs, times = excluded.times, miles = excluded.miles
"""
END = """
update match m set ended_at = now(), version = version + 1 where ended_at is null and not exists (
    select from pool p, opportunity o where p.person_id = m.person_id and o.id = m.opportunity_id and p.in_pool
    and p.active and o.closed_at is null and o.apply_by > now() and (o.areas = '{}' or p.areas && o.areas)
    and (o.is_job or p.needs <@ o.access))
"""
