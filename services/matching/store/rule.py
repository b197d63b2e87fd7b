"""The one rule of what fits whom, in SQL: over `p`, a row of the pool, and `o`, a role as `ROLE` reads it.

Every statement that asks what fits is put together from these constants, with the same parameters: $1 is the moment;
of those that tell, $3 is how many answers for each place are enough, $4 the most roles of a week, $5 how many miles are
near. What a person wrote about themselves for equality monitoring is in no table of this service. The naive twin in the
tests (tests/matching/oracle.py) is held equal to it.
"""

ROLE = (
    "(select r.id, r.version, r.posted_at, r.apply_by, r.closed_at, r.strand, r.mode, r.organisation_id, r.paid,"
    " r.is_job, r.words, r.areas, r.access, r.training, r.languages, r.height, r.starts, r.ends, r.parts, r.places,"
    " d.lat, d.lon,"
    " london_day(coalesce((select min(one) from unnest(r.starts) one where one > $1), $1)) as first_day"
    " from opportunity r left join district d on d.code = r.district) o"
)
"""`first_day`: when training is needed first, of the sessions that lie ahead; today, where none has a day."""
GOES = "(o.mode = 'in_person' or (o.mode = 'hybrid' and p.modes = array['in_person']))"
"""The person would have to go there."""
AWAY = (
    " cross join lateral (select " + GOES + " as goes,"
    " case when " + GOES + " then miles(p.lat, p.lon, o.lat, o.lon) end as miles) away"
)
"""`miles`: null where nobody has to go, or where somebody lives or goes is not known."""
BOTH = "pool p cross join " + ROLE + AWAY

WISHED = (
    "exists (select from wish w where w.person_id = p.person_id"
    " and (w.strand is null or w.strand = o.strand) and (w.mode is null or w.mode = o.mode)"
    " and (w.organisation_id is null or w.organisation_id = o.organisation_id)"
    " and (w.paid is null or w.paid = (o.paid or o.is_job)) and (w.job is null or w.job = o.is_job)"
    " and (w.words is null or strpos(o.words, searched(w.words)) > 0))"
)
"""The person keeps a search that finds the role: they ask for it, whatever their profile says."""
HOLDS_NEEDED = (
    "exists (select from mirror_credential h where h.person_id = p.person_id and h.credential = needed and not h.erased"
    " and coalesce(h.state ->> 'expires_on', '9999-12-31') >= to_char(o.first_day, 'YYYY-MM-DD'))"
)
"""The person has the credential that is `needed`, and still has it on the first day."""

# What has to hold that a role fits. A job hides from nobody by what they need: whoever employs somebody sees to that
# (Equality Act 2010). The step of the ladder hides it from nobody either. A district may be 2 miles nearer than its
# middle says, for nine pairs in ten (THIRD_PARTY.md).
_OPEN = "(o.closed_at is null and o.apply_by > $1)"
_STRAND = "(p.strands = '{}' or o.strand = any(p.strands) or " + WISHED + ")"
_MODE = (
    "(p.modes = '{}' or o.mode = any(p.modes) or (o.mode = 'hybrid' and p.modes && array['in_person', 'remote'])"
    " or " + WISHED + ")"
)
_PAID = "(not p.paid_only or o.paid or o.is_job or " + WISHED + ")"
_ACCESS = "(o.is_job or p.needs <@ o.access)"
_LIVED = "(o.areas = '{}' or p.areas && o.areas)"
_LANGUAGE = "(o.languages = '{}' or p.languages && o.languages)"
_NEAR = "(p.miles is null or away.miles is null or away.miles <= p.miles + 2)"
_TIMES = (
    "(p.times = '{}' or o.starts = '{}' or exists (select from unnest(o.starts, o.parts) as at (starts, part)"
    " where at.starts > $1 and at.part = any(p.times)))"
)
_TRAINED = "not exists (select from unnest(o.training) needed where not " + HOLDS_NEEDED + ")"
FITS = (
    _OPEN + " and p.in_pool and " + _STRAND + " and " + _MODE + " and " + _PAID + " and " + _ACCESS + " and "
    "" + _LIVED + " and " + _LANGUAGE + " and " + _NEAR + " and " + _TIMES + " and " + _TRAINED
)

