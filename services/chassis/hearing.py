"""From a batch of Kafka records to rows: mirrors, what is due, parked records and positions, in one transaction."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from pydantic import ValidationError

from schemas.event import Envelope, Erased
from services.chassis import failpoints, observability
from services.chassis.access import SYSTEM
from services.chassis.mirrors import Mirror
from services.chassis.reactions import Reactions
from services.chassis.transaction import Pool, Transaction, transaction

ROLL_KEY = b"roll"
"""A null under this key rolls a partition's segment so that compaction can reach it. Readers skip it."""
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_PARK = """
insert into parked (topic, partition, "offset", key, headers, value, error) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (topic, partition, "offset") do update set error = excluded.error
"""
_POSITIONS = """
insert into position (topic, partition, next_offset, topic_id)
select * from unnest($1::text[], $2::int[], $3::bigint[], $4::uuid[])
on conflict (topic, partition) do update set next_offset = excluded.next_offset, topic_id = excluded.topic_id,
    heard_at = clock_timestamp()
"""
DOWN = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
"""What passes by itself: the database is away, or somebody else holds what is needed."""

log = structlog.get_logger()


class Unreadable(Exception):
    """A record that is not an event of ours. The message says why."""


@dataclass(frozen=True)
class Heard:
    """One Kafka record, as bytes."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: list[tuple[str, bytes | None]]
    value: bytes | None

    @classmethod
    def of(cls, record: Any) -> "Heard":
        return cls(record.topic, record.partition, record.offset, record.key, list(record.headers), record.value)


@dataclass(frozen=True)
class News:
    """A record that could be read."""

    envelope: Envelope
    id: UUID
    version: int
    state: str


def read(record: Heard, mirror: Mirror) -> News | None:
    """The news in a record; None for a roll. Unknown names and unknown fields are taken. Raises Unreadable."""
    if record.value is None:
        if record.key == ROLL_KEY:
            return None
        raise Unreadable("the record has no value")
    try:
        envelope = Envelope.read([(name, value or b"") for name, value in record.headers])
    except (KeyError, ValueError) as error:
        raise Unreadable(f"envelope: {error!r}"[:400]) from None
    try:
        text = record.value.decode("utf-8")
        body = json.loads(text)
        if _NUL.search(record.value):
            raise Unreadable("the state contains a NUL character")
        model = Erased if isinstance(body, dict) and "erased" in body else mirror.of
        state = model.model_validate_json(text)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
        raise Unreadable(f"state: {wrong}"[:400]) from None
    except ValueError as error:
        raise Unreadable(f"state is not JSON: {error}"[:400]) from None
    if record.key != str(state.id).encode() or envelope.subject != state.id or envelope.version != state.version:
        raise Unreadable("key, envelope and state do not name the same aggregate and version")
    return News(envelope, state.id, state.version, text)


class Hearing:
    """Writes what a service hears. `woken` is called after each commit that may have made something due."""

    def __init__(self, reactions: Reactions, pool: Pool, *, prefix: str, woken: Callable[[], Awaitable[None]]) -> None:
        self._pool, self._reactions, self._woken = pool, reactions, woken
        self._service = reactions.service
        self._mirrors = {prefix + topic: mirror for topic, mirror in reactions.mirrors.items()}
        self.topics = list(self._mirrors)
        self.positions: dict[tuple[str, int], int] = {}
        self.topic_ids: dict[str, UUID] = {}
        """Kafka's ids of the topics that are heard, as of when the door was opened: a position counts in no other."""

    async def load_positions(self) -> dict[tuple[str, int], int]:
        async with transaction(self._service, self._pool, SYSTEM) as tx:
            rows = await tx.fetch("select topic, partition, next_offset, topic_id from position")
        self.positions = {
            (row["topic"], row["partition"]): row["next_offset"]
            for row in rows
            if row["topic_id"] in (None, self.topic_ids.get(row["topic"], row["topic_id"]))
        }
        return self.positions

    async def note_filled(self, topics: Sequence[str], partitions: int) -> None:
        """These topics have been read from their start: each of their partitions has a position from now on."""
        places = [(topic, p) for topic in topics for p in range(partitions)]
        ends = dict.fromkeys(places, 0) | {at: end for at, end in self.positions.items() if at in set(places)}
        async with transaction(self._service, self._pool, SYSTEM) as tx:
            await self._note(tx, ends)

    async def hear(self, records: Sequence[Heard]) -> None:
        """Take a batch, whole or not at all. Raises only what is DOWN."""
        try:
            await self._hear_at_once(records)
        except DOWN:
            raise
        except Exception as error:
            log.warning("a batch holds a record that cannot be taken", service=self._service, error=repr(error))
            for record in records:
                await self._hear_alone(record)
        await self._woken()

    async def _hear_alone(self, record: Heard) -> None:
        try:
            await self._hear_at_once([record])
        except DOWN:
            raise
        except Exception as error:
            async with transaction(self._service, self._pool, SYSTEM) as tx:
                await self._park(tx, record, f"could not be taken: {error!r}"[:400])
                await self._note_positions(tx, [record])

    async def _hear_at_once(self, records: Sequence[Heard]) -> None:
        newest: dict[str, dict[UUID, News]] = {}
        async with transaction(self._service, self._pool, SYSTEM) as tx:
            for record in records:
                try:
                    news = read(record, self._mirrors[record.topic])
                except Unreadable as error:
                    await self._park(tx, record, str(error))
                    continue
                if news:
                    of_topic = newest.setdefault(record.topic, {})
                    if news.id not in of_topic or of_topic[news.id].version < news.version:
                        of_topic[news.id] = news
                    observability.event_heard(self._service, self._mirrors[record.topic].of.topic, news.envelope.time)
            for topic, by_id in newest.items():
                await self._write(tx, self._mirrors[topic], list(by_id.values()))
            await self._note_positions(tx, records)
            failpoints.passing("batch-before-commit")

    async def _write(self, tx: Transaction, mirror: Mirror, news: list[News]) -> None:
        await tx.execute(
            mirror.hear_sql,
            [n.id for n in news],
            [n.version for n in news],
            [n.state for n in news],
            [n.envelope.id for n in news],
            [n.envelope.correlation_id for n in news],
            [n.envelope.traceparent for n in news],
            [n.envelope.time for n in news],
            self._reactions.to(mirror.of.topic),
        )

    async def _note_positions(self, tx: Transaction, records: Sequence[Heard]) -> None:
        ends: dict[tuple[str, int], int] = {}
        for record in records:
            at = (record.topic, record.partition)
            ends[at] = max(ends.get(at, 0), record.offset + 1)
        await self._note(tx, ends)

    async def _note(self, tx: Transaction, ends: dict[tuple[str, int], int]) -> None:
        places = sorted(ends)
        ids = [self.topic_ids.get(topic) for topic, _ in places]
        await tx.execute(_POSITIONS, [t for t, _ in places], [p for _, p in places], [ends[at] for at in places], ids)
        self.positions |= ends

    async def _park(self, tx: Transaction, record: Heard, error: str) -> None:
        headers = json.dumps([[name, (value or b"").hex()] for name, value in record.headers])
        await tx.execute(
            _PARK, *(record.topic, record.partition, record.offset, record.key, headers, record.value, error)
        )
        observability.record_parked(self._service, record.topic)
        log.warning("record parked", service=self._service, topic=record.topic, offset=record.offset, error=error)

    async def retry(self, parked_id: UUID) -> str | None:
        """Read a parked record again. Returns why it still cannot be read, or None when it was taken.

        Raises LookupError when there is no such parked record.
        """
        async with transaction(self._service, self._pool, SYSTEM) as tx:
            row = await tx.fetchrow("select * from parked where id = $1 for update", parked_id)
            if row is None:
                raise LookupError(str(parked_id))
            headers: list[tuple[str, bytes | None]] = [
                (name, bytes.fromhex(value)) for name, value in json.loads(row["headers"])
            ]
            record = Heard(row["topic"], row["partition"], row["offset"], row["key"], headers, row["value"])
            mirror = self._mirrors[record.topic]
            try:
                news = read(record, mirror)
            except Unreadable as error:
                return str(error)
            if news:
                await self._write(tx, mirror, [news])
            await tx.execute("delete from parked where id = $1", parked_id)
        await self._woken()
        return None
