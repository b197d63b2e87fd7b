"""Workers: they do what is due. What fails is noted, and stays with the one thing that failed.

Each thing that is due has a transaction of its own. Where a reaction `shares_transaction`, a few share one while more
are due: its commit, and the statements around it, are then sent once for all of them. When one fails nothing of that
transaction stands; that one is noted, and from then on it has a savepoint of its own, so that it takes no other along
again.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from schemas.event import State
from services.chassis.base import failpoints, metrics
from services.chassis.base.cause import Cause
from services.chassis.base.hands import SYSTEM
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import drafts
from services.chassis.postgres.mirrors import OWED
from services.chassis.postgres.transaction import Database, Row, Transaction
from services.chassis.work import timers
from services.chassis.work.news import hash_of, is_known
from services.chassis.work.reactions import Reaction, Reactions

AT_ONCE = 20
"""So many things share a transaction at most."""
LOOKED_THROUGH = 10 * AT_ONCE
"""So many are looked through for some that nobody has in hand; when there are fewer, timers may follow."""
NOT_YET_LIMIT = timedelta(minutes=5)
LONGEST_BACK_OFF = timedelta(hours=1)
TRIES_AT_ONCE = 3
LOOK_SECONDS = 1.0

log = structlog.get_logger()

# The oldest that nobody has in hand says which reaction it is.
_NEXT = """
with next as materialized (
    select reaction, id, version, error is not null as failed from due where due_at <= clock_timestamp()
    order by due_at limit $4),
oldest as materialized (
    select reaction from next
    where pg_try_advisory_xact_lock(hashtextextended($1 || ':' || reaction || ':' || id, 0)) limit 1)
select reaction, id, version, failed, (select count(*) from next) as found, clock_timestamp() as now from next
where case when reaction = (select reaction from oldest)
    then pg_try_advisory_xact_lock(hashtextextended($1 || ':' || reaction || ':' || id, 0)) end
limit case when (select reaction from oldest) = any($3::text[]) then $2 else 1 end
"""
_OWED = """
select id, version, since, after, correlation_id, traceparent from due
where reaction = $1 and id = any($2::uuid[])
"""
# What somebody is making due again is left: nobody waits for anybody, and it is found done when it is looked at again.
# So is what was made due again since it was read, be it for the same version, as a timer does.
_DONE = """
with seen as (
    select id, version, hash, state, since
    from unnest($2::uuid[], $3::bigint[], $4::bytea[], $5::jsonb[], $6::timestamptz[])
        as seen (id, version, hash, state, since)),
free as (
    select due.id from due join seen using (id)
    where reaction = $1 and due.version <= seen.version and due.since = seen.since for update of due skip locked),
done as (delete from due using free where due.reaction = $1 and due.id = free.id)
insert into handled (reaction, id, version, hash, state) select $1, id, version, hash, state from seen
on conflict (reaction, id) do update set version = excluded.version, hash = excluded.hash, state = excluded.state,
    handled_at = clock_timestamp()
"""
# A fan-out goes on after this one; one that was owed anew meanwhile begins anew.
_GO_ON = """
update due set after = $4, since = clock_timestamp(), tries = 0, error = null where (reaction, id) in (
    select reaction, id from due where reaction = $1 and id = $2 and since = $3 for update skip locked)
"""
_FAILED = """
update due set tries = tries + $4, error = $5,
    due_at = clock_timestamp() + case when $4 = 0 then interval '1 second' when tries < $6 then interval '0'
        else least(make_interval(secs => power(2, least(tries - $6, 12))), $7) end
where reaction = $1 and id = $2 and version = $3 returning tries
"""
_WAITED = "select clock_timestamp() - since from due where reaction = $1 and id = $2"
_FORGET_PARKED = "delete from parked where key = $1"
_FORGET_TIMERS = "delete from timer where id = $1"
# A person's id is their account's: what their writes were answered with may say what they typed.
_FORGET_ANSWERS = "delete from spent_key where account_id = $1"


class Seen(NamedTuple):
    """What a reaction has now handled, as it is noted. No hash: of something erased, or of the service's own."""

    owed: Row
    hash: bytes | None = None
    state: str | None = None


