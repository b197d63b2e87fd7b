"""What the network knows apart from the owners: the newest version of each thing in Kafka and in all mirrors."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from schemas.contracts import states
from schemas.event import State
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.operate.restate import KnownVersion, KnownVersions
from services.chassis.postgres.transaction import Database
from services.chassis.service import Service
from services.cli.clients.databases import Opened
from services.cli.clients.newest_states import NewestStates, newest_states

# {mirror} is the table's name, made from a class name (Mirror.sql).
_ROWS = "select id, version, erased from {mirror}"


async def find_known_versions(
    settings: Settings, services: Sequence[Opened], *, keeping: type[State] | None = None
) -> tuple[KnownVersions, list[State]]:
    """Read all of Kafka, and every mirror of these services, whose pools are open. Raises Trouble without Kafka.

    Also the newest state in Kafka of each thing of the topic of `keeping`, in id order.
    """
    async with newest_states(settings) as kafka:
        kafka.keeping = keeping
        await kafka.read_on()
    newest = _in_kafka(kafka)
    for service, database in services:
        await _in_mirrors(service, database, newest)
    known = KnownVersions(newest, {(place.topic, place.partition): end for place, end in kafka.ends.items()})
    return known, [kafka.kept[id] for id in sorted(kafka.kept)]


def _in_kafka(kafka: NewestStates) -> dict[str, dict[UUID, KnownVersion]]:
    return {
        topic: {id: KnownVersion(one.highest, one.fact, in_kafka=True, erased=one.erased) for id, one in newest.items()}
        for topic, newest in kafka.newest.items()
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
