"""A pool of people and the roles that are open to it, drawn by chance and written by SQL, as matching keeps them.

Areas, ways, times and districts as /shared/reference measured them: a role fits between 3 people in 1,000 and 3 in 100.
"""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.recruitment import ACCESS_NEEDS, EXPERIENCE_AREAS, MODES, RUNGS, STRANDS, TIMES
from services.chassis.postgres.transaction import Connection, new_id
from tests.notifications.support import an_opportunity
from tests.support import organisation

TRAINING = ("foundations", "committees", "confidentiality")
LIMITS = ("5", "10", "25", "25", "50", "anywhere")
AT_ONCE = 20_000
_PEOPLE = """
with said as (select (s ->> 'id')::uuid as id, s from unnest($1::jsonb[]) s),
leaders as (insert into mirror_leader (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select id, 1, s -> 'leader', id, id, '', now() from said),
profiles as (insert into mirror_profile (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select id, 1, s -> 'profile', id, id, '', now() from said),
held as (insert into mirror_credential (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select gen_random_uuid(), 1, one, id, id, '', now() from said, jsonb_array_elements(s -> 'held') one)
insert into subscription (person_id, version, strands, own_strands, modes, own_modes, paid_only, active)
    select id, 1, '{}', false, '{}', false, (s ->> 'paid_only')::boolean, true from said
    where (s ->> 'subscribed')::boolean
"""
_POOL = """
insert into pool (person_id, in_pool, paused_until, active, most_a_week, strands, modes, paid_only, areas, needs,
    languages, times, miles, lat, lon, height, booked, engaged_at)
select person_id, in_pool, paused_until, active, most_a_week, strands, modes, paid_only, areas, needs, languages, times,
    miles, lat, lon, height, booked, engaged_at from pool_as_heard on conflict do nothing
"""
_AGAIN = "update pool p set (booked, engaged_at) = row(h.booked, h.engaged_at) from pool_as_heard h" + (
    " where h.person_id = p.person_id and h.engaged_at is not null"
)
_ROLES = """
insert into opportunity (id, version, organisation_id, state, posted_at, apply_by, closed_at, ends_at)
    select (s ->> 'id')::uuid, 1, (s ->> 'organisation_id')::uuid, s, (s ->> 'posted_at')::timestamptz,
        (s ->> 'apply_by')::timestamptz, null, (select max(one) from unnest(session_ends(s -> 'sessions')) one)
    from unnest($1::jsonb[]) s
"""


# What came before: interest in a third of the roles, places, who was told of what, searches that are kept.
_BEFORE = """
create temporary table someone on commit drop as select person_id, row_number() over () as n from pool;
create temporary table something on commit drop as select id, places, row_number() over () as n from opportunity;
insert into mirror_engagement (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select gen_random_uuid(), 1, jsonb_build_object('opportunity_id', r.id, 'person_id', p.person_id, 'status',
        case when p.n % 3 = 0 then 'accepted' else 'interested' end, 'accepted_at',
        now() - p.n % 90 * interval '1 day'), p.person_id, r.id, '', now()
    from something r join someone p on p.n % (select count(*) from something) = r.n where r.n % 3 = 0;
insert into mirror_intake (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select id, 1, jsonb_build_object('id', id, 'version', 1, 'places', places,
        'places_taken', 0, 'organisation_id', id, 'ods_code', 'RX2', 'feedback_by', now()), id, id, '', now()
    from something;
insert into match (id, version, opportunity_id, person_id, reasons, matched_at)
    select gen_random_uuid(), 1, r.id, p.person_id, '{}', now() - interval '8 days'
    from something r join someone p on p.n % 307 = r.n % 307 where p.n < 10000 and r.n % 9 = 0 on conflict do nothing;
insert into wish (id, person_id, strand, words, made_at)
    select gen_random_uuid(), person_id, 'research', 'pain', now() from someone where n % 20 = 0;
insert into not_for_me (person_id, opportunity_id, said_at)
    select p.person_id, r.id, now() from someone p join something r on r.n = p.n where p.n % 10 = 0;
"""


class Drawn:
    """What chance makes of each."""

    def __init__(self, districts: Sequence[str], seed: int = 17) -> None:
        self._by, self._districts, self._now = random.Random(seed), districts, datetime.now(UTC)
        self._plain = an_opportunity(organisation()).model_dump(mode="json")

    def _some(self, codes: Sequence[str], least: int, most: int, chance: float = 1.0) -> list[str]:
        return self._by.sample(codes, self._by.randint(least, most)) if self._by.random() < chance else []

    def person(self) -> dict[str, Any]:
        id, by = str(new_id()), self._by
        profile = {
            "strands": self._some(STRANDS, 1, 3, 0.8),
            "modes": self._some(MODES, 1, 2, 0.7),
            "lived_experience": self._some(EXPERIENCE_AREAS, 1, 3),
            "access_needs": self._some(ACCESS_NEEDS, 1, 2, 0.25),
            "languages": ["en"],
            "times": self._some(TIMES, 2, 10, 0.5),
            "district": by.choice(self._districts),
            "distance": by.choice(LIMITS),
        }
        lasts = (self._now + timedelta(days=by.randint(1, 700))).date().isoformat()
        held = self._some(TRAINING, 1, 2, 0.4)
        return {
            "id": id,
            "leader": {"id": id, "version": 1, "status": "approved", "rung": by.choice(RUNGS)},
            "profile": {"id": id, "version": 1, **profile},
            "held": [{"person_id": id, "credential": code, "expires_on": lasts} for code in held],
            "paid_only": by.random() < 0.2,
            "subscribed": by.random() < 0.9,
        }

    def role(self) -> dict[str, Any]:
        by = self._by
        day = self._now.replace(minute=0, second=0, microsecond=0) + timedelta(days=by.randint(20, 90))
        starts = [(day + timedelta(days=7 * n, hours=by.randint(0, 9))).isoformat() for n in (1, 2)]
        return self._plain | {
            "id": str(new_id()),
            "strand": by.choice(STRANDS),
            "mode": by.choice(MODES),
            "rung": by.choice(RUNGS),
            "access": self._some(ACCESS_NEEDS, 5, 12),
            "lived_experience": self._some(EXPERIENCE_AREAS, 1, 2, 0.9),
            "training": self._some(TRAINING, 1, 1, 0.2),
            "district": by.choice(self._districts),
            "sessions": [{"id": str(new_id()), "starts_at": one, "hours": 2} for one in starts],
            "posted_at": (self._now - timedelta(minutes=by.randint(1, 9999))).isoformat(),
        }


async def make(connection: Connection, *, people: int, roles: int) -> tuple[list[UUID], list[UUID]]:
    """By an administrator's connection to the schema of matching. The ids of those who subscribed, and of the roles."""
    near = "select code from district where code ~ '^(BN|RH|TN|PO)[0-9]' order by code"
    drawn = Drawn([row["code"] for row in await connection.fetch(near)])
    each, posted = [drawn.person() for _ in range(people)], [drawn.role() for _ in range(roles)]
    for sql, rows in ((_PEOPLE, each), (_ROLES, posted)):
        for at in range(0, len(rows), AT_ONCE):
            await connection.execute(sql, [json.dumps(row) for row in rows[at : at + AT_ONCE]], timeout=300)
    await connection.execute("analyze opportunity")
    await connection.execute(_POOL, timeout=300)
    if roles:
        await connection.execute(_BEFORE + _AGAIN, timeout=300)
    await connection.execute("vacuum (analyze)", timeout=300)
    return [UUID(one["id"]) for one in each if one["subscribed"]], [UUID(one["id"]) for one in posted]
