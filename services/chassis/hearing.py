"""From a batch of Kafka records to rows: mirrors, what is due, parked records and positions, in one transaction."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import structlog
from pydantic import ValidationError

from schemas.event import Envelope, Erased
from services.chassis import failpoints, header_names, observability
from services.chassis.access import SYSTEM
from services.chassis.mirrors import Mirror
from services.chassis.reactions import Reactions
from services.chassis.transaction import Pool, Transaction, transaction

WHY_LENGTH = 400
FEW = 25
"""When a batch cannot be taken at once, so many are taken in one transaction: a good record waits for few others."""
ROLL_KEY = b"roll"
"""A null under this key rolls a partition's segment so that compaction can reach it. Readers skip it."""
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_PARK = """
insert into parked (topic, partition, "offset", key, headers, value, error)
select * from unnest($1::text[], $2::int[], $3::bigint[], $4::bytea[], $5::jsonb[], $6::bytea[], $7::text[])
on conflict (topic, partition, "offset") do update set error = excluded.error
"""
_POSITIONS = """
insert into position (topic, partition, next_offset, topic_id)
select * from unnest($1::text[], $2::int[], $3::bigint[], $4::uuid[])
on conflict (topic, partition) do update set next_offset = excluded.next_offset, topic_id = excluded.topic_id,
    heard_at = clock_timestamp()
"""
DATABASE_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
"""What nobody but the database raises when it goes away under a connection."""
DOWN = (
    OSError,
    TimeoutError,
    *DATABASE_AWAY,
    asyncpg.TooManyConnectionsError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
"""What passes by itself: the database is away, or somebody else holds what is needed."""

log = structlog.get_logger()
header_names.allow_any()


class Unreadable(Exception):
    """A record that is not an event of ours. The message says why."""


class Heard(NamedTuple):
    """One Kafka record, as bytes. A tuple: there are many, and a frozen dataclass takes five times as long to make."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None

    @classmethod
    def of(cls, record: Any) -> "Heard":
        return cls(record.topic, record.partition, record.offset, record.key, record.headers, record.value)


class News(NamedTuple):
    """A record that could be read."""

    envelope: Envelope
    id: UUID
    version: int
    state: str


class Readable(NamedTuple):
    """A record, the mirror that its topic belongs to, and what it says."""

    record: Heard
    mirror: Mirror
    news: News


Unread = tuple[Heard, str]
"""A record that could not be read or taken, and why."""
Ends = dict[tuple[str, int], int]
"""Where the next record of a topic's partition will be."""
Take = Callable[[Transaction, list[Readable], Ends], Awaitable[list[Unread]]]


def read(record: Heard, mirror: Mirror) -> News | None:
    """The news in a record; None for a roll. Unknown names and unknown fields are taken. Raises Unreadable."""
    if record.value is None:
        if record.key == ROLL_KEY:
            return None
        raise Unreadable("the record has no value")
    try:
        envelope = Envelope.read(record.headers)
    except (KeyError, ValueError) as error:
        raise Unreadable(f"envelope: {error!r}") from None
    try:
        text = record.value.decode("utf-8")
        if b"u0000" in record.value and _NUL.search(record.value):  # the search is dear, and hardly ever needed
            raise Unreadable("the state contains a NUL character")
        model = Erased if b'"erased"' in record.value and "erased" in json.loads(text) else mirror.of
        state = model.model_validate_json(text)
    except ValidationError as error:
        wrong = "; ".join(": ".join([*map(str, e["loc"]), e["msg"]]) for e in error.errors()[:5])
        what = "state is not JSON" if error.errors()[0]["type"] == "json_invalid" else "state"
        raise Unreadable(f"{what}: {wrong}") from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"state is not JSON: {error}") from None
    if record.key != str(state.id).encode() or envelope.subject != state.id or envelope.version != state.version:
        raise Unreadable("key, envelope and state do not name the same aggregate and version")
    return News(envelope, state.id, state.version, text)


