"""The one rule of what fits whom, in SQL: over `p`, a row of the pool, and `o`, a role as `ROLE` reads it.

Every statement that asks what fits is put together from these constants, with the same parameters: $1 is the moment;
of those that tell, $3 is how many answers for each place are enough, $4 the most roles of a week, $5 how many miles are
near. What a person wrote about themselves for equality monitoring is in no table of this service. The naive twin in the
tests (tests/matching/oracle.py) is held equal to it.
"""

PEOPLE = (
    "select p.person_id, p.version, p.in_pool, p.active, p.paid_only, p.paused_until, p.most_a_week, p.told, p.areas,"
    " p.needs, p.languages, p.strands, p.modes, p.height, p.miles, p.lat, p.lon, p.times, p.engaged_at, p.booked"
    " from pool p"
)
ROLES = (
    "select r.id, r.version, r.posted_at, r.apply_by, r.closed_at, r.strand, r.mode, r.organisation_id, r.paid,"
    " r.is_job, r.words, r.found_by, r.rung, r.areas, r.access, r.training, r.languages, r.height, r.starts, r.ends,"
    " r.parts, r.places,"
    " (select d.lat from district d where d.code = r.district) as lat,"
    " (select d.lon from district d where d.code = r.district) as lon,"
    " london_day(coalesce((select min(one) from unnest(r.starts) one where one > $1), $1)) as first_day"
    " from opportunity r"
)
ROLE = "(" + ROLES + ") o"
"""`first_day`: when training is needed first, of the sessions that lie ahead; today, where none has a day."""
GOES = "(o.mode = 'in_person' or (o.mode = 'hybrid' and p.modes = array['in_person']))"
"""The person would have to go there."""
AWAY = (
    " cross join lateral (select " + GOES + " as goes,"
    " case when " + GOES + " then miles(p.lat, p.lon, o.lat, o.lon) end as miles) away"
)
"""`miles`: null where nobody has to go, or where somebody lives or goes is not known."""
BOTH = "pool p cross join " + ROLE + AWAY
"""Where it is one role or one person, that is read by itself (`as materialized`): of a whole that seems dear enough,
PostgreSQL does not mind to read all people for one."""

_FINDS = (
    "(w.strand is null or w.strand = o.strand)"
    " and (w.mode is null or w.mode = o.mode or (o.mode = 'hybrid' and w.mode in ('in_person', 'remote')))"
    " and (w.organisation_id is null or w.organisation_id = o.organisation_id)"
    " and (w.paid is null or w.paid = (o.paid or o.is_job)) and (w.job is null or w.job = o.is_job)"
    " and (w.kind is null or w.kind = o.rung) and (w.condition is null or w.condition = any(o.areas))"
    " and (w.access is null or w.access = any(o.access))"
    " and (w.words is null or case when w.query is null then strpos(o.words, searched(w.words)) > 0"
    " else o.found_by @@ w.query end)"
    " and (w.near is null or (o.mode <> 'remote' and coalesce((select round(miles(h.lat, h.lon, o.lat, o.lon))"
    " from district h where h.code = w.near) <= w.miles, false)))"
    " and (w.at_times is null or (w.at_times && o.parts and exists (select from unnest(o.starts, o.parts) as"
    " at (starts, part) where at.starts > $1 and at.part = any(w.at_times))))"
)
WISHED = "exists (select from wish w where w.person_id = p.person_id and " + _FINDS + ")"
"""The person keeps a search that finds the role: they ask for it, whatever their profile says."""
HOLDS_NEEDED = (
    "exists (select from mirror_credential h where h.person_id = p.person_id and h.credential = needed and not h.erased"
    " and coalesce(h.state ->> 'expires_on', '9999-12-31') >= to_char(o.first_day, 'YYYY-MM-DD'))"
)
"""The person has the credential that is `needed`, and still has it on the first day."""

# The same for every row: a query of its own is asked once, and what a parameter goes into would be for each.
_TODAY = "(select london_day($1))"
_WEEK_AGO = "(select $1::timestamptz - interval '7 days')"

