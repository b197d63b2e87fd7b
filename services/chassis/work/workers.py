"""Workers: they do what is due. What fails is noted, and stays with the one thing that failed.

Each thing that is due has a transaction of its own. Where a reaction `shares_transaction`, a few share one while more
are due: its commit, and the statements around it, are then sent once for all of them. When one fails nothing of that
transaction stands; that one is noted, and from then on it has a savepoint of its own, so that it takes no other along
again.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import structlog

from services.chassis.base import failpoints, metrics
from services.chassis.base.access import SYSTEM
from services.chassis.base.refusals import NotYet
from services.chassis.postgres.transaction import Cause, Database, Row, Transaction
from services.chassis.work.reactions import Reaction, Reactions

AT_ONCE = 20
"""So many things share a transaction at most. Ten times as many are looked through for some that nobody has in hand."""
NOT_YET_LIMIT = timedelta(minutes=5)
LONGEST_BACK_OFF = timedelta(hours=1)
TRIES_AT_ONCE = 3
IDLE_POLL_SECONDS = 1.0

log = structlog.get_logger()

# The oldest that nobody has in hand says which reaction it is.
_NEXT = """
with next as materialized (
    select reaction, id, version, error is not null as failed from due where due_at <= clock_timestamp()
    order by due_at limit 10 * $2::int),
oldest as materialized (
    select reaction from next
    where pg_try_advisory_xact_lock(hashtextextended($1 || ':' || reaction || ':' || id, 0)) limit 1)
select reaction, id, version, failed, (select count(*) from next) as found from next
where case when reaction = (select reaction from oldest)
    then pg_try_advisory_xact_lock(hashtextextended($1 || ':' || reaction || ':' || id, 0)) end
limit case when (select reaction from oldest) = any($3::text[]) then $2 else 1 end
"""
_OWED = "select id, version, correlation_id, traceparent from due where reaction = $1 and id = any($2::uuid[])"
# What somebody is making due again is left: nobody waits for anybody, and it is found done when it is looked at again.
_DONE = """
with seen as (select * from unnest($2::uuid[], $3::bigint[], $4::jsonb[]) as seen (id, version, state)),
free as (
    select due.id from due join seen using (id) where reaction = $1 and due.version <= seen.version
    for update of due skip locked),
done as (delete from due using free where due.reaction = $1 and due.id = free.id)
insert into handled (reaction, id, version, state) select $1, id, version, state from seen
on conflict (reaction, id)
do update set version = excluded.version, state = excluded.state, handled_at = clock_timestamp()
"""
_FAILED = """
update due set tries = tries + $4, error = $5,
    due_at = clock_timestamp() + case when $4 = 0 then interval '1 second' when tries < $6 then interval '0'
        else least(make_interval(secs => power(2, least(tries - $6, 12))), $7) end
