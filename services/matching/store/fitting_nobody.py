"""Open roles that fit nobody in the pool: looked at now and then, a few at a time."""

from services.chassis.postgres.transaction import Transaction
from services.matching.store.fair import LOOKED_AT_EVERY, MOST_ROLES
from services.matching.store.rule import AWAY, FITS, ROLE

_IS_TOLD = "exists (select from match m where m.opportunity_id = o.id and m.ended_at is null)"
_NEXT = (
    "select o.id from opportunity o left join fits_nobody f on f.opportunity_id = o.id"
    " where o.closed_at is null and o.apply_by > $1 and not " + _IS_TOLD + ""
    " and (f.looked_at is null or f.looked_at <= $2) order by f.looked_at nulls first, o.id limit $3"
)
_LOOK = (
    "insert into fits_nobody (opportunity_id, looked_at, since)"
    " select o.id, $1, case when not exists (select from pool p " + AWAY + " where " + FITS + ")"
    " then $1 end from " + ROLE + " where o.id = any($2::uuid[]) order by o.id"
    " on conflict (opportunity_id) do update set looked_at = $1,"
    " since = case when excluded.since is null then null else coalesce(fits_nobody.since, excluded.since) end"
)


async def look(tx: Transaction) -> int:
    """Look at the next of which nobody is told at the moment. Returns how many that were."""
    ids = [row["id"] for row in await tx.fetch(_NEXT, tx.now, tx.now - LOOKED_AT_EVERY, MOST_ROLES)]
    await tx.change_any(_LOOK, tx.now, ids)
    await tx.change_any(
        "delete from fits_nobody f using opportunity o where o.id = f.opportunity_id and (o.closed_at is not null"
        " or o.apply_by <= $1 or " + _IS_TOLD + ")",
        tx.now,
    )
    return len(ids)
