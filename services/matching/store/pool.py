"""The pool as the rule needs it: a row for each person, made of what was heard of them and of what they asked for."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.postgres.transaction import Transaction

_HEARD = (
    "in_pool, paused_until, active, most_a_week, strands, modes, paid_only, areas, needs, languages, times,"
    " miles, lat, lon, height, booked, engaged_at"
)
_KEPT = (
    "kept.in_pool, kept.paused_until, kept.active, kept.most_a_week, kept.strands, kept.modes,"
    " kept.paid_only, kept.areas, kept.needs, kept.languages, kept.times, kept.miles, kept.lat, kept.lon,"
    " kept.height, kept.booked, kept.engaged_at"
)
_NEW = (
    "excluded.in_pool, excluded.paused_until, excluded.active, excluded.most_a_week, excluded.strands,"
    " excluded.modes, excluded.paid_only, excluded.areas, excluded.needs, excluded.languages, excluded.times,"
    " excluded.miles, excluded.lat, excluded.lon, excluded.height, excluded.booked, excluded.engaged_at"
)
_REFRESH = (
    "insert into pool as kept (person_id, " + _HEARD + ")"
    " select person_id, " + _HEARD + " from pool_as_heard where person_id = any($1::uuid[]) order by person_id"
    " on conflict (person_id) do update set version = kept.version + 1, (" + _HEARD + ") = row(" + _NEW + ")"
    " where (" + _KEPT + ") is distinct from (" + _NEW + ") returning person_id"
)


async def refresh(tx: Transaction, ids: Sequence[UUID]) -> set[UUID]:
    """Make their rows agree with what was heard and asked for, by one statement. Returns whose row changed.

    What was heard is held meanwhile: of two at once the later one reads what the other did not know yet. It locks in
    the order of the ids; whoever was never in the pool has no row.
    """
    await tx.lock_all("select id from mirror_leader where id = any($1::uuid[]) order by id for update", sorted(ids))
    rows = await tx.fetch(_REFRESH, sorted(ids))
    return {row["person_id"] for row in rows}


async def with_a_place_in(tx: Transaction, opportunity_id: UUID) -> list[UUID]:
    """Whoever holds a place, so that its sessions are theirs."""
    rows = await tx.fetch(
        "select e.person_id from mirror_engagement e where e.opportunity_id = $1 and e.status = 'accepted'"
        " and not e.erased order by e.person_id",
        opportunity_id,
    )
    return [row["person_id"] for row in rows]


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from pool where person_id = $1", person_id)
    await tx.change_any("delete from wish where person_id = $1", person_id)
    await tx.change_any("delete from not_for_me where person_id = $1", person_id)
