"""`pln topics`: who writes and reads each topic, how much stands in it, and how far behind each reader is."""

import json
from dataclasses import asdict, dataclass
from typing import Any, cast

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from schemas.contracts import plan
from services.chassis.base.settings import Settings
from services.chassis.kafka.client import ADMIN, client_options, user_of
from services.cli.base.apart import apart
from services.cli.base.console import AsJson, one_sentence, say
from services.cli.clients.records import Offsets, begins, ends, known_topics, partitions_of, reading
from services.cli.local.environment import running_network
from services.cli.local.servers import settings_of


@dataclass(frozen=True)
class Reader:
    """A service that reads a topic. `lag` counts records; None: it has not noted a place in Kafka yet."""

    service: str
    lag: int | None


@dataclass(frozen=True)
class Topic:
    """One topic as Kafka has it. `records` counts offsets in use, so compaction may have left fewer."""

    topic: str
    owner: str
    readers: list[Reader]
    partitions: int
    records: int
    public: bool
    """Partners' programs read it too."""


@one_sentence
def topics(as_json: AsJson = False) -> None:
    """Each topic: its owner, partitions, records at most, and its readers with how many records they are behind.

    Example: pln topics --json
    """
    settings = settings_of(running_network())
    found = apart(lambda: _describe_topics(settings))
    if as_json:
        say(json.dumps({"topics": [asdict(topic) for topic in found]}, indent=1))
        return
    rows = [("TOPIC", "OWNER", "PARTITIONS", "RECORDS", "READERS (RECORDS BEHIND)")]
    rows += [(t.topic, t.owner, str(t.partitions), str(t.records), _in_words(t)) for t in found]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        say("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]))


def _in_words(topic: Topic) -> str:
    named = [f"{reader.service} ({'not yet' if reader.lag is None else reader.lag})" for reader in topic.readers]
    return ", ".join([*named, *(["partners"] if topic.public else [])]) or "nobody yet"


async def _describe_topics(settings: Settings) -> list[Topic]:
    """Raises Trouble when Kafka does not answer or the topics are not there yet."""
    prefix = settings.topic_prefix
    places = partitions_of(known_topics(), prefix)
    async with reading(settings) as consumer:
        newest, oldest = await ends(consumer, places), await begins(consumer, places)
        noted = await _noted(settings)
    found: list[Topic] = []
    for topic, about in cast("dict[str, dict[str, Any]]", plan()["topics"]).items():
        own = [place for place in places if place.topic == prefix + topic]
        readers = [Reader(name, _lag(own, newest, oldest, noted[name])) for name in about["readers"]]
        count = sum(newest[place] - oldest[place] for place in own)
        found.append(Topic(topic, about["owner"], readers, len(own), count, bool(about.get("public"))))
    return found


def _lag(places: list[TopicPartition], newest: Offsets, oldest: Offsets, noted: Offsets) -> int | None:
    """A partition in which a group has noted nothing counts from its oldest record."""
    if not any(place in noted for place in places):
        return None if any(newest[place] > oldest[place] for place in places) else 0
    return sum(max(0, newest[place] - noted.get(place, oldest[place])) for place in places)


async def _noted(settings: Settings) -> dict[str, Offsets]:
    """Where each service's group stands, as committed to Kafka."""
    services = {name for about in plan()["topics"].values() for name in about["readers"]}
    admin = AIOKafkaAdminClient(**client_options(settings, ADMIN), request_timeout_ms=10000)
    await admin.start()
    try:
        found: dict[str, Offsets] = {}
        for name in sorted(services):
            noted = await admin.list_consumer_group_offsets(user_of(settings, name))
            found[name] = {place: at.offset for place, at in noted.items() if at.offset >= 0}
        return found
    finally:
        await admin.close()