# What has to hold that a role fits. A job hides from nobody by what they need: whoever employs somebody sees to that
# (Equality Act 2010). The step of the ladder hides it from nobody either. A district may be 2 miles nearer than its
# middle says, for nine pairs in ten (THIRD_PARTY.md).
OPEN = "(o.closed_at is null and o.apply_by > $1)"
_STRAND = "(p.strands = '{}' or o.strand = any(p.strands))"
_MODE = "(p.modes = '{}' or o.mode = any(p.modes) or (o.mode = 'hybrid' and p.modes && array['in_person', 'remote']))"
_PAID = "(not p.paid_only or o.paid or o.is_job)"
_PLAINLY = "(" + _STRAND + " and " + _MODE + " and " + _PAID + ")"
_ACCESS = "(o.is_job or p.needs <@ o.access)"
_LIVED = "(o.areas = '{}' or p.areas && o.areas)"
_LANGUAGE = "(o.languages = '{}' or p.languages && o.languages or (p.languages = '{}' and 'en' = any(o.languages)))"
_NEAR = "(p.miles is null or away.miles is null or away.miles <= p.miles + 2)"
_TIMES = (
    "(p.times = '{}' or o.starts = '{}' or exists (select from unnest(o.starts, o.parts) as at (starts, part)"
    " where at.starts > $1 and at.part = any(p.times)))"
)
_TRAINED = "not exists (select from unnest(o.training) needed where not " + HOLDS_NEEDED + ")"
_WERE_IT_ASKED_FOR = (
    OPEN + " and p.in_pool and " + _LIVED + " and " + _ACCESS + " and " + _LANGUAGE + " and " + _NEAR + " and "
    "" + _TRAINED
)
_ASKED_FOR = " and (" + _PLAINLY + " or " + WISHED + ")"
FITS = _WERE_IT_ASKED_FOR + _ASKED_FOR + " and " + _TIMES
"""Of what costs as much, PostgreSQL looks first at what stands first: that leaves most people out."""

# What has to hold besides, that it stands on the person's list: one session at least that they can come to and are
# nowhere else, and they have not answered it.
_FREE = (
    "(o.starts = '{}' or exists (select from unnest(o.starts, o.ends, o.parts) as at (starts, ends, part)"
    " where at.starts > $1 and (p.times = '{}' or at.part = any(p.times))"
    " and not p.booked && tstzrange(at.starts, at.ends)))"
)
# Each by its key, for the few that all the rest left. `not exists` would be a join; and where PostgreSQL expects to ask
# a table once, it reads the whole of it, and so for every person.
NOT_ANSWERED = (
    "(select true from mirror_engagement e where e.opportunity_id = o.id and e.person_id = p.person_id"
    " and not e.erased limit 1) is null"
)
FOR_ME = "(select true from not_for_me n where n.person_id = p.person_id and n.opportunity_id = o.id) is null"
_AT_SOME_TIME = "(p.times = '{}' or o.parts = '{}' or p.times && o.parts)"
"""Whoever is free then can come then, so that is not asked twice. This says less, and costs much less to ask."""
_COULD_COME = _WERE_IT_ASKED_FOR + " and " + _AT_SOME_TIME + " and " + _FREE
LOOKED_AT = _COULD_COME + _ASKED_FOR + " and " + NOT_ANSWERED + " and " + FOR_ME

