"""Restates what services own, into a topic that is new, or into a Kafka that has lost its data."""

from collections import Counter
from collections.abc import Mapping, Sequence

from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.kafka import cluster
from services.chassis.kafka.client import ADMIN
from services.chassis.operate.restate import restate, take_other_kafka
from services.cli.archive.known_versions import find_known_versions
from services.cli.base.trouble import Trouble
from services.cli.clients.databases import Opened, faults_as_trouble, opened

FAILED = "Not everything was restated: {why}. It can be repeated. `pln doctor` says more."


async def restate_topics(environment: Mapping[str, str], topics: Sequence[str]) -> dict[str, int]:
    """Let owners write what belongs into these topics again, while the network runs. How many they restated, and how
    many they wrote to be gone.

    A Kafka other than before becomes the network's own; then all topics have to be named. Raises Trouble.
    """
    counted: Counter[str] = Counter()
    with faults_as_trouble(FAILED):
        settings = Settings.from_environment(environment)
        async with opened(settings) as services:
            known, _ = await find_known_versions(settings, services)
            await _take_other_kafka(settings, services, all_named=len(topics) >= len(known.newest))
            for service, database in services:
                for owned in service.owned:
                    if owned.topic in topics:
                        counted += await restate(database, owned, known)
    return {"said again": counted["said again"], "gone": counted["gone"]}


async def _take_other_kafka(settings: Settings, services: Sequence[Opened], *, all_named: bool) -> None:
    """Each service that belongs to another Kafka than the one that answers belongs to that one from now on."""
    kafka = await cluster.describe(settings, ADMIN, [])
    for _, database in services:
        async with database.transaction(SYSTEM) as tx:
            noted = await tx.fetchval("select id from kafka where what = 'cluster'")
        if noted in (None, kafka.id):
            continue
        if not all_named:
            raise Trouble("This Kafka is another one than before, so every topic is to be restated: name none.")
        await take_other_kafka(database)
