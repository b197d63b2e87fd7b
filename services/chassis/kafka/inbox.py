"""The inbox: a batch of Kafka records becomes rows in one transaction: mirrors, what is due, parked, positions."""

import json
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple
from uuid import UUID

import structlog

from services.chassis.base import failpoints, metrics
from services.chassis.base.hands import SYSTEM
from services.chassis.kafka.decoding import Decoded, Record, Unreadable, columns_of, decode
from services.chassis.postgres.faults import DOWN
from services.chassis.postgres.mirrors import UPSERT, Mirror
from services.chassis.postgres.transaction import Database, Transaction
from services.chassis.work.reactions import Reactions

WHY_LENGTH = 400
FEW = 25
"""When a batch cannot be taken at once, so many are taken in one transaction: a good record waits for few others."""
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

log = structlog.get_logger()


class Readable(NamedTuple):
    """A record that could be read, with the mirror that its topic belongs to."""

    record: Record
    mirror: Mirror
    decoded: Decoded


Unread = tuple[Record, str]
"""A record that could not be read or taken, and why."""
Ends = dict[tuple[str, int], int]
"""Where the next record of a topic's partition will be."""
Take = Callable[[Transaction, list[Readable], Ends], Awaitable[list[Unread]]]


class Inbox:
    """Writes what a service receives. `wake_workers` is called after each commit that may have made something due."""

    def __init__(
        self, reactions: Reactions, database: Database, *, prefix: str, wake_workers: Callable[[], Awaitable[None]]
    ) -> None:
        self._database, self._reactions, self._wake_workers = database, reactions, wake_workers
        self.service = reactions.service
        self._mirrors = {prefix + topic: mirror for topic, mirror in reactions.mirrors.items()}
        self.topics = list(self._mirrors)
        self.names = {topic: mirror.of.topic for topic, mirror in self._mirrors.items()}
        self.positions: dict[tuple[str, int], int] = {}
        self.topic_ids: dict[str, UUID] = {}
        """Kafka's ids of the topics that are read, as of when reading began: a position counts in no other."""

    async def load_positions(self) -> dict[tuple[str, int], int]:
        async with self._database.transaction(SYSTEM) as tx:
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
        async with self._database.transaction(SYSTEM) as tx:
            await self._note_positions(tx, ends)
        self.positions |= ends

    async def take(self, records: Sequence[Record]) -> None:
        """Take a batch; what cannot be read or taken is parked. Raises only what is DOWN, and can be repeated then."""
        readable, unread = self.decode(records)
        try:
            await self._write_batch(records, readable, unread, self._take_at_once)
        except DOWN:
            raise
        except Exception as error:
            log.warning("a batch holds a record that cannot be taken", service=self.service, error=repr(error))
            for few in (records[at : at + FEW] for at in range(0, len(records), FEW)):
                await self._write_batch(few, *self.decode(few), self.take_carefully)
        await self._wake_workers()

    async def take_directly(self, records: Sequence[Record]) -> None:
        """Take what a neighbour has emitted before Kafka has it: no position is noted, so it will be heard again there.

        For a demo's history. Raises ValueError for what cannot be read.
        """
        readable, unread = self.decode(records)
        if unread:
            raise ValueError(f"{unread[0][0].topic}: {unread[0][1]}")
        async with self._database.transaction(SYSTEM) as tx:
            await self._take_at_once(tx, readable, {})

    def decode(self, records: Sequence[Record]) -> tuple[list[Readable], list[Unread]]:
        """What these records say, rolls left out, and those that cannot be read, with why."""
        readable: list[Readable] = []
        unread: list[Unread] = []
        for record in records:
            mirror = self._mirrors.get(record.topic)
            try:
                if mirror is None:
                    raise Unreadable("this version of the service does not listen to its topic")
                decoded = decode(record, mirror)
            except Unreadable as error:
                unread.append((record, str(error)))
            except Exception as error:  # whatever a foreign record can do to a parser, it does it to itself only
                unread.append((record, f"could not be read: {error!r}"))
            else:
                readable += [Readable(record, mirror, decoded)] if decoded else []
        return readable, unread

    async def take_carefully(self, tx: Transaction, readable: list[Readable], ends: Ends) -> list[Unread]:
        """Write them all, or, when the database refuses one, each by itself. Returns those that it refused."""
        try:
            async with tx.savepoint():
                return await self._take_at_once(tx, readable, ends)
        except DOWN:
            raise
        except Exception:
            await self._note_positions(tx, ends)
            return await self._take_each(tx, readable)

    async def _take_at_once(self, tx: Transaction, readable: list[Readable], ends: Ends) -> list[Unread]:
        """The first statement notes the positions too: a question less for each batch."""
        newest: dict[str, dict[UUID, Readable]] = {}
        for one in readable:
            of_topic = newest.setdefault(one.record.topic, {})
            if one.decoded.id not in of_topic or of_topic[one.decoded.id].decoded.version < one.decoded.version:
                of_topic[one.decoded.id] = one
        for topic, by_id in newest.items():
            await self._upsert(tx, self._mirrors[topic], [one.decoded for one in by_id.values()], ends)
            ends = {}
        await self._note_positions(tx, ends)
        return []

    async def _take_each(self, tx: Transaction, readable: list[Readable]) -> list[Unread]:
        """Write each record in a savepoint of its own, so that one which the database refuses takes no other along.

        Returns those that it refused, with why.
        """
        refused: list[Unread] = []
        for one in readable:
            try:
                async with tx.savepoint():
                    await self._upsert(tx, one.mirror, [one.decoded], {})
            except DOWN:
                raise
            except Exception as error:
                refused.append((one.record, f"could not be taken: {error!r}"))
        return refused

    async def _write_batch(
        self, records: Sequence[Record], readable: list[Readable], unread: list[Unread], take: Take
    ) -> None:
        """One transaction: mirrors and what is due, parked records, positions."""
        ends = {(record.topic, record.partition): record.offset + 1 for record in records}  # in order: the last counts
        async with self._database.transaction(SYSTEM) as tx:
            refused = await take(tx, readable, ends)
            await self._park(tx, unread + refused)
            failpoints.passing("batch-before-commit")
        self.positions |= ends
        for record, why in unread + refused:
            metrics.record_parked(self.service, record.topic)
            log.warning("record parked", service=self.service, topic=record.topic, offset=record.offset, error=why)

    async def _upsert(self, tx: Transaction, mirror: Mirror, decoded: list[Decoded], ends: Ends) -> None:
        """What was received before says nothing of how late news arrives: it may be a week old and said once more."""
        changed = await tx.fetch(
            mirror.sql(UPSERT),
            *columns_of(decoded),
            self._reactions.to(mirror.of.topic),
            *self._places(ends),
        )
        new = {row["id"] for row in changed}
        for one in decoded:
            if one.id in new:
                tx.count(partial(metrics.event_received, self.service, mirror.of.topic, one.envelope.time))

    async def _note_positions(self, tx: Transaction, ends: Ends) -> None:
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
