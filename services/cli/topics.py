"""`pln topics`: who writes and reads each topic, how much stands in it, and how far behind each reader is."""

import json
from dataclasses import asdict, dataclass
from typing import Annotated, Any, cast

import typer
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from schemas.contracts import plan
from services.cli.console import one_sentence, say
from services.cli.local.asking import apart
from services.cli.local.network import running_network
from services.cli.records import Offsets, begins, ends, known_topics, partitions_of, reading


@dataclass(frozen=True)
class Reader:
    """A service that reads a topic. `lag` counts records; None: it has not noted a place in Kafka yet."""

    service: str
    lag: int | None


@dataclass(frozen=True)
class Report:
    """One topic. `records` counts offsets in use, so compaction may have left fewer."""

    topic: str
    owner: str
    readers: list[Reader]
    partitions: int
    records: int


@one_sentence
def topics(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Each topic: its owner, partitions, records at most, and its readers with how many records they are behind.

    Example: pln topics --json
    """
    network = running_network()
    bootstrap, prefix = network["PLN_KAFKA_BOOTSTRAP_SERVERS"], network.get("PLN_TOPIC_PREFIX", "")
    reports = apart(lambda: look(bootstrap, prefix))
    if as_json:
        say(json.dumps({"topics": [asdict(report) for report in reports]}, indent=1))
        return
    rows = [("TOPIC", "OWNER", "PARTITIONS", "RECORDS", "READERS (RECORDS BEHIND)")]
    rows += [(r.topic, r.owner, str(r.partitions), str(r.records), _in_words(r.readers)) for r in reports]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        say("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]))


def _in_words(readers: list[Reader]) -> str:
    named = [f"{reader.service} ({'not yet' if reader.lag is None else reader.lag})" for reader in readers]
    return ", ".join(named) or "public: nobody inside"


async def look(bootstrap: str, prefix: str) -> list[Report]:
    """Raises Trouble when Kafka does not answer or the topics are not there yet."""
    places = partitions_of(known_topics(), prefix)
    async with reading(bootstrap) as consumer:
        newest, oldest = await ends(consumer, places), await begins(consumer, places)
        noted = await _noted(bootstrap, prefix)
    reports: list[Report] = []
    for topic, about in cast("dict[str, dict[str, Any]]", plan()["topics"]).items():
        own = [place for place in places if place.topic == prefix + topic]
        readers = [Reader(name, _lag(own, newest, oldest, noted[name])) for name in about["readers"]]
        count = sum(newest[place] - oldest[place] for place in own)
        reports.append(Report(topic, about["owner"], readers, len(own), count))
    return reports


def _lag(places: list[TopicPartition], newest: Offsets, oldest: Offsets, noted: Offsets) -> int | None:
    """A partition in which a group has noted nothing counts from its oldest record."""
    if not any(place in noted for place in places):
        return None if any(newest[place] > oldest[place] for place in places) else 0
    return sum(max(0, newest[place] - noted.get(place, oldest[place])) for place in places)


async def _noted(bootstrap: str, prefix: str) -> dict[str, Offsets]:
    """Where each service's group stands, as committed to Kafka."""
    services = {name for about in plan()["topics"].values() for name in about["readers"]}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10000)
    await admin.start()
    try:
        found: dict[str, Offsets] = {}
        for name in sorted(services):
            noted = await admin.list_consumer_group_offsets(prefix + name)
            found[name] = {place: at.offset for place, at in noted.items() if at.offset >= 0}
        return found
    finally:
        await admin.close()
