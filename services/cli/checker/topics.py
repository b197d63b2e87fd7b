"""What Kafka holds: of each aggregate the newest state that can be read, and whether its versions only ever rose."""

import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.contracts import states
from schemas.event import State
from services.chassis.kafka.decoding import Record, Unreadable, decode
from services.chassis.postgres.mirrors import Mirror
from services.cli.records import ends, partitions_of, reading

READ_MS = 2000
ERASED = b"erased"


@dataclass(frozen=True)
class Newest:
    """The last record under one key. `highest` is the highest version ever seen there."""

    version: int
    state: bytes
    type: str
    highest: int

    @property
    def erased(self) -> bool:
        return self.state == ERASED


@dataclass
class Topics:
    """Every topic of the network, read on from where it was read to before. Topics that are missing hold nothing."""

    consumer: AIOKafkaConsumer
    prefix: str
    keeping: type[State] | None = None
    """Of this topic the states themselves are kept, in `kept`; of the others their hashes only."""
    kept: dict[UUID, State] = field(default_factory=dict[UUID, State])
    newest: dict[str, dict[UUID, Newest]] = field(default_factory=lambda: {topic: {} for topic in states()})
    ends: dict[TopicPartition, int] = field(default_factory=dict[TopicPartition, int])
    records: int = 0

    async def read_on(self) -> None:
        """Read up to the end as it is now."""
        await self._assign()
        if not self.consumer.assignment():
            return
        self.ends = await ends(self.consumer, sorted(self.consumer.assignment()))
        left = await self._left()
        while left:
            got = cast("dict[TopicPartition, list[Any]]", await self.consumer.getmany(timeout_ms=READ_MS))
            for records in got.values():
                for record in records:
                    self._take(Record.of(record))
            left = await self._left()

    async def _assign(self) -> None:
        """Partitions that were not there before are read from their start."""
        there = cast("set[str]", await self.consumer.topics())
        wanted = set(partitions_of([topic for topic in states() if self.prefix + topic in there], self.prefix))
        known = self.consumer.assignment()
        if wanted == known:
            return
        at = {place: await self.consumer.position(place) for place in wanted & known}
        self.consumer.assign(sorted(wanted))
        begins = cast("dict[TopicPartition, int]", await self.consumer.beginning_offsets(sorted(wanted)))
        for place in wanted:
            self.consumer.seek(place, at.get(place, begins[place]))

    async def _left(self) -> bool:
        for place, end in self.ends.items():
            if await self.consumer.position(place) < end:
                return True
        return False

    def _take(self, record: Record) -> None:
        topic = record.topic.removeprefix(self.prefix)
        self.records += 1
        try:
            news = decode(record, Mirror("", states()[topic]))
        except Unreadable:
            return
        if news:
            before = self.newest[topic].get(news.id)
            highest = max(news.version, before.highest if before else 0)
            state = content(states()[topic], news.state)
            self.newest[topic][news.id] = Newest(news.version, state, news.envelope.type, highest)
            if self.keeping and topic == self.keeping.topic:
                self.kept.pop(news.id, None)
                if state != ERASED:
                    self.kept[news.id] = self.keeping.model_validate_json(news.state)


@asynccontextmanager
async def open_topics(bootstrap: str, prefix: str) -> AsyncGenerator[Topics]:
    """Raises Trouble when Kafka does not answer."""
    async with reading(bootstrap) as consumer:
        yield Topics(consumer, prefix)


def content(of: type[State], text: str) -> bytes:
    """What a state says to a reader of these contracts, as a hash: a field that was left out is its default."""
    if "erased" in json.loads(text):
        return ERASED
    return content_of(of.model_validate_json(text))


def content_of(state: State) -> bytes:
    return hashlib.sha256(state.model_dump_json().encode()).digest()
