"""Whoever asked to be told and was told of nothing for long, and what stands in the way most often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Transaction
from services.matching.store.fair import NEVER_TOLD
from services.matching.store.rule import BOTH, LACKING

ROLES = 100
"""So many of the roles that were posted last are looked at for each person."""
AT_ONCE = 200

# `reason`: something fits, or what most roles ask for that they lack; nothing is open where there is no role.
_NEXT = (
    "with next as materialized (select p.person_id, l.state ->> 'called' as called,"
    " l.state ->> 'reference' as reference, (l.state ->> 'coordinator_id')::uuid as coordinator_id"
    " from pool p join mirror_leader l on l.id = p.person_id where p.person_id > $2 and " + NEVER_TOLD + ""
    " order by p.person_id limit $3),"
    " newest as materialized (select r.id from opportunity r where r.closed_at is null and r.apply_by > $1"
    " order by r.posted_at desc, r.id limit $5),"
    " lacks as (select p.person_id, array_remove(array_remove(array_remove(" + LACKING + ", 'busy'), 'answered'),"
    " 'not_for_me') as codes from " + BOTH + " join next on"
    " next.person_id = p.person_id where o.id in (select id from newest)),"
    " most as (select distinct on (l.person_id) l.person_id, code from lacks l"
    " cross join lateral unnest(case when l.codes = '{}' then array['fits'] else l.codes end) code"
    " group by l.person_id, code order by l.person_id, code <> 'fits', count(*) desc, code)"
    " insert into untold (person_id, coordinator_id, called, reference, reason, counted_on)"
    " select next.person_id, next.coordinator_id, next.called, next.reference, coalesce(most.code, 'no_roles'), $4"
    " from next left join most on most.person_id = next.person_id"
    " on conflict (person_id) do update set coordinator_id = excluded.coordinator_id, called = excluded.called,"
    " reference = excluded.reference, reason = excluded.reason, counted_on = excluded.counted_on returning person_id"
)


async def note_next(tx: Transaction, after: UUID) -> UUID | None:
    """Note the next of them, after an id. Returns the last; None when there is nobody more."""
    rows = await tx.fetch(_NEXT, tx.now, after, AT_ONCE, london_day(tx.now), ROLES)
    return max((row["person_id"] for row in rows), default=None)


async def forget_others(tx: Transaction) -> None:
    """Whoever was told of something since, or does not ask to be."""
    await tx.change_any(
        "delete from untold u where not exists (select from pool p where p.person_id = u.person_id"
        " and " + NEVER_TOLD + ")",
        tx.now,
    )


async def by_reason(tx: Transaction) -> dict[str, int]:
    rows = await tx.fetch("select reason, count(*)::integer as people from untold group by 1 order by 1")
    return {row["reason"]: row["people"] for row in rows}


async def counted_on(tx: Transaction) -> date | None:
    """When their counts were said last."""
    return await tx.fetchval("select max(counted_on) from untold_count")


async def say_counts(tx: Transaction, counts: Mapping[str, int]) -> None:
    await tx.change_any("delete from untold_count")
    await tx.change_each(
        "insert into untold_count (reason, people, counted_on) select n.reason, n.people, n.day from"
        " unnest($1::text[], $2::integer[], $3::date[]) as n (reason, people, day)",
        [(reason, people, london_day(tx.now)) for reason, people in counts.items()],
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from untold where person_id = $1", person_id)


@dataclass(frozen=True)
class Untold:
    """Somebody whom whoever reads this looks after."""

    person_id: UUID
    called: str
    reference: str
    reason: str
    counted_on: date


UNTOLD = Listing(
    "told of nothing",
    sorts=(
        Sort(
            "name",
            "By name",
            "select person_id, called, reference, reason, counted_on from untold where coordinator_id = $1"
            " and (called, person_id) > ($2, $3) order by called, person_id limit $4",
            by={"called": str, "person_id": UUID},
        ),
    ),
    count="select count(*) from (select from untold where coordinator_id = $1 limit $2) as counted",
)


async def of_coordinator(tx: Transaction, asked: Asked, account_id: UUID) -> Page[Untold]:
    page = await UNTOLD.page(tx, asked, account_id)
    rows: Sequence[Untold] = [Untold(**dict(row)) for row in page.items]
    return page.with_items(list(rows))
