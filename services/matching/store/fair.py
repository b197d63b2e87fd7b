"""How fairly people are told of roles, in numbers: what is counted over the pool now and then, and what was counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.publication import FEWEST
from services.chassis.postgres.transaction import Transaction

NEVER_TOLD_DAYS = 90
MOST_ROLES = 50
"""Of which nobody fits as far as is known, so many are looked at at once, those that waited longest first."""
LOOKED_AT_EVERY = timedelta(hours=1)
TOO_LONG = timedelta(minutes=15)
"""After which somebody should have been told of a role that was posted."""


@dataclass(frozen=True)
class ToldOf:
    """How far telling people of a role is, as its organisation may know it. `told`: rounded; 0: fewer than ten."""

    rounds: int
    next_at: datetime | None
    told: int
    answered: int


async def told_of(tx: Transaction[Member], id: UUID) -> ToldOf:
    """Of a role of the organisation that is acted for; of another's: nothing."""
    row = await tx.fetchrow("select rounds, next_at, said_told, answered from told_of($1)", id)
    return ToldOf(row["rounds"], row["next_at"], row["said_told"], row["answered"]) if row else ToldOf(0, None, 0, 0)


async def note_told(tx: Transaction, opportunity_id: UUID, told: int, about: int) -> None:
    """Say how many were told of a role, where it is ten more than when it was said last. The caller holds its row."""
    await tx.change_for(
        "update telling set counted_told = $2, said_told = $3 where opportunity_id = $1 and $2 >= counted_told + $4"
        " returning said_told",
        *(opportunity_id, told, about, FEWEST),
    )


async def is_first_interest(tx: Transaction, opportunity_id: UUID, shown_at: datetime) -> float | None:
    """Seconds from the posting of a role to the first interest in it, where this is it; else None."""
    return await tx.fetchval(
        "with first as (insert into first_interest (opportunity_id, shown_at) select id, $2 from opportunity"
        " where id = $1 on conflict do nothing returning opportunity_id)"
        " select extract(epoch from $2 - o.posted_at)::double precision from first"
        " join opportunity o on o.id = first.opportunity_id",
        *(opportunity_id, shown_at),
    )


# Of the pool: whoever asks to be told today. Told of nothing for so long counts only of whoever has been in it as long.
_ASKS = "p.in_pool and p.active and (p.paused_until is null or p.paused_until < london_day($1))"
NEVER_TOLD = (
    _ASKS + " and exists (select from mirror_leader l where l.id = p.person_id"
    " and (l.state ->> 'approved_at')::timestamptz <= $1 - interval '90 days')"
    " and not exists (select from match m where m.person_id = p.person_id and m.matched_at > $1 - interval '90 days')"
)
"""Of `p`, a row of the pool."""
_NEVER = "select count(*) from pool p where " + NEVER_TOLD
_ASKING = "select count(*) from pool p where " + _ASKS
_AT_CAP = (
    "select count(*) from pool p where " + _ASKS + ""
    " and p.told[least($2::integer, p.most_a_week)] > $1 - interval '7 days'"
)
_ANSWERED = (
    "select count(*) as told, count(e.id) as answered from match m left join mirror_engagement e"
    " on e.opportunity_id = m.opportunity_id and e.person_id = m.person_id and not e.erased"
    " where m.matched_at > $1::timestamptz - interval '37 days' and m.matched_at <= $1 - interval '7 days'"
)


async def count(tx: Transaction, most_a_week: int) -> None:
    """Count what the metrics of every instance say: over the whole pool, so not each time that they are asked for."""
    told = await tx.fetchrow(_ANSWERED, tx.now)
    assert told
    numbers = {
        "never_told": await tx.fetchval(_NEVER, tx.now),
        "asking": await tx.fetchval(_ASKING, tx.now),
        "at_cap": await tx.fetchval(_AT_CAP, tx.now, most_a_week),
        "answered": told["answered"] / told["told"] if told["told"] else 0,
    }
    await tx.change_any(
        "insert into counted (what, number, counted_at) select n.what, n.number, $3 from"
        " unnest($1::text[], $2::double precision[]) as n (what, number) on conflict (what)"
        " do update set number = excluded.number, counted_at = excluded.counted_at",
        *(list(numbers), [float(one) for one in numbers.values()], tx.now),
    )


