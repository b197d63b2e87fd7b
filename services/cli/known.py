"""What the network knows apart from the owners: the newest that Kafka and all mirrors say of each thing."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from schemas.contracts import states
from schemas.event import State
from services.chassis.base.access import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.operate.restate import KnownVersion, KnownVersions
from services.chassis.postgres.transaction import Database
from services.chassis.service import Service
from services.cli.checker.topics import Topics, open_topics
from services.cli.opened import Opened

# {mirror} is the table's name, made from a class name (Mirror.sql).
_ROWS = "select id, version, erased from {mirror}"


async def find_known(
    settings: Settings, services: Sequence[Opened], *, keeping: type[State] | None = None
) -> tuple[KnownVersions, list[State]]:
    """Read all of Kafka, and every mirror of these services, whose pools are open. Raises Trouble without Kafka.

    Also the newest state in Kafka of each thing of the topic of `keeping`, in id order.
    """
    async with open_topics(settings.kafka_bootstrap_servers, settings.topic_prefix) as topics:
        topics.keeping = keeping
        await topics.read_on()
    newest = _in_kafka(topics)
    for service, database in services:
        await _in_mirrors(service, database, newest)
    known = KnownVersions(newest, {(place.topic, place.partition): end for place, end in topics.ends.items()})
    return known, [topics.kept[id] for id in sorted(topics.kept)]


def _in_kafka(topics: Topics) -> dict[str, dict[UUID, KnownVersion]]:
    return {
        topic: {id: KnownVersion(one.highest, one.type, in_kafka=True, erased=one.erased) for id, one in newest.items()}
        for topic, newest in topics.newest.items()
    }


async def _in_mirrors(service: Service, database: Database, newest: dict[str, dict[UUID, KnownVersion]]) -> None:
    """A mirror knows versions that a Kafka which has lost its data does not, and who was erased."""
    async with database.transaction(SYSTEM) as tx:
        for topic, mirror in service.reactions.mirrors.items():
            of_topic = newest[topic]
            async for row in tx.connection.cursor(mirror.sql(_ROWS)):
                known = of_topic.get(row["id"])
                if known is None:
                    fact = f"{states()[topic].__name__}Erased" if row["erased"] else ""
                    of_topic[row["id"]] = KnownVersion(row["version"], fact, in_kafka=False, erased=row["erased"])
                elif known.version < row["version"]:
                    of_topic[row["id"]] = replace(known, version=row["version"])
