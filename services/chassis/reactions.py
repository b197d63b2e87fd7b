"""Reactions: what a service does about a mirror row that changed. Declared here, done by a few workers.

A reaction is a command called with the newest state and the one it handled last. It compares and acts, and is safe
to repeat. What it cannot do is noted and tried again until a later state replaces it, in sight of operators.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from schemas.event import S, State
from services.chassis import failpoints, observability
from services.chassis.access import SYSTEM
from services.chassis.errors import NotYet
from services.chassis.mirrors import Mirror
from services.chassis.transaction import Cause, Pool, Record, Transaction, transaction

NOT_YET_LIMIT = timedelta(minutes=5)
LONGEST_BACK_OFF = timedelta(hours=1)
TRIES_AT_ONCE = 3
IDLE_POLL_SECONDS = 1.0

log = structlog.get_logger()

Handler = Callable[[Transaction, Any, Any], Awaitable[None]]
ByID = Callable[[Transaction, UUID], Awaitable[None]]

_NEXT = """
select reaction, id, version from (select reaction, id, version from due where due_at <= clock_timestamp()
    order by due_at limit 100) as next
where pg_try_advisory_xact_lock(hashtextextended($1 || ':' || reaction || ':' || id, 0)) limit 1
"""
_OWED = "select id, version, correlation_id, traceparent from due where reaction = $1 and id = $2"
_DONE = """
with done as (delete from due where reaction = $1 and id = $2 and version <= $3)
insert into handled (reaction, id, version, state) values ($1, $2, $3, $4) on conflict (reaction, id)
do update set version = excluded.version, state = excluded.state, handled_at = clock_timestamp()
"""
_FAILED = """
update due set tries = tries + $4, error = $5,
    due_at = clock_timestamp() + case when $4 = 0 then interval '1 second' when tries < $6 then interval '0'
        else least(make_interval(secs => power(2, least(tries - $6, 12))), $7) end
where reaction = $1 and id = $2 and version = $3 returning tries
"""
_FORGET_PARKED = "delete from parked where key = $1"
# A person's id is their account's: what their writes were answered with may say what they typed.
_FORGET_ANSWERS = "delete from spent_key where account_id = $1"


@dataclass(frozen=True)
class Reaction:
    name: str
    mirror: Mirror | None
    handle: Handler | None = None
    by_id: ByID | None = None
    erased: ByID | None = None
    fresh_for: timedelta | None = None


async def nothing_else_to_forget(tx: Transaction, id: UUID) -> None:
    """`erased=` of a topic of which the service keeps only the mirror, which forgets by itself."""


class Reactions:
    """What one service keeps and does: its mirrors and its reactions. One object a service, in its reactions.py."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.mirrors: dict[str, Mirror] = {}
        self.named: dict[str, Reaction] = {}

    def keep(self, of: type[State], *, erased: ByID | None = None, **options: Any) -> None:
        """Mirror a topic. Options: columns, person, organisation, staff of `Mirror`.

        `erased` is called with the id of an erased aggregate; topics about people must name it, here or on a reaction.
        """
        self.mirrors[of.topic] = Mirror(self.service, of, **options)
        if erased:
            name = f"{erased.__name__}_of_{of.__name__.lower()}"
            self._add(Reaction(name, self.mirrors[of.topic], erased=erased))

    def react_to(
        self, of: type[S], *, erased: ByID | None = None, fresh_for: timedelta | None = None
    ) -> Callable[[Callable[[Transaction, S, S | None], Awaitable[None]]], Handler]:
        """Call the function when the mirror of this state has news. `fresh_for`: older news is noted, not handled."""

        def declare(handle: Callable[[Transaction, S, S | None], Awaitable[None]]) -> Handler:
            self._add(
                Reaction(handle.__name__, self.mirrors[of.topic], handle=handle, erased=erased, fresh_for=fresh_for)
            )
            return handle

        return declare

    def when_due(self, by_id: ByID) -> ByID:
        """A reaction to one of the service's own aggregates, owed by `tx.due(by_id, id, version)`."""
        self._add(Reaction(by_id.__name__, None, by_id=by_id))
        return by_id

    def to(self, topic: str) -> list[str]:
        return [name for name, one in self.named.items() if one.mirror and one.mirror.of.topic == topic]

    def _add(self, reaction: Reaction) -> None:
        assert reaction.name not in self.named, f"two reactions are called {reaction.name}"
        self.named[reaction.name] = reaction