class Workers:
    """A few at once, each with a connection of its own."""

    def __init__(self, reactions: Reactions, database: Database, *, count: int) -> None:
        self.reactions, self.database, self.count = reactions, database, count
        self._hint: asyncio.Queue[None] = asyncio.Queue(maxsize=1)
        self._tasks: list[asyncio.Task[None]] = []
        self._runs_low = asyncio.Event()
        self._service = reactions.service
        self._sharing = [name for name, one in reactions.named.items() if one.shares_transaction]

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self.count)]
        self._tasks.append(asyncio.create_task(self._watch()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def wake(self) -> None:
        """There may be something due. One worker looks; whoever leaves something sends the next to look."""
        with suppress(asyncio.QueueFull):
            self._hint.put_nowait(None)

    async def _watch(self) -> None:
        """Look each second, whatever the workers have in hand; sooner where timers are left and little else is due."""
        while True:
            self._runs_low.clear()
            left = False
            try:
                left = await self.look() == timers.AT_ONCE
            except Exception as error:
                log.warning("workers wait", service=self._service, error=repr(error))
            if left:
                # Python 3.11's `wait_for` forgets that it was cancelled when the event comes at that moment.
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._runs_low.wait()
            else:
                await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> int:
        """Make due the timers whose time has come, some at once, and have done what is due. How many timers it were."""
        found = await timers.look(self.database)
        fired = await timers.fire(self.database) if found.ripe else 0
        if found.due or fired:
            await self.wake()
        return fired

    async def _work(self) -> None:
        while True:
            try:
                if not await self.do_some():
                    await self._hint.get()
            except Exception as error:  # the database is away, or what a reaction did could not even be noted
                log.warning("workers wait", service=self._service, error=repr(error))
                await asyncio.sleep(LOOK_SECONDS)

    async def do_some(self, most: int = AT_ONCE) -> bool:
        """Do what is due of one reaction. Returns False when no more is. Raises only when the database is away."""
        in_hand: Row | None = None
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(service=self._service)
        try:
            async with self.database.transaction(SYSTEM) as tx:
                taken = await tx.fetch(_NEXT, self._service, most, self._sharing, LOOKED_THROUGH)
                if not taken or taken[0]["found"] < LOOKED_THROUGH:
                    self._runs_low.set()
                if not taken:
                    return False
                in_hand = taken[0]
                # Timers go by the database's clock, and what they wake compares with it.
                tx.now = self.database.set_to or in_hand["now"]
                more = in_hand["found"] > len(taken)
                if more:
                    await self.wake()
                reaction = self.reactions.named.get(in_hand["reaction"])
                owed = await self._owed(tx, reaction, taken)
                seen: list[Seen] = []
                for in_hand in sorted(taken, key=itemgetter("id")):
                    if row := owed.get(in_hand["id"]):
                        seen += await self._do(tx, reaction, in_hand, row)
                if seen:
                    await _note_handled(tx, in_hand["reaction"], seen)
                failpoints.passing("reaction-before-commit")
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except Exception as error:
            if in_hand is None:
                raise
            async with self.database.transaction(SYSTEM) as tx:
                await self._note_failure(tx, in_hand, error)
            return True
        failpoints.passing("reaction-after-commit")
        return more or tx.made_due or len(seen) < len(taken)

    async def _owed(self, tx: Transaction, reaction: Reaction | None, taken: list[Row]) -> dict[Any, Row]:
        """Read by a new statement, which sees what was committed before the locks were had."""
        sql = reaction.mirror.sql(OWED) if reaction and reaction.mirror else _OWED
        rows = await tx.fetch(sql, taken[0]["reaction"], [row["id"] for row in taken])
        return {row["id"]: row for row in rows}

    async def _do(self, tx: Transaction, reaction: Reaction | None, taken: Row, owed: Row) -> list[Seen]:
        """What was seen; nothing when it failed again, which is noted, or goes on. Raises when it fails at first."""
        with metrics.reaction_timed(self._service, taken["reaction"]):
            if not taken["failed"]:
                return await self._react(tx, reaction, owed)
            try:
                async with tx.savepoint():
                    return await self._react(tx, reaction, owed)
            except Exception as error:
                await self._note_failure(tx, taken, error)
                return []

    async def _react(self, tx: Transaction, reaction: Reaction | None, owed: Row) -> list[Seen]:
        """Call the command, if there is news for it. Nothing was seen to its end of a fan-out that goes on."""
        if reaction is None:
            raise LookupError(f"this version of {self._service} has no such reaction")
        if reaction.mirror is None:
            known = owed["correlation_id"]
            tx.cause = Cause.after(known, owed["traceparent"]) if known else Cause.fresh()
            self._bind_log(reaction, tx.cause)
            return [Seen(owed)] if await _owed_here(tx, reaction, owed) else []
        if owed["version"] is None:
            raise NotYet(f"{reaction.mirror.name} {owed['id']}")
        if owed["handled"] is not None and owed["handled"] >= owed["version"]:
            return [Seen(owed, owed["hash"], owed["before"])]
        tx.cause = Cause.after(owed["correlation_id"], owed["traceparent"], owed["happened_at"])
        self._bind_log(reaction, tx.cause, event_id=str(owed["event_id"]))
        if owed["erased"]:
            await forget(tx, reaction, owed["id"])
            return [Seen(owed)]
        now = reaction.mirror.of.model_validate_json(owed["state"])
        hash = hash_of(now)
        if not is_known(now, hash, owed):
            await self._handle(tx, reaction, now, owed)
        return [Seen(owed, hash, owed["state"] if reaction.compare else None)]

    def _bind_log(self, reaction: Reaction, cause: Cause, **of_event: str) -> None:
        """Of one that was before it in the same transaction nothing is said."""
        structlog.contextvars.clear_contextvars()
        said = {"service": self._service, "reaction": reaction.name} | cause.logged()
        structlog.contextvars.bind_contextvars(**said, **of_event)

    async def _handle(self, tx: Transaction, reaction: Reaction, now: State, row: Row) -> None:
        if reaction.fresh_for and tx.now - row["happened_at"] > reaction.fresh_for:
            log.info("too old to act on", reaction=reaction.name, happened_at=row["happened_at"].isoformat())
        elif reaction.compare:
            before = type(now).model_validate_json(row["before"]) if row["before"] is not None else None
            await reaction.compare(tx, now, before)
        elif reaction.handle:
            await reaction.handle(tx, now)

    async def _note_failure(self, tx: Transaction, taken: Row, error: Exception) -> None:
        waited = await tx.fetchval(_WAITED, taken["reaction"], taken["id"])
        patient = isinstance(error, NotYet) and waited is not None and waited < NOT_YET_LIMIT
        words = f"{type(error).__name__}: {error}"[:500]
        key = (taken["reaction"], taken["id"], taken["version"])
        tries = await tx.fetchval(_FAILED, *key, 0 if patient else 1, words, TRIES_AT_ONCE, LONGEST_BACK_OFF)
        if not patient:
            metrics.reaction_failed(self._service, taken["reaction"])
            log.warning(
                "reaction failed",
                service=self._service,
                reaction=taken["reaction"],
                id=str(taken["id"]),
                tries=tries,
                error=words,
            )


async def _owed_here(tx: Transaction, reaction: Reaction, owed: Row) -> bool:
    """Do what the service owes itself. False when it is a fan-out of which more is left."""
    if reaction.batch is None:
        assert reaction.by_id
        await reaction.by_id(tx, owed["id"])
        return True
    last = await reaction.batch(tx, owed["id"], owed["after"])
    if last is not None:
        await tx.execute(_GO_ON, reaction.name, owed["id"], owed["since"], last)
    return last is None


async def forget(tx: Transaction, reaction: Reaction, id: UUID) -> None:
    """What the chassis keeps of something that was erased, and what its room does. Safe to repeat."""
    await tx.execute(_FORGET_PARKED, str(id).encode())
    await tx.execute(_FORGET_TIMERS, id)
    await tx.execute(_FORGET_ANSWERS, id)
    await drafts.forget_person(tx, id)
    if reaction.erased:
        await reaction.erased(tx, id)


async def _note_handled(tx: Transaction, reaction: str, seen: list[Seen]) -> None:
    ids, versions = [one.owed["id"] for one in seen], [one.owed["version"] for one in seen]
    hashes, states, since = [one.hash for one in seen], [one.state for one in seen], [one.owed["since"] for one in seen]
    await tx.execute(_DONE, reaction, ids, versions, hashes, states, since)
