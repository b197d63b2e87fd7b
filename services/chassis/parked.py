"""Parked records are read again when an operator asks: one, or all after something was mended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.chassis.access import SYSTEM
from services.chassis.hearing import WHY_LENGTH, Heard, plain
from services.chassis.transaction import Record, Transaction, transaction

if TYPE_CHECKING:
    from services.chassis.service import Service

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
update parked set error = said.error from unnest($1::text[], $2::int[], $3::bigint[], $4::text[])
    as said (topic, partition, "offset", error)
where parked.topic = said.topic and parked.partition = said.partition and parked."offset" = said."offset"
"""
_SETTLE = """
insert into settled (who, what, how, about, error)
select $1, 'record', 'retried', topic || ' ' || partition || ':' || "offset", error from parked where id = any($2)
"""
_TAKEN = "delete from parked where id = any($1)"
_HURRY = "update due set due_at = clock_timestamp() where tries > 0 or error is not null returning reaction, id, error"
_SETTLE_REACTIONS = """
insert into settled (who, what, how, about, error)
select $1, 'reaction', 'retried', reaction || ' ' || id, error
from unnest($2::text[], $3::uuid[], $4::text[]) as hurried (reaction, id, error)
"""


class Wish(BaseModel):
    """What to read again: everything, or one topic's; `after` goes on where an answer said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str | None = None
    after: UUID | None = None


@dataclass(frozen=True)
class Retried:
    """How many parked records were taken, how many still cannot be, and where to go on: None when all were tried."""

    taken: int
    unreadable: int
    after: UUID | None


async def retry(service: "Service", id: UUID, *, who: str) -> str | None:
    """Read a parked record again. Returns why it still cannot be read, or None when it was taken.

    Raises LookupError when there is no such parked record.
    """
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        row = await tx.fetchrow(_ONE, id)
        if row is None:
            raise LookupError(str(id))
        reasons = await _read_again(service, tx, [row], who)
    await service.workers.wake()
    return reasons[0] if reasons else None


async def retry_all(service: "Service", wish: Wish, *, who: str) -> Retried:
    """Read parked records again, at most 2,000 of them, a batch in one transaction each."""
    prefix = service.settings.topic_prefix
    topic = wish.topic if wish.topic is None or wish.topic.startswith(prefix) else prefix + wish.topic
    tried = unreadable = 0
    after = wish.after
    while tried < AT_ONCE:
        async with transaction(service.name, service.pool, SYSTEM) as tx:
            rows = await tx.fetch(_NEXT, topic, after, BATCH)
            unreadable += len(await _read_again(service, tx, rows, who))
        await service.workers.wake()
        tried += len(rows)
        after = rows[-1]["id"] if len(rows) == BATCH else None
        if after is None:
            break
    return Retried(tried - unreadable, unreadable, after)


async def hurry_reactions(service: "Service", *, who: str) -> int:
    """Failing reactions are tried again now, without waiting for their time. Returns how many."""
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        rows = await tx.fetch(_HURRY)
        ids = [row["id"] for row in rows]
        await tx.execute(_SETTLE_REACTIONS, who, [r["reaction"] for r in rows], ids, [r["error"] for r in rows])
    await service.workers.wake()
    return len(rows)


async def _read_again(service: "Service", tx: Transaction, rows: Sequence[Record], who: str) -> list[str]:
    """Take what can be read now, and note who asked. Returns why the others still cannot be."""
    heard, unread = service.hearing.read([_record(row) for row in rows])
    unread += await service.hearing.take_carefully(tx, heard, {})
    still = {(record.topic, record.partition, record.offset): plain(why)[:WHY_LENGTH] for record, why in unread}
    places = [*still]
    await tx.execute(_STILL, [p[0] for p in places], [p[1] for p in places], [p[2] for p in places], [*still.values()])
    taken = [row["id"] for row in rows if (row["topic"], row["partition"], row["offset"]) not in still]
    await tx.execute(_SETTLE, who, taken)
    await tx.execute(_TAKEN, taken)
    return [*still.values()]


def _record(row: Record) -> Heard:
    headers: list[tuple[str, bytes | None]] = [
        (name, bytes.fromhex(value)) for name, value in json.loads(row["headers"])
    ]
    return Heard(row["topic"], row["partition"], row["offset"], row["key"], headers, row["value"])
