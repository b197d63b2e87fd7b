"""From a row of the outbox to the bytes of a Kafka record: how a service says its events to everybody."""

from typing import NamedTuple, cast
from uuid import UUID

from aiokafka.partitioner import DefaultPartitioner

from schemas import links
from schemas.event import Envelope, type_named
from schemas.history import newest_edition
from services.chassis.base.settings import Settings
from services.chassis.postgres.transaction import Row

_choose = DefaultPartitioner()


class Encoded(NamedTuple):
    """Key, headers and value of a Kafka record."""

    key: bytes
    headers: list[tuple[str, bytes]]
    value: bytes


class Encoder:
    """Says the events of one service.

    `ce_source` is the network's URI and the service: the same on every host and instance. `ce_dataschema` is where the
    network serves the schema of the topic, in the edition that this code writes.
    """

    def __init__(self, settings: Settings, service: str) -> None:
        self._short = settings.event_types == "short"
        base = settings.base_url.rstrip("/")
        self._source = f"/{service}" if self._short else f"{settings.network_uri or base}/{service}"
        self._schemas = base + links.SCHEMA
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def record(self, row: Row) -> Encoded:
        """The record that an outbox row becomes: the same each time."""
        its_type, dataschema = self._type_and_schema(row["topic"], row["type"])
        envelope = Envelope(
            id=row["event_id"],
            type=its_type,
            source=self._source,
            time=row["happened_at"],
            subject=row["key"],
            version=row["version"],
            correlation_id=row["correlation_id"],
            traceparent=row["traceparent"],
            dataschema=dataschema,
        )
        return Encoded(key_of(row["key"]), envelope.headers(), row["value"].encode())

    def _type_and_schema(self, topic: str, name: str) -> tuple[str, str]:
        if (topic, name) not in self._known:
            edition = newest_edition(topic)
            schema = self._schemas.format(name=f"{topic}.v{edition}.json") if edition else ""
            self._known[topic, name] = (name if self._short else type_named(topic, name), schema)
        return self._known[topic, name]


def key_of(id: UUID) -> bytes:
    return str(id).encode()


def partition_of(id: UUID, partitions: list[int]) -> int:
    """Which of a topic's partitions, in their order, Kafka's own clients choose for this key."""
    return cast("int", _choose(key_of(id), partitions, partitions))