where reaction = $1 and id = $2 and version = $3 returning tries
"""
_SINCE = "select since from due where reaction = $1 and id = $2"
_FORGET_PARKED = "delete from parked where key = $1"
# A person's id is their account's: what their writes were answered with may say what they typed.
_FORGET_ANSWERS = "delete from spent_key where account_id = $1"

Seen = tuple[Row, str | None]
"""What was owed, and the state that the reaction has now seen."""


class Workers:
    """A few at once, each with a connection of its own."""

    def __init__(self, reactions: Reactions, database: Database, *, count: int) -> None:
        self.reactions, self.database, self.count = reactions, database, count
        self._hint: asyncio.Queue[None] = asyncio.Queue(maxsize=1)
        self._tasks: list[asyncio.Task[None]] = []
        self._service = reactions.service
        self._sharing = [name for name, one in reactions.named.items() if one.shares_transaction]

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._work(polls=n == 0)) for n in range(self.count)]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def wake(self) -> None:
        """There may be something due. One worker looks; whoever leaves something sends the next to look."""
        with suppress(asyncio.QueueFull):
            self._hint.put_nowait(None)

    async def _work(self, *, polls: bool) -> None:
        while True:
            try:
                if await self.do_some():
                    continue
                async with asyncio.timeout(IDLE_POLL_SECONDS if polls else 60):
                    await self._hint.get()
            except TimeoutError:
                continue
            except Exception as error:  # the database is away, or what a reaction did could not even be noted
                log.warning("workers wait", service=self._service, error=repr(error))
                await asyncio.sleep(IDLE_POLL_SECONDS)

    async def do_some(self, most: int = AT_ONCE) -> bool:
        """Do what is due of one reaction. Returns False when no more is. Raises only when the database is away."""
        in_hand: Row | None = None
        structlog.contextvars.clear_contextvars()
        try:
            async with self.database.transaction(SYSTEM) as tx:
                taken = await tx.fetch(_NEXT, self._service, most, self._sharing)
                if not taken:
                    return False
                in_hand = taken[0]
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
                    ids, versions = [row["id"] for row, _ in seen], [row["version"] for row, _ in seen]
                    await tx.execute(_DONE, in_hand["reaction"], ids, versions, [state for _, state in seen])
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
        sql = reaction.mirror.owed_sql if reaction and reaction.mirror else _OWED
        rows = await tx.fetch(sql, taken[0]["reaction"], [row["id"] for row in taken])
        return {row["id"]: row for row in rows}

    async def _do(self, tx: Transaction, reaction: Reaction | None, taken: Row, owed: Row) -> list[Seen]:
        """What was seen; nothing when it failed again, which is noted. Raises when it fails for the first time."""
        with metrics.reaction_timed(self._service, taken["reaction"]):
            if not taken["failed"]:
                return [(owed, await self._react(tx, reaction, owed))]
            try:
                async with tx.savepoint():
                    return [(owed, await self._react(tx, reaction, owed))]
            except Exception as error:
                await self._note_failure(tx, taken, error)
                return []

    async def _react(self, tx: Transaction, reaction: Reaction | None, owed: Row) -> str | None:
        """Call the command, if there is news for it. Returns the state that it has now seen."""
        if reaction is None:
            raise LookupError(f"this version of {self._service} has no such reaction")
        if reaction.mirror is None:
            assert reaction.by_id
            tx.cause = Cause(owed["correlation_id"], owed["traceparent"]) if owed["correlation_id"] else Cause.fresh()
            await reaction.by_id(tx, owed["id"])
            return None
        if owed["version"] is None:
            raise NotYet(f"{reaction.mirror.name} {owed['id']}")
        if owed["handled"] is None or owed["handled"] < owed["version"]:
            tx.cause = Cause(owed["correlation_id"], owed["traceparent"], owed["happened_at"])
            await self._tell(tx, reaction, owed)
        return None if owed["erased"] else owed["state"]

    async def _tell(self, tx: Transaction, reaction: Reaction, row: Row) -> None:
        assert reaction.mirror
        structlog.contextvars.bind_contextvars(
            service=self._service,
            reaction=reaction.name,
            event_id=str(row["event_id"]),
            correlation_id=str(row["correlation_id"]),
            trace_id=row["traceparent"][3:35],
        )
        if row["erased"]:
            await tx.execute(_FORGET_PARKED, str(row["id"]).encode())
            await tx.execute(_FORGET_ANSWERS, row["id"])
            if reaction.erased:
                await reaction.erased(tx, row["id"])
            return
        if reaction.handle is None:
            return
        if reaction.fresh_for and datetime.now(UTC) - row["happened_at"] > reaction.fresh_for:
            log.info("too old to act on", reaction=reaction.name, happened_at=row["happened_at"].isoformat())
            return
        of = reaction.mirror.of
        last = of.model_validate_json(row["before"]) if row["before"] is not None else None
        now = of.model_validate_json(row["state"])
        if last is None or now != last.model_copy(update={"version": now.version}):  # else said again, without news
            await reaction.handle(tx, now, last)

    async def _note_failure(self, tx: Transaction, taken: Row, error: Exception) -> None:
        since = await tx.fetchval(_SINCE, taken["reaction"], taken["id"])
        patient = isinstance(error, NotYet) and since is not None and datetime.now(UTC) - since < NOT_YET_LIMIT
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
