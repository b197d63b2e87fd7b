"""Timers: what `tx.wake` asked for is moved to what is due when its time has come, by the database's clock.

A process's clock says nothing here: one that jumps wakes nobody early or late. Until its time a timer is not due, and
counts nowhere as overdue.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import structlog

from services.chassis.base import failpoints
from services.chassis.base.hands import SYSTEM
from services.chassis.postgres.transaction import Database, Transaction

AT_ONCE = 1000
"""So many timers are moved in one statement, oldest first; what else becomes due waits behind no more than these."""

log = structlog.get_logger()

_LOOK = """
select exists (select from due where due_at <= statement_timestamp()) as due,
    exists (select from timer where at <= coalesce($1, statement_timestamp())) as ripe
"""
# What else is due of the same may be in a command's hands: then that timer waits for the next look, and no other does.
# A row that is only just being inserted cannot be seen: who inserts it is given way to, before anybody is called dead.
_WAIT_LITTLE = "set local lock_timeout = '500ms'"
# Version 0 is below every aggregate's; that something became due again while it was being done shows in `since`.
_FIRE = """
with ripe as materialized (
    select reaction, id from timer where at <= coalesce($2, statement_timestamp()) order by at limit $1
    for update skip locked),
free as materialized (
    select due.reaction, due.id from due join ripe using (reaction, id) for update of due skip locked),
fired as (
    delete from timer using ripe where timer.reaction = ripe.reaction and timer.id = ripe.id
        and (not exists (select from due where due.reaction = ripe.reaction and due.id = ripe.id)
            or exists (select from free where free.reaction = ripe.reaction and free.id = ripe.id))
    returning timer.reaction, timer.id, timer.correlation_id, timer.traceparent)
insert into due (reaction, id, version, correlation_id, traceparent)
select reaction, id, 0, correlation_id, traceparent from fired order by reaction, id
on conflict (reaction, id) do update set due_at = excluded.due_at, since = excluded.since, tries = 0, error = null,
    correlation_id = excluded.correlation_id, traceparent = excluded.traceparent
"""
# One that is there and set later than it should be was moved by nobody.
_SET_MISSING = """
insert into timer (reaction, id, at, correlation_id, traceparent)
select $1, id, at, $4, $5 from unnest($2::uuid[], $3::timestamptz[]) as wanted (id, at)
where not exists (select from due where due.reaction = $1 and due.id = wanted.id) order by id
on conflict (reaction, id) do update set at = excluded.at where timer.at > excluded.at
"""


class Look(NamedTuple):
    """Whether anything is due, and whether the time of some timer has come."""

    due: bool
    ripe: bool


async def look(database: Database) -> Look:
    """In one statement, once a second in each service: this is what waiting costs."""
    row = await database.pool.fetchrow(_LOOK, database.set_to)
    assert row
    return Look(row["due"], row["ripe"])


async def fire(database: Database) -> int:
    """Move timers whose time has come to what is due, at most AT_ONCE; how many it were.

    Two instances never move the same one. None are moved when a row that is due is in other hands: the next look will.
    """
    try:
        async with database.transaction(SYSTEM) as tx:
            await tx.execute(_WAIT_LITTLE)
            fired = await tx.change_any(_FIRE, AT_ONCE, database.set_to)
    except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
        log.info("timers wait", service=database.service, error=repr(error))
        return 0
    if fired:
        failpoints.passing("timers-fired")
    return fired


async def set_missing(tx: Transaction, reaction: str, wanted: Mapping[UUID, datetime]) -> int:
    """Set timers that should be there and are not, or are later than they should be; how many it were."""
    cause = tx.cause
    return await tx.change_any(
        _SET_MISSING, reaction, list(wanted), list(wanted.values()), cause.correlation_id, cause.traceparent
    )
