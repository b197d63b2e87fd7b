"""The one rule of what fits whom, in SQL: over `p`, a row of the pool, and `o`, a role as `ROLE` reads it.

Every statement that asks what fits is put together from these constants; $1 is always the moment. What a person wrote
about themselves for equality monitoring is in no table of this service. The naive twin in the tests
(tests/matching/oracle.py) is held equal to it.
"""

from dataclasses import dataclass

FURTHER = 2
"""Miles by which a district may be nearer than its middle says: 2.2 miles for nine pairs in ten (THIRD_PARTY.md)."""
FAR_MILES = 25
"""Who lives further away than this is told last."""
BAND = 10
"""Scores that differ by less are as good as each other when it is decided who is told first."""


@dataclass(frozen=True)
class Condition:
    """`holds`: SQL that is true where it does; `code`: what is missing where it does not."""

    code: str
    holds: str


ROLE = """(
    select r.id, r.version, r.posted_at, r.apply_by, r.closed_at, r.strand, r.mode, r.organisation_id, r.paid, r.is_job,
        r.words, r.areas, r.access, r.training, r.languages, r.height, r.starts, r.ends, r.parts, r.places, d.lat, d.lon,
        london_day(coalesce((select min(one) from unnest(r.starts) one where one > $1), $1)) as first_day
    from opportunity r left join district d on d.code = r.district) o"""
"""`first_day`: when training is needed first, of the sessions that lie ahead; today, where none has a day."""

AWAY = """cross join lateral (
    select case when o.mode = 'in_person' or (o.mode = 'hybrid' and p.modes = '{in_person}')
        then miles(p.lat, p.lon, o.lat, o.lon) end as miles,
        o.mode = 'in_person' or (o.mode = 'hybrid' and p.modes = '{in_person}') as goes) away"""
"""How far the person has to go: null where nobody has to, or where somebody lives or goes is not known."""

BOTH = f"pool p cross join {ROLE} {AWAY}"

WISHED = """exists (select from wish w where w.person_id = p.person_id
    and (w.strand is null or w.strand = o.strand) and (w.mode is null or w.mode = o.mode)
    and (w.organisation_id is null or w.organisation_id = o.organisation_id)
    and (w.paid is null or w.paid = (o.paid or o.is_job)) and (w.job is null or w.job = o.is_job)
    and (w.words is null or strpos(o.words, searched(w.words)) > 0))"""
"""The person keeps a search that finds the role: they ask for it, whatever their profile says."""

HOLDS_NEEDED = """exists (
    select from mirror_credential h where h.person_id = p.person_id and h.credential = needed and not h.erased
    and coalesce(h.state ->> 'expires_on', '9999-12-31') >= to_char(o.first_day, 'YYYY-MM-DD'))"""
"""The person has the credential that is `needed`, and still has it on the first day."""
_TRAINED = f"not exists (select from unnest(o.training) needed where not {HOLDS_NEEDED})"
_AT = "unnest(o.starts, o.ends, o.parts) as at (starts, ends, part)"

FITS = (
    Condition("closed", "(o.closed_at is null and o.apply_by > $1)"),
    Condition("not_in_pool", "p.in_pool"),
    Condition("other_strand", f"(p.strands = '{{}}' or o.strand = any(p.strands) or {WISHED})"),
    Condition(
        "other_mode",
        "(p.modes = '{}' or o.mode = any(p.modes) or (o.mode = 'hybrid' and p.modes && '{in_person,remote}')"
        f" or {WISHED})",
    ),
    Condition("unpaid", f"(not p.paid_only or o.paid or o.is_job or {WISHED})"),
    Condition("access", "(o.is_job or p.needs <@ o.access)"),
    Condition("lived_experience", "(o.areas = '{}' or p.areas && o.areas)"),
    Condition("language", "(o.languages = '{}' or p.languages && o.languages)"),
    Condition("too_far", f"(p.miles is null or away.miles is null or away.miles <= p.miles + {FURTHER})"),
    Condition(
        "other_times",
        f"(p.times = '{{}}' or o.starts = '{{}}' or exists (select from {_AT}"
        " where at.starts > $1 and at.part = any(p.times)))",
    ),
    Condition("training", _TRAINED),
)
"""What has to hold that a role fits. A job hides from nobody by what they need: whoever employs somebody sees to that
(Equality Act 2010). The step of the ladder hides it from nobody either."""

WANTED = Condition(
    "not_for_me",
    "not exists (select from not_for_me n where n.person_id = p.person_id and n.opportunity_id = o.id)",
)
LOOKED_AT = (
    Condition(
        "busy",
        f"(o.starts = '{{}}' or exists (select from {_AT} where at.starts > $1"
        " and (p.times = '{}' or at.part = any(p.times)) and not p.booked && tstzrange(at.starts, at.ends)))",
    ),
    Condition(
        "answered",
        "not exists (select from mirror_engagement e where e.opportunity_id = o.id and e.person_id = p.person_id"
        " and not e.erased)",
    ),
    WANTED,
)
"""What has to hold besides, that it stands on the person's list: one session at least that they can come to and are
nowhere else, and they have not answered it."""

ASKED_TO_BE_TOLD = Condition("not_subscribed", "p.active")
_ANSWERS = (
    "(select count(*) from mirror_engagement e where e.opportunity_id = o.id and not e.erased"
    " and e.status <> 'withdrawn')"
)
IS_FULL = (
    "exists (select from mirror_intake i where i.id = o.id and not i.erased and"
    " (i.state ->> 'places_taken')::integer + coalesce((i.state ->> 'places_held')::integer, 0) >= o.places)"
)


def enough(each_place: str) -> str:
    """`each_place`: a parameter. Whether nobody more needs to be told: it is full, or enough people have answered."""
    return f"(not o.is_job and ({IS_FULL} or {_ANSWERS} >= {each_place}::integer * o.places))"


def may_be_told(most: str) -> tuple[str, ...]:
    """`most`: a parameter, of roles that anybody is told in a week; a person may have said fewer."""
    return (
        ASKED_TO_BE_TOLD.holds,
        "(p.paused_until is null or p.paused_until < london_day($1))",
        f"coalesce(p.told[least({most}::integer, p.most_a_week)], '-infinity') <= $1 - interval '7 days'",
        "not exists (select from match m where m.opportunity_id = o.id and m.person_id = p.person_id)",
    )


PARTS = (
    ("lived", "10 * least(3, (select count(*) from unnest(o.areas) area where area = any(p.areas)))"),
    ("wish", "case when o.strand = any(p.strands) then 10 else 0 end"),
    (
        "near",
        "case when not away.goes then 5 when away.miles <= 5 then 8 when away.miles <= 10 then 5"
        f" when away.miles <= {FAR_MILES} then 2 else 0 end",
    ),
    ("step", "case o.height - p.height when 1 then 5 when 0 then 3 else 0 end"),
)
"""What a score is the sum of. It orders what fits, and hides nothing."""
SCORE = "(" + " + ".join(sql for _, sql in PARTS) + ")::integer"


def ring(near: str) -> str:
    """`near`: a parameter, in miles. Who lives near is told first, and whoever need not go anywhere counts as near."""
    return (
        f"case when not away.goes then 0 when away.miles is null then 1 when away.miles <= {near}::integer then 0"
        f" when away.miles <= {FAR_MILES} then 1 else 2 end"
    )


def all_of(*conditions: Condition | str) -> str:
    """SQL that is true where all of them hold."""
    return " and ".join(one if isinstance(one, str) else one.holds for one in conditions)
