"""How often something is done in a time: counted in PostgreSQL, so that all instances of a service count together.

Time is cut into windows of one length, by the database's clock; over the edge of two windows twice as much can pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.chassis.postgres.transaction import Transaction

Scope = Literal["visitor", "address", "everybody"]

# One statement: each of those whose own limit it is, counted and compared; then everybody together, but only by what
# was let through so far: nobody uses up what is for all by being refused. In the order of scopes, so that of two who
# come at the same moment neither waits for the other in a circle.
_COUNT = """
with wanted as (
    select scope, who, most, date_bin($2::interval, clock_timestamp(), 'epoch'::timestamptz) as starts_at
    from unnest($3::text[], $4::bytea[], $5::bigint[]) as wanted (scope, who, most)),
own as (
    insert into request_count as c (name, scope, who, starts_at, ends_at, used)
    select $1, scope, who, starts_at, starts_at + $2::interval, 1 from wanted where scope <> 'everybody'
    order by scope
    on conflict (name, scope, who, starts_at) do update set used = c.used + 1
    returning scope, ends_at, used),
over as (select scope, ends_at from own join wanted using (scope) where used > most),
together as (
    insert into request_count as c (name, scope, who, starts_at, ends_at, used)
    select $1, scope, who, starts_at, starts_at + $2::interval, 1 from wanted
    where scope = 'everybody' and not exists (select from over)
    on conflict (name, scope, who, starts_at) do update set used = c.used + 1
    returning scope, ends_at, used)
select scope, ends_at, clock_timestamp() as now from over
union all
select scope, ends_at, clock_timestamp() from together join wanted using (scope) where used > most
"""


@dataclass(frozen=True)
class Exceeded:
    """A limit that is used up: whose it is, until when, and how long that is from now."""

    scope: Scope
    until: datetime
    wait: timedelta


async def count(
    tx: Transaction, name: str, window: timedelta, wanted: Mapping[Scope, tuple[bytes, int]]
) -> Exceeded | None:
    """Count it once in each scope (→ whose, and how often at most); the limit that this exceeds, the widest first.

    It stays counted only if the transaction commits.
    """
    whose, most = [who for who, _ in wanted.values()], [most for _, most in wanted.values()]
    rows = await tx.fetch(_COUNT, name, window, list(wanted), whose, most)
    if not rows:
        return None
    row = max(rows, key=lambda row: row["ends_at"])
    return Exceeded(row["scope"], row["ends_at"], row["ends_at"] - row["now"])
