"""What Kafka holds: the newest state of each aggregate that can be read, and whether its versions only ever rose."""

import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.contracts import states
from schemas.event import State
from services.chassis.base.settings import Settings
from services.chassis.kafka.decoding import Record, Unreadable, decode
from services.chassis.postgres.mirrors import Mirror
from services.cli.clients.records import Batch, begins, ends, partitions_of, reading

READ_MS = 2000
ERASED = b"erased"


@dataclass(frozen=True)
class NewestState:
    """The last record under one key. `highest` is the highest version ever seen there."""

    version: int
    digest: bytes
    fact: str
    highest: int

    @property
    def erased(self) -> bool:
        return self.digest == ERASED


@dataclass
class NewestStates:
    """Of every topic of the network. Read on from where it was read to before; topics that are missing hold nothing."""

    consumer: AIOKafkaConsumer
    prefix: str
    keeping: type[State] | None = None
    """Of this topic the states themselves are kept, in `kept`; of the others their hashes only."""
    kept: dict[UUID, State] = field(default_factory=dict[UUID, State])
    newest: dict[str, dict[UUID, NewestState]] = field(default_factory=lambda: {topic: {} for topic in states()})
    ends: dict[TopicPartition, int] = field(default_factory=dict[TopicPartition, int])
    records: int = 0

    async def read_on(self) -> None:
        """Read up to the end as it is now."""
        await self._assign()
        if not self.consumer.assignment():
            return
        self.ends = await ends(self.consumer, sorted(self.consumer.assignment()))
        while await self._is_behind():
            got = cast("Batch", await self.consumer.getmany(timeout_ms=READ_MS))
            for records in got.values():
                for record in records:
                    self._take(Record.of(record))

    async def _assign(self) -> None:
        """Partitions that were not there before are read from their start."""
        there = cast("set[str]", await self.consumer.topics())
        wanted = set(partitions_of([topic for topic in states() if self.prefix + topic in there], self.prefix))
        known = self.consumer.assignment()
        if wanted == known:
            return
        at = {place: await self.consumer.position(place) for place in wanted & known}
        self.consumer.assign(sorted(wanted))
        oldest = await begins(self.consumer, sorted(wanted))
        for place in wanted:
            self.consumer.seek(place, at.get(place, oldest[place]))

    async def _is_behind(self) -> bool:
        for place, end in self.ends.items():
            if await self.consumer.position(place) < end:
                return True
        return False

    def _take(self, record: Record) -> None:
        topic = record.topic.removeprefix(self.prefix)
        self.records += 1
        try:
            decoded = decode(record, Mirror("", states()[topic]))
        except Unreadable:
            return
        if decoded:
            before = self.newest[topic].get(decoded.id)
            highest = max(decoded.version, before.highest if before else 0)
            digest = digest_of_text(states()[topic], decoded.state)
            self.newest[topic][decoded.id] = NewestState(decoded.version, digest, decoded.envelope.name, highest)
            if self.keeping and topic == self.keeping.topic:
                self.kept.pop(decoded.id, None)
                if digest != ERASED:
                    self.kept[decoded.id] = self.keeping.model_validate_json(decoded.state)


@asynccontextmanager
async def newest_states(settings: Settings) -> AsyncGenerator[NewestStates]:
    """Nothing is read yet: `read_on` does. Raises Trouble when Kafka does not answer."""
    async with reading(settings) as consumer:
        yield NewestStates(consumer, settings.topic_prefix)


def digest_of_text(of: type[State], text: str) -> bytes:
    """A hash of what a state says to a reader of these contracts: a field that was left out is its default."""
    if "erased" in json.loads(text):
        return ERASED
    return digest_of(of.model_validate_json(text))


def digest_of(state: State) -> bytes:
    return hashlib.sha256(state.model_dump_json().encode()).digest()