STAYS = "coalesce(" + FITS + " and p.active and " + FOR_ME + ", false)"
"""What somebody was told of stays theirs so long."""
ENOUGH = (
    "(not o.is_job and (exists (select from mirror_intake i where i.id = o.id and not i.erased and"
    " (i.state ->> 'places_taken')::integer + coalesce((i.state ->> 'places_held')::integer, 0) >= o.places)"
    " or (select count(*) from mirror_engagement e where e.opportunity_id = o.id and not e.erased"
    " and e.status <> 'withdrawn') >= $3::integer * o.places))"
)
"""Nobody more needs to be told of it: it is full, or enough people have answered."""
ON_A_BREAK = "coalesce(p.paused_until >= " + _TODAY + ", false)"
UNDER_THE_CAP = "coalesce(p.told[least($4::integer, p.most_a_week)], '-infinity') <= " + _WEEK_AGO
"""A person may have said fewer than the network has."""
_HEARS = " and p.active and not " + ON_A_BREAK + " and " + UNDER_THE_CAP
MAY_BE_TOLD = (
    LOOKED_AT + _HEARS + " and (select true from match m where m.opportunity_id = o.id and m.person_id = p.person_id)"
    " is null and (p.person_id is null or not " + ENOUGH + ")"
)
"""Of many roles: as it names the person, `ENOUGH` is asked of those that fit and not of each that there is."""
SETS = (
    " wishing as materialized (select w.person_id from wish w cross join o where " + _FINDS + "),"
    " had_it as materialized (select e.person_id from mirror_engagement e where e.opportunity_id = $2 and not e.erased"
    " and e.person_id is not null union all select n.person_id from not_for_me n where n.opportunity_id = $2"
    " union all select m.person_id from match m where m.opportunity_id = $2),"
)
"""Of one role, `o`, whose id is $2: who keeps a search that finds it, and who answered it or was told of it already."""
MAY_BE_TOLD_OF_ONE = (
    _COULD_COME + " and (" + _PLAINLY + " or p.person_id in (select person_id from wishing))"
    " and p.person_id not in (select person_id from had_it)" + _HEARS + " and not " + ENOUGH
)
"""The same of one role: beside its `SETS`, which are asked once, where each person would be looked up in each."""

_LIVED_POINTS = "10 * least(3, (select count(*) from unnest(o.areas) area where area = any(p.areas)))"
_WISH_POINTS = "case when o.strand = any(p.strands) then 10 else 0 end"
_NEAR_POINTS = (
    "case when not away.goes then 5 when away.miles <= 5 then 8 when away.miles <= 10 then 5"
    " when away.miles <= 25 then 2 else 0 end"
)
_STEP_POINTS = "case o.height - p.height when 1 then 5 when 0 then 3 else 0 end"
SCORE = "(" + _LIVED_POINTS + " + " + _WISH_POINTS + " + " + _NEAR_POINTS + " + " + _STEP_POINTS + ")::integer"
"""Areas of life that are shared, the kind of work, how near it is, the step of the ladder. It orders what fits, and
hides nothing."""
POINTS = (
    "array[array['lived', 'wish', 'near', 'step'], array[(" + _LIVED_POINTS + ")::text, (" + _WISH_POINTS + ")::text,"
    " (" + _NEAR_POINTS + ")::text, (" + _STEP_POINTS + ")::text]]"
)
"""What the score is the sum of: the codes, and how much each gives."""
BAND = "(" + SCORE + " / 10)"
"""Scores of one band are as good as each other when it is decided who is told first."""
RING = (
    "case when not away.goes then 0 when away.miles is null then 1 when away.miles <= $5::integer then 0"
    " when away.miles <= 25 then 1 else 2 end"
)
"""Who lives near is told first, and whoever need not go anywhere counts as near."""

LACKING = (
    "array_remove(array["
    "case when not coalesce(" + OPEN + ", false) then 'closed' end,"
    "case when not p.in_pool then 'not_in_pool' end,"
    "case when not (" + _STRAND + " or " + WISHED + ") then 'other_strand' end,"
    "case when not (" + _MODE + " or " + WISHED + ") then 'other_mode' end,"
    "case when not (" + _PAID + " or " + WISHED + ") then 'unpaid' end,"
    "case when not " + _ACCESS + " then 'access' end,"
    "case when not " + _LIVED + " then 'lived_experience' end,"
    "case when not " + _LANGUAGE + " then 'language' end,"
    "case when not " + _NEAR + " then 'too_far' end,"
    "case when not " + _TIMES + " then 'other_times' end,"
    "case when not " + _TRAINED + " then 'training' end,"
    "case when " + _TIMES + " and not " + _FREE + " then 'busy' end,"
    "case when not (" + NOT_ANSWERED + ") then 'answered' end,"
    "case when not (" + FOR_ME + ") then 'not_for_me' end], null)"
)
"""The codes of what does not hold, in this order. Who cannot come at its times anyway is not said to be busy then."""