async def numbers(tx: Transaction) -> dict[str, float]:
    """What was counted last, by what it is."""
    return {row["what"]: row["number"] for row in await tx.fetch("select what, number from counted order by what")}


@dataclass(frozen=True)
class Stuck:
    """Open roles of which something is wrong, and since when of the oldest."""

    nobody_fits: int
    nobody_fits_since: datetime | None
    not_told_since: datetime | None


async def stuck(tx: Transaction) -> Stuck:
    """`not_told_since`: of the oldest open role that was posted, and of which telling did not begin in time."""
    row = await tx.fetchrow(
        "select count(*)::integer as nobody_fits, min(f.since) as nobody_fits_since, (select min(r.posted_at)"
        " from opportunity r left join telling t on t.opportunity_id = r.id where r.closed_at is null"
        " and r.posted_at > $1::timestamptz - interval '7 days' and r.posted_at < $2 and r.apply_by > $1"
        " and (t.opportunity_id is null or (t.rounds = 0 and t.next_at <= $2))) as not_told_since"
        " from fits_nobody f join opportunity o on o.id = f.opportunity_id"
        " where f.since is not null and o.closed_at is null and o.apply_by > $1",
        *(tx.now, tx.now - TOO_LONG),
    )
    assert row
    return Stuck(**dict(row))


# Of each organisation and of all together (null): who took part in how many sessions of a year, most first.
_SAME_FEW = """
    with took_part as (
        select (e.state ->> 'organisation_id')::uuid as organisation_id, e.person_id, count(*) as sessions
        from mirror_engagement e cross join lateral jsonb_array_elements(e.state -> 'sessions') s
        where not e.erased and s -> 'attended' = 'true'
            and (s ->> 'starts_at')::timestamptz > $1::timestamptz - interval '1 year'
        group by 1, 2),
    each as (
        select organisation_id, person_id, sessions from took_part
        union all select null, person_id, sum(sessions) from took_part group by person_id),
    ranked as (
        select organisation_id, sessions, count(*) over whole as people, sum(sessions) over whole as of_all,
            row_number() over (whole order by sessions desc, person_id) as place
        from each window whole as (partition by organisation_id))
    insert into same_few (organisation_id, counted_on, people, share)
    select organisation_id, $2, people - people % 5,
        5 * round(20 * sum(sessions) filter (where place <= ceil(people / 10.0)) / of_all)
    from ranked where people >= case when organisation_id is null then $4::integer else $3 end
    group by organisation_id, people, of_all
"""


async def count_same_few(tx: Transaction, *, fewest_of_all: int) -> None:
    """Count anew. What is too few people to say anything of is not there."""
    await tx.change_any("delete from same_few")
    await tx.change_any(_SAME_FEW, tx.now, london_day(tx.now), FEWEST, fewest_of_all)


@dataclass(frozen=True)
class SameFew:
    """`share`: in hundredths, of the sessions of a year that the tenth took part in that took part most."""

    people: int
    share: int
    counted_on: date


async def same_few(tx: Transaction, organisation_id: UUID | None) -> SameFew | None:
    """Of the network, for everybody (None), or of the organisation that is acted for. None where it is too few."""
    row = await tx.fetchrow(
        "select people, share, counted_on from same_few where organisation_id is not distinct from $1", organisation_id
    )
    return SameFew(**dict(row)) if row else None


async def counted_on(tx: Transaction) -> date | None:
    """When the same few were counted last."""
    return await tx.fetchval("select max(counted_on) from same_few")


async def untold_counts(tx: Transaction) -> Mapping[str, int]:
    """About how many people were told of nothing for long, by what stands in the way; none of fewer than ten."""
    rows = await tx.fetch("select reason, people from untold_count order by people desc, reason")
    return {row["reason"]: row["people"] for row in rows}
