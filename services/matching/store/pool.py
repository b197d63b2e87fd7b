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
_SAID = (
    "heard.in_pool, heard.paused_until, heard.active, heard.most_a_week, heard.strands, heard.modes, heard.paid_only,"
    " heard.areas, heard.needs, heard.languages, heard.times, heard.miles, heard.lat, heard.lon, heard.height,"
    " heard.booked, heard.engaged_at"
)
_WHEN_TOLD = (
    "array(select m.matched_at from match m where m.person_id = p.person_id order by m.matched_at desc limit 20)"
)
"""Of `p`: when they were told of the last roles, the newest first (`telling.REMEMBERED`)."""
_REFRESH = (
    "insert into pool as kept (person_id, " + _HEARD + ", told)"
    " select person_id, " + _HEARD + ", " + _WHEN_TOLD + " from pool_as_heard p"
    " where person_id = any($1::uuid[]) order by person_id"
    " on conflict (person_id) do update set version = kept.version + 1, (" + _HEARD + ") = row(" + _NEW + ")"
    " where (" + _KEPT + ") is distinct from (" + _NEW + ") returning person_id"
)


async def refresh(tx: Transaction, ids: Sequence[UUID]) -> set[UUID]:
    """Make their rows agree with what was heard and asked for, by one statement. Returns whose row changed.

    What was heard is held meanwhile: of two at once the later one reads what the other did not know yet. It locks in
    the order of the ids; whoever was never in the pool has no row. Whoever gets one was perhaps told of roles before.
    """
    await tx.lock_all("select id from mirror_leader where id = any($1::uuid[]) order by id for update", sorted(ids))
    rows = await tx.fetch(_REFRESH, sorted(ids))
    return {row["person_id"] for row in rows}


async def out_of_step(tx: Transaction, *, limit: int) -> list[UUID]:
    """Some of those whose row says something else than was heard: a version that knew of no pool wrote it down."""
    rows = await tx.fetch(
        "select heard.person_id from pool_as_heard heard left join pool kept using (person_id)"
        " where kept.person_id is null or (" + _KEPT + ") is distinct from (" + _SAID + ") order by 1 limit $1",
        limit,
    )
    return [row["person_id"] for row in rows]


async def told_otherwise(tx: Transaction, after: UUID, *, limit: int) -> list[UUID]:
    """The next of those, after an id, who were told of roles at other times than their row says: a version that knew of
    no pool told them."""
    rows = await tx.fetch(
        "select p.person_id from pool p where p.person_id > $1 and p.told is distinct from " + _WHEN_TOLD + ""
        " order by p.person_id limit $2",
        *(after, limit),
    )
    return [row["person_id"] for row in rows]


async def remember_told(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Make their rows say when they were told. They are held first: whoever tells them now has done so before, or waits
    and asks for their week's number again. Nothing of what fits them has changed."""
    await tx.lock_all("select person_id from pool where person_id = any($1::uuid[]) order by 1 for update", sorted(ids))
    await tx.change_any(
        "update pool p set told = " + _WHEN_TOLD + " where p.person_id = any($1::uuid[])"
        " and p.told is distinct from " + _WHEN_TOLD,
        sorted(ids),
    )


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
