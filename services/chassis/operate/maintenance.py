"""The jobs that every service has for its own health: sweep, forget again, roll segments, and what retention asks."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from schemas.contracts import plan
from services.chassis.kafka.encoding import partition_of
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.chassis.work import timers, workers
from services.chassis.work.reactions import Reaction, Reactions
from services.chassis.work.scheduler import Clock, Job

FIRST = UUID(int=0)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
TIMERS_AT_ONCE = 1000
OVERLAP = timedelta(minutes=10)
"""A transaction takes no longer from writing a mirror row to its commit."""
OUTBOX_AT_ONCE = 1000

_NEWEST = """
select seq, topic, key from outbox where topic = any($1::text[]) and seq <= $2 order by seq desc limit $3
"""
_NOTE_AGAIN = "insert into said_again (seq) select * from unnest($1::bigint[]) on conflict do nothing"


def jobs(reactions: Reactions, topics: Sequence[str], wake_workers: Callable[[], Awaitable[None]]) -> list[Job]:
    """`topics`: those that the service writes, as the contracts name them."""
    sweeper = Sweeper(reactions, wake_workers)

    async def forget_again(clock: Clock) -> None:
        for reaction in reactions.named.values():
            if reaction.erased and reaction.mirror:
                async with clock.transaction() as tx:
                    erased = await tx.fetch(reaction.mirror.sql(mirrors.ALL_ERASED))
                for row in erased:
                    async with clock.transaction() as tx:
                        await workers.forget(tx, reaction, row["id"])

    async def roll_segments(clock: Clock) -> None:
        async with clock.transaction() as tx:
            await say_again(tx, topics)

    return [
        Job("sweep", timedelta(minutes=1), sweeper.sweep),
        Job("sweep_all", timedelta(days=1), sweeper.sweep_all),
        Job("forget_again", timedelta(days=1), forget_again),
        Job("roll_segments", timedelta(days=1), roll_segments),
    ]


class Sweeper:
    """Makes due what a mirror has and a reaction has not handled: it was lost between the two.

    When it looks at everything it also sets the timers that should be there: those of rows that are older than their
    timers, or were written by an older version that ran beside this one.
    """

    def __init__(self, reactions: Reactions, wake_workers: Callable[[], Awaitable[None]]) -> None:
        self._reactions, self._wake_workers = reactions, wake_workers
        self._looked_at = EVER

    async def sweep(self, clock: Clock) -> None:
        """What was mirrored since this process looked last; everything the first time, for reactions that are new."""
        async with clock.transaction() as tx:
            now: datetime = await tx.fetchval("select clock_timestamp()")
        await self._sweep(clock, since=self._looked_at)
        self._looked_at = now - OVERLAP

    async def sweep_all(self, clock: Clock) -> None:
        await self._sweep(clock, since=EVER)

    async def _sweep(self, clock: Clock, *, since: datetime) -> None:
        for topic, mirror in self._reactions.mirrors.items():
            made_due = 1
            while made_due:
                async with clock.transaction() as tx:
                    status = await tx.execute(mirror.sql(mirrors.SWEEP), self._reactions.to(topic), since)
                made_due = int(status.rpartition(" ")[2])
        for reaction in self._reactions.named.values() if since == EVER else ():
            await self._set_missing_timers(clock, reaction)
        await self._wake_workers()

    async def _set_missing_timers(self, clock: Clock, reaction: Reaction) -> None:
        after = FIRST
        while reaction.timers:
            async with clock.transaction() as tx:
                wanted = await reaction.timers(tx, after, limit=TIMERS_AT_ONCE)
                if not wanted:
                    return
                await timers.set_missing(tx, reaction.name, wanted)
            after = max(wanted)


async def say_again(tx: Transaction, topics: Sequence[str]) -> None:
    """Note the newest event of each partition of these topics, so that the relay says it once more, as it was.

    Its segment is then closed, and older states in it can be compacted. A partition of which the outbox has nothing
    any more has nothing to compact: its last event was said again on each day of a week. Readers take the same event,
    of the same id and version, as the repetition that it is.
    """
    last = await tx.fetchval("select max(seq) from outbox")
    numbers = list(range(plan()["partitions"]))
    wanted = {(topic, number) for topic in topics for number in numbers}
    while wanted and last is not None:
        rows = await tx.fetch(_NEWEST, sorted({topic for topic, _ in wanted}), last, OUTBOX_AT_ONCE)
        newest: list[int] = []
        for row in rows:
            place = (row["topic"], partition_of(row["key"], numbers))
            if place in wanted:
                wanted.remove(place)
                newest.append(row["seq"])
        await tx.execute(_NOTE_AGAIN, newest)
        last = rows[-1]["seq"] - 1 if rows else None