# What has to hold besides, that it stands on the person's list: one session at least that they can come to and are
# nowhere else, and they have not answered it.
_FREE = (
    "(o.starts = '{}' or exists (select from unnest(o.starts, o.ends, o.parts) as at (starts, ends, part)"
    " where at.starts > $1 and (p.times = '{}' or at.part = any(p.times))"
    " and not p.booked && tstzrange(at.starts, at.ends)))"
)
_NOT_ANSWERED = (
    "not exists (select from mirror_engagement e where e.opportunity_id = o.id and e.person_id = p.person_id"
    " and not e.erased)"
)
_FOR_ME = "not exists (select from not_for_me n where n.person_id = p.person_id and n.opportunity_id = o.id)"
LOOKED_AT = FITS + " and " + _FREE + " and " + _NOT_ANSWERED + " and " + _FOR_ME

STAYS = "coalesce(" + FITS + " and p.active, false)"
"""What somebody was told of stays theirs so long."""
ENOUGH = (
    "(not o.is_job and (exists (select from mirror_intake i where i.id = o.id and not i.erased and"
    " (i.state ->> 'places_taken')::integer + coalesce((i.state ->> 'places_held')::integer, 0) >= o.places)"
    " or (select count(*) from mirror_engagement e where e.opportunity_id = o.id and not e.erased"
    " and e.status <> 'withdrawn') >= $3::integer * o.places))"
)
"""Nobody more needs to be told of it: it is full, or enough people have answered."""
ON_A_BREAK = "coalesce(p.paused_until >= london_day($1), false)"
UNDER_THE_CAP = "coalesce(p.told[least($4::integer, p.most_a_week)], '-infinity') <= $1 - interval '7 days'"
"""A person may have said fewer than the network has."""
MAY_BE_TOLD = (
    LOOKED_AT + " and p.active and not " + ON_A_BREAK + " and " + UNDER_THE_CAP + " and not " + ENOUGH + ""
    " and not exists (select from match m where m.opportunity_id = o.id and m.person_id = p.person_id)"
)

SCORE = (
    "(10 * least(3, (select count(*) from unnest(o.areas) area where area = any(p.areas)))"
    " + case when o.strand = any(p.strands) then 10 else 0 end"
    " + case when not away.goes then 5 when away.miles <= 5 then 8 when away.miles <= 10 then 5"
    " when away.miles <= 25 then 2 else 0 end"
    " + case o.height - p.height when 1 then 5 when 0 then 3 else 0 end)::integer"
)
"""Areas of life that are shared, the kind of work, how near it is, the step of the ladder. It orders what fits, and
hides nothing."""
BAND = "(" + SCORE + " / 10)"
"""Scores of one band are as good as each other when it is decided who is told first."""
RING = (
    "case when not away.goes then 0 when away.miles is null then 1 when away.miles <= $5::integer then 0"
    " when away.miles <= 25 then 1 else 2 end"
)
"""Who lives near is told first, and whoever need not go anywhere counts as near."""

LACKING = (
    "array_remove(array["
    "case when not coalesce(" + _OPEN + ", false) then 'closed' end,"
    "case when not p.in_pool then 'not_in_pool' end,"
    "case when not " + _STRAND + " then 'other_strand' end,"
    "case when not " + _MODE + " then 'other_mode' end,"
    "case when not " + _PAID + " then 'unpaid' end,"
    "case when not " + _ACCESS + " then 'access' end,"
    "case when not " + _LIVED + " then 'lived_experience' end,"
    "case when not " + _LANGUAGE + " then 'language' end,"
    "case when not " + _NEAR + " then 'too_far' end,"
    "case when not " + _TIMES + " then 'other_times' end,"
    "case when not " + _TRAINED + " then 'training' end,"
    "case when not " + _FREE + " then 'busy' end,"
    "case when not " + _NOT_ANSWERED + " then 'answered' end,"
    "case when not " + _FOR_ME + " then 'not_for_me' end], null)"
)
"""The codes of what does not hold, in this order."""