class Hearing:
    """Writes what a service hears. `woken` is called after each commit that may have made something due."""

    def __init__(self, reactions: Reactions, pool: Pool, *, prefix: str, woken: Callable[[], Awaitable[None]]) -> None:
        self._pool, self._reactions, self._woken = pool, reactions, woken
        self.service = reactions.service
        self._mirrors = {prefix + topic: mirror for topic, mirror in reactions.mirrors.items()}
        self.topics = list(self._mirrors)
        self.names = {topic: mirror.of.topic for topic, mirror in self._mirrors.items()}
        self.positions: dict[tuple[str, int], int] = {}
        self.topic_ids: dict[str, UUID] = {}
        """Kafka's ids of the topics that are heard, as of when the door was opened: a position counts in no other."""

    async def load_positions(self) -> dict[tuple[str, int], int]:
        async with transaction(self.service, self._pool, SYSTEM) as tx:
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
        async with transaction(self.service, self._pool, SYSTEM) as tx:
            await self._note(tx, ends)
        self.positions |= ends

    async def hear(self, records: Sequence[Heard]) -> None:
        """Take a batch; what cannot be read or taken is parked. Raises only what is DOWN, and can be repeated then."""
        heard, unread = self.read(records)
        for one in heard:
            observability.event_heard(self.service, one.mirror.of.topic, one.news.envelope.time)
        try:
            await self._keep(records, heard, unread, self._take_at_once)
        except DOWN:
            raise
        except Exception as error:
            log.warning("a batch holds a record that cannot be taken", service=self.service, error=repr(error))
            for few in (records[at : at + FEW] for at in range(0, len(records), FEW)):
                await self._keep(few, *self.read(few), self.take_carefully)
        await self._woken()

    def read(self, records: Sequence[Heard]) -> tuple[list[Readable], list[Unread]]:
        """What these records say, rolls left out, and those that cannot be read, with why."""
        heard: list[Readable] = []
        unread: list[Unread] = []
        for record in records:
            mirror = self._mirrors.get(record.topic)
            try:
                if mirror is None:
                    raise Unreadable("this version of the service does not listen to its topic")
                news = read(record, mirror)
            except Unreadable as error:
                unread.append((record, str(error)))
            except Exception as error:  # whatever a foreign record can do to a parser, it does it to itself only
                unread.append((record, f"could not be read: {error!r}"))
            else:
                heard += [Readable(record, mirror, news)] if news else []
        return heard, unread

    async def take_carefully(self, tx: Transaction, heard: list[Readable], ends: Ends) -> list[Unread]:
        """Write them all, or, when the database refuses one, each by itself. Returns those that it refused."""
        try:
            async with tx.savepoint():
                return await self._take_at_once(tx, heard, ends)
        except DOWN:
            raise
        except Exception:
            await self._note(tx, ends)
            return await self._take_each(tx, heard)

    async def _take_at_once(self, tx: Transaction, heard: list[Readable], ends: Ends) -> list[Unread]:
        """The first statement notes the positions too: a question less for each batch."""
        newest: dict[str, dict[UUID, Readable]] = {}
        for one in heard:
            of_topic = newest.setdefault(one.record.topic, {})
            if one.news.id not in of_topic or of_topic[one.news.id].news.version < one.news.version:
                of_topic[one.news.id] = one
        for topic, by_id in newest.items():
            await self._write(tx, self._mirrors[topic], [one.news for one in by_id.values()], ends)
            ends = {}
        await self._note(tx, ends)
        return []

    async def _take_each(self, tx: Transaction, heard: list[Readable]) -> list[Unread]:
        """Write each record in a savepoint of its own, so that one which the database refuses takes no other along.

        Returns those that it refused, with why.
        """
        refused: list[Unread] = []
        for one in heard:
            try:
                async with tx.savepoint():
                    await self._write(tx, one.mirror, [one.news], {})
            except DOWN:
                raise
            except Exception as error:
                refused.append((one.record, f"could not be taken: {error!r}"))
        return refused

    async def _keep(self, records: Sequence[Heard], heard: list[Readable], unread: list[Unread], take: Take) -> None:
        """One transaction: mirrors and what is due, parked records, positions."""
        ends = {(record.topic, record.partition): record.offset + 1 for record in records}  # in order: the last counts
        async with transaction(self.service, self._pool, SYSTEM) as tx:
            refused = await take(tx, heard, ends)
            await self._park(tx, unread + refused)
            failpoints.passing("batch-before-commit")
        self.positions |= ends
        for record, why in unread + refused:
            observability.record_parked(self.service, record.topic)
            log.warning("record parked", service=self.service, topic=record.topic, offset=record.offset, error=why)

    async def _write(self, tx: Transaction, mirror: Mirror, news: list[News], ends: Ends) -> None:
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
            *self._places(ends),
        )

    async def _note(self, tx: Transaction, ends: Ends) -> None:
        if ends:
            await tx.execute(_POSITIONS, *self._places(ends))

    def _places(self, ends: Ends) -> tuple[list[str], list[int], list[int], list[UUID | None]]:
        places = sorted(ends)
        return (
            [topic for topic, _ in places],
            [partition for _, partition in places],
            [ends[at] for at in places],
            [self.topic_ids.get(topic) for topic, _ in places],
        )

    async def _park(self, tx: Transaction, unread: Sequence[Unread]) -> None:
        if not unread:
            return
        records = [record for record, _ in unread]
        await tx.execute(
            _PARK,
            [r.topic for r in records],
            [r.partition for r in records],
            [r.offset for r in records],
            [r.key for r in records],
            [json.dumps([[plain(name), (value or b"").hex()] for name, value in r.headers]) for r in records],
            [r.value for r in records],
            [plain(why)[:WHY_LENGTH] for _, why in unread],
        )


def plain(text: str) -> str:
    """As PostgreSQL can keep it: it has no NUL and no half of a surrogate pair, which foreign names may have."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