class Workers:
    """Do what is due, a few at once, each in a transaction of its own."""

    def __init__(self, reactions: Reactions, pool: Pool, *, count: int) -> None:
        self.reactions, self.pool, self.count = reactions, pool, count
        self._hint: asyncio.Queue[None] = asyncio.Queue(maxsize=1)
        self._tasks: list[asyncio.Task[None]] = []
        self._service = reactions.service

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._work(polls=n == 0)) for n in range(self.count)]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def wake(self) -> None:
        """There may be something due. One worker looks; whoever finds something sends the next to look."""
        with suppress(asyncio.QueueFull):
            self._hint.put_nowait(None)

    async def _work(self, *, polls: bool) -> None:
        while True:
            try:
                if await self.do_one():
                    continue
                async with asyncio.timeout(IDLE_POLL_SECONDS if polls else 60):
                    await self._hint.get()
            except TimeoutError:
                continue
            except Exception as error:  # the database is away, or what a reaction did could not even be noted
                log.warning("workers wait", service=self._service, error=repr(error))
                await asyncio.sleep(IDLE_POLL_SECONDS)

    async def do_one(self) -> bool:
        """Do one thing that is due. Returns False when there is none. Raises only when the database is away."""
        taken: Record | None = None
        structlog.contextvars.clear_contextvars()
        try:
            async with transaction(self._service, self.pool, SYSTEM) as tx:
                taken = await tx.fetchrow(_NEXT, self._service)
                if taken is None:
                    return False
                await self.wake()
                with observability.reaction_timed(self._service, taken["reaction"]):
                    await self._handle(tx, taken["reaction"], taken["id"])
                failpoints.passing("reaction-before-commit")
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except Exception as error:
            if taken is None:
                raise
            await self._note_failure(taken, error)
            return True
        failpoints.passing("reaction-after-commit")
        if tx.made_due:
            await self.wake()
        return True

    async def _handle(self, tx: Transaction, name: str, id: UUID) -> None:
        reaction = self.reactions.named.get(name)
        mirror = reaction.mirror if reaction else None
        owed = await tx.fetchrow(mirror.owed_sql if mirror else _OWED, name, id)
        if owed is None:
            return
        if reaction is None:
            raise LookupError(f"this version of {self._service} has no reaction {name}")
        state = None
        if mirror is None:
            assert reaction.by_id
            if owed["correlation_id"]:
                tx.cause = Cause(owed["correlation_id"], owed["traceparent"])
            await reaction.by_id(tx, id)
        elif owed["version"] is None:
            raise NotYet(f"{mirror.name} {id}")
        else:
            state = None if owed["erased"] else owed["state"]
            if owed["handled"] is None or owed["handled"] < owed["version"]:
                await self._react(tx, reaction, owed)
        await tx.execute(_DONE, name, id, owed["version"], state)

    async def _react(self, tx: Transaction, reaction: Reaction, row: Record) -> None:
        assert reaction.mirror
        tx.cause = Cause(row["correlation_id"], row["traceparent"], row["happened_at"])
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

    async def _note_failure(self, taken: Record, error: Exception) -> None:
        async with transaction(self._service, self.pool, SYSTEM) as tx:
            since = await tx.fetchval(
                "select since from due where reaction = $1 and id = $2", *(taken["reaction"], taken["id"])
            )
            patient = isinstance(error, NotYet) and since is not None and datetime.now(UTC) - since < NOT_YET_LIMIT
            words = f"{type(error).__name__}: {error}"[:500]
            key = (taken["reaction"], taken["id"], taken["version"])
            tries = await tx.fetchval(_FAILED, *key, 0 if patient else 1, words, TRIES_AT_ONCE, LONGEST_BACK_OFF)
        if not patient:
            observability.reaction_failed(self._service, taken["reaction"])
            log.warning(
                "reaction failed",
                service=self._service,
                reaction=taken["reaction"],
                id=str(taken["id"]),
                tries=tries,
                error=words,
            )
