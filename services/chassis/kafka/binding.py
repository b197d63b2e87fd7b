"""The Kafka that a service's database belongs to: noted when it is first met, compared at every look.

Another cluster, or a topic with other partitions, is refused: nothing is read from it or sent to it. What an operator
has to mend but need not be waited for is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.chassis.kafka.cluster import Cluster
from services.chassis.kafka.topics import plan
from services.chassis.postgres.transaction import Transaction

_NOTE = "insert into kafka (what, id) select * from unnest($1::text[], $2::text[]) on conflict do nothing"
_MAKE = "`python -m services prepare` (or `pln up`)"


@dataclass(frozen=True)
class Topics:
    """The topics that a service reads and writes, without the prefix of their names."""

    prefix: str
    reads: Sequence[str]
    writes: Sequence[str]

    @property
    def names(self) -> list[str]:
        return sorted({self.prefix + name for name in (*self.reads, *self.writes)})


@dataclass(frozen=True)
class Binding:
    """What is wrong with the Kafka that answers, in words that an operator can act on."""

    refused: list[str] = field(default_factory=list[str])
    """It is not this network's, or not as this version needs it: the Kafka door stays shut."""
    missing: list[str] = field(default_factory=list[str])
    """Topics that are not there: the door cannot open, but one that is open stays open for the others."""
    forbidden: list[str] = field(default_factory=list[str])
    """Topics that Kafka does not let this service read or write: as with those that are missing."""
    remade: list[str] = field(default_factory=list[str])
    """Topics that lack what was in an earlier one of the same name, until their owner restates."""


async def compare(tx: Transaction, kafka: Cluster, wanted: Topics) -> Binding:
    """Note what is met for the first time, and compare the rest with what was noted."""
    met, known = {"cluster": kafka.id, "prefix": wanted.prefix}, await _known(tx)
    if refused := _other_network(known, met):
        return Binding(refused=[refused])
    if refused := _other_partitions(kafka, wanted):
        return Binding(refused=refused)
    there = {name: kafka.topics[wanted.prefix + name] for name in wanted.writes if wanted.prefix + name in kafka.topics}
    met |= {name: str(topic.id) for name, topic in there.items()}
    if unknown := sorted(met.keys() - known.keys()):
        await tx.execute(_NOTE, unknown, [met[what] for what in unknown])
        known = await _known(tx)  # another instance may have been first
    remade = [_remade(name) for name in there if known[name] != met[name]]
    return Binding(missing=_missing(kafka, wanted), forbidden=_forbidden(kafka, wanted), remade=remade)


async def forget_kafka(tx: Transaction) -> None:
    """Whatever Kafka is met next is this network's own, and is read from its start. For operators' repairs."""
    await tx.execute("delete from kafka")
    await tx.execute("delete from position")


async def forget_topics(tx: Transaction, topics: Sequence[str]) -> None:
    """These topics of the service's own, as they are now, hold its newest states: it has restated them all."""
    await tx.execute("delete from kafka where what = any($1::text[])", list(topics))


async def _known(tx: Transaction) -> dict[str, str]:
    return {row["what"]: row["id"] for row in await tx.fetch("select what, id from kafka")}


def _other_network(known: dict[str, str], met: dict[str, str]) -> str | None:
    if known.get("cluster", met["cluster"]) != met["cluster"]:
        return (
            f"this is Kafka cluster {met['cluster']}, and this database belongs to cluster {known['cluster']}: nothing "
            "is heard from it or sent to it. Check PLN_KAFKA_BOOTSTRAP_SERVERS; if the old cluster is lost for good, "
            "`pln restate` makes this one the network's own"
        )
    if known.get("prefix", met["prefix"]) != met["prefix"]:
        return (
            f"this database belongs to a network whose topics begin with {known['prefix']!r}, not {met['prefix']!r}: "
            "nothing is heard or sent. Check PLN_TOPIC_PREFIX and PLN_DATABASE_URL"
        )
    return None


def _other_partitions(kafka: Cluster, wanted: Topics) -> list[str]:
    count = int(plan()["partitions"])
    return [
        f"topic {name} has {topic.partitions} partitions, not {count}: delete it, {_MAKE} makes it anew, "
        f"and `pln restate {name.removeprefix(wanted.prefix)}` says again what was in it"
        for name, topic in sorted(kafka.topics.items())
        if topic.partitions != count
    ]


def _missing(kafka: Cluster, wanted: Topics) -> list[str]:
    return [
        f"topic {name} is not there: {_MAKE} makes it, "
        f"and `pln restate {name.removeprefix(wanted.prefix)}` says again what was in it"
        for name in wanted.names
        if name not in kafka.topics and name not in kafka.hidden
    ]


def _forbidden(kafka: Cluster, wanted: Topics) -> list[str]:
    """In words that say which of the two."""
    may_read = {name for name, topic in kafka.topics.items() if topic.may_read}
    may_write = {name for name, topic in kafka.topics.items() if topic.may_write}
    there = kafka.topics.keys() | set(kafka.hidden)
    found = [("read", wanted.prefix + name) for name in wanted.reads if wanted.prefix + name not in may_read]
    found += [("write", wanted.prefix + name) for name in wanted.writes if wanted.prefix + name not in may_write]
    return [
        f"Kafka does not let this service {do} topic {name}: `python -m services prepare` allows it what "
        "deploy/kafka/topics.yaml says"
        for do, name in found
        if name in there
    ]


def _remade(topic: str) -> str:
    return f"topic {topic} was made anew and lacks what was said before: `pln restate {topic}` says it again"
