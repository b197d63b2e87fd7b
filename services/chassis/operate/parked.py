"""Parked records are read again when an operator asks: one, or all after something was mended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.hands import SYSTEM
from services.chassis.base.refusals import NotFound
from services.chassis.base.typed.text import Plain
from services.chassis.kafka.decoding import Record
from services.chassis.kafka.inbox import WHY_LENGTH, Inbox, plain
from services.chassis.postgres.transaction import Database, Row, Transaction
from services.chassis.work.workers import Workers

BATCH = 50
"""A record may be near a megabyte."""
AT_ONCE = 2000
"""So many in one request, which a gateway would otherwise cut off; whoever asks goes on with `after`."""

_ONE = 'select id, topic, partition, "offset", key, headers, value from parked where id = $1 for update'
_NEXT = """
select id, topic, partition, "offset", key, headers, value from parked
where ($1::text is null or topic = $1) and ($2::uuid is null or id > $2) order by id limit $3 for update
"""
_STILL = """
update parked set error = still.error from unnest($1::text[], $2::int[], $3::bigint[], $4::text[])
    as still (topic, partition, "offset", error)
where parked.topic = still.topic and parked.partition = still.partition and parked."offset" = still."offset"
"""
_SETTLE = """
insert into settled (who, what, how, about, error)
select $1, 'record', 'retried', topic || ' ' || partition || ':' || "offset", error from parked where id = any($2)
"""
_DISCARD = """
with gone as (delete from parked where id = $2 returning topic, partition, "offset", error)
insert into settled (who, what, how, about, error)
select $1, 'record', 'discarded', topic || ' ' || partition || ':' || "offset", error from gone returning true
"""
_SETTLE_REACTION = "insert into settled (who, what, how, about, error) values ($1, 'reaction', $2, $3, $4)"
_NOTE_DISCARDED = """
insert into handled (reaction, id, version, state) select reaction, id, version, null from due
where reaction = $1 and id = $2 on conflict (reaction, id) do update set version = excluded.version
"""
_TAKEN = "delete from parked where id = any($1)"
_RETRY_NOW = (
    "update due set due_at = clock_timestamp() where tries > 0 or error is not null returning reaction, id, error"
)
_SETTLE_REACTIONS = """
insert into settled (who, what, how, about, error)
select $1, 'reaction', 'retried', reaction || ' ' || id, error
from unnest($2::text[], $3::uuid[], $4::text[]) as retried (reaction, id, error)
"""


class RetryRequest(BaseModel):
    """What to read again: everything, or one topic's; `after` goes on where the answer before ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: Plain | None = Field(default=None, title="the topic", max_length=249)
    after: UUID | None = Field(default=None, title="where the answer before ended")


@dataclass(frozen=True)
class Retried:
    """How many parked records were taken, how many still cannot be, and where to go on: None when all were tried."""

    taken: int
    unreadable: int
    after: UUID | None


class ParkedRecords:
    """The records of one service that could not be read, and its reactions that fail: tried again, or let go."""

    def __init__(self, database: Database, inbox: Inbox, workers: Workers, *, prefix: str) -> None:
        self._database, self._inbox, self._workers, self._prefix = database, inbox, workers, prefix

    async def retry(self, id: UUID, *, who: str) -> str | None:
        """Read a parked record again. Returns why it still cannot be read, or None when it was taken.

        Raises LookupError when there is no such parked record.
        """
        async with self._database.transaction(SYSTEM) as tx:
            row = await tx.fetchrow(_ONE, id)
            if row is None:
                raise LookupError(str(id))
            reasons = await self._read_again(tx, [row], who)
        await self._workers.wake()
        return reasons[0] if reasons else None

    async def retry_all(self, request: RetryRequest, *, who: str) -> Retried:
        """Read parked records again, at most 2,000 of them, a batch in one transaction each."""
        topic = request.topic
        if topic is not None and not topic.startswith(self._prefix):
            topic = self._prefix + topic
        tried = unreadable = 0
        after = request.after
        while tried < AT_ONCE:
            async with self._database.transaction(SYSTEM) as tx:
                rows = await tx.fetch(_NEXT, topic, after, BATCH)
                unreadable += len(await self._read_again(tx, rows, who))
            await self._workers.wake()
            tried += len(rows)
            after = rows[-1]["id"] if len(rows) == BATCH else None
            if after is None:
                break
        return Retried(tried - unreadable, unreadable, after)

    async def retry_reactions_now(self, *, who: str) -> int:
        """Failing reactions are tried again now, without waiting for their time. Returns how many."""
        async with self._database.transaction(SYSTEM) as tx:
            rows = await tx.fetch(_RETRY_NOW)
            ids = [row["id"] for row in rows]
            await tx.execute(_SETTLE_REACTIONS, who, [r["reaction"] for r in rows], ids, [r["error"] for r in rows])
        await self._workers.wake()
        return len(rows)

    async def discard(self, id: UUID, *, who: str) -> None:
        """Let a parked record go, and note who did. Raises NotFound."""
        async with self._database.transaction(SYSTEM) as tx:
            if not await tx.fetchval(_DISCARD, who, id):
                raise NotFound

    async def settle_reaction(self, reaction: str, id: UUID, *, discard: bool, who: str) -> None:
        """Try a failing reaction again now, or take it as handled, and note who did. Raises NotFound."""
        async with self._database.transaction(SYSTEM) as tx:
            row = await tx.fetchrow("select error from due where reaction = $1 and id = $2 for update", reaction, id)
            if row is None:
                raise NotFound
            if discard:
                await tx.execute(_NOTE_DISCARDED, reaction, id)
                await tx.execute("delete from due where reaction = $1 and id = $2", reaction, id)
            else:
                await tx.execute(
                    "update due set due_at = clock_timestamp() where reaction = $1 and id = $2", reaction, id
                )
            how = "discarded" if discard else "retried"
            await tx.execute(_SETTLE_REACTION, who, how, f"{reaction} {id}", row["error"])
        await self._workers.wake()

    async def _read_again(self, tx: Transaction, rows: Sequence[Row], who: str) -> list[str]:
        """Take what can be read now, and note who asked. Returns why the others still cannot be."""
        readable, unread = self._inbox.decode([_record(row) for row in rows])
        unread += await self._inbox.take_carefully(tx, readable, {})
        still = {(record.topic, record.partition, record.offset): plain(why)[:WHY_LENGTH] for record, why in unread}
        places = [*still]
        topics, partitions, offsets = ([place[n] for place in places] for n in range(3))
        await tx.execute(_STILL, topics, partitions, offsets, [*still.values()])
        taken = [row["id"] for row in rows if (row["topic"], row["partition"], row["offset"]) not in still]
        await tx.execute(_SETTLE, who, taken)
        await tx.execute(_TAKEN, taken)
        return [*still.values()]


def _record(row: Row) -> Record:
    headers: list[tuple[str, bytes | None]] = [
        (name, bytes.fromhex(value)) for name, value in json.loads(row["headers"])
    ]
    return Record(row["topic"], row["partition"], row["offset"], row["key"], headers, row["value"])
