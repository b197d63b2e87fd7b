"""`pln restate`: owners say again what they own, into a topic that is new, or into a Kafka that has lost its data."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import asyncpg
import typer
from aiokafka.errors import KafkaError

from services.cli.console import done, one_sentence, say, waiting
from services.cli.local.asking import apart
from services.cli.local.network import running_network
from services.cli.local.trouble import Trouble
from services.cli.records import known_topics

if TYPE_CHECKING:
    from services.chassis.base.settings import Settings
    from services.chassis.postgres.transaction import Database
    from services.cli.opened import Opened


@one_sentence
def restate(
    topics: Annotated[list[str] | None, typer.Argument(metavar="[TOPIC…]", help="Which topics; all when none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Let owners say again what they own, while the network runs: no news, and nothing is set off by it.

    For a topic that was deleted and made again. For a Kafka that has lost its data, or another one in its place, name
    no topic: it is the network's own from then on. To go back to an older database, use `pln restore` instead.

    Example: pln restate recruitment.leader recruitment.profile
    """
    environment, named = running_network(), known_topics(topics or [])
    if as_json:
        say(json.dumps(apart(lambda: _restate(environment, named))))
        return
    with waiting("Letting the owners say again what they own"):
        counted = apart(lambda: _restate(environment, named))
    done(f"Said again: {counted['said again']:,}; said to be gone: {counted['gone']:,}. Now `pln verify`.")


async def _restate(environment: Mapping[str, str], topics: Sequence[str]) -> dict[str, int]:
    """Raises Trouble when a server does not answer."""
    from services.chassis.base.settings import BadSettings, Settings
    from services.cli.opened import opened

    try:
        settings = Settings.from_environment(environment)
        async with opened(settings) as services:
            return await _restate_all(settings, services, topics)
    except (BadSettings, KafkaError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        why = str(fault) or type(fault).__name__
        raise Trouble(f"Not everything was said: {why}. It can be repeated. `pln doctor` says more.") from fault


async def _restate_all(settings: "Settings", services: "Sequence[Opened]", topics: Sequence[str]) -> dict[str, int]:
    from services.chassis.operate import restate as chassis
    from services.cli.known import find_known

    counted: Counter[str] = Counter()
    known, _ = await find_known(settings, services)
    for _, database in services:
        if await _meets_another_kafka(settings, database):
            if len(topics) < len(known.newest):
                raise Trouble("This Kafka is another one than before, so every topic is to be said again: name none.")
            await chassis.take_other_kafka(database)
    for service, database in services:
        for owned in service.owned:
            if owned.topic in topics:
                counted += await chassis.restate(database, owned, known)
    return {"said again": counted["said again"], "gone": counted["gone"]}


async def _meets_another_kafka(settings: "Settings", database: "Database") -> bool:
    from services.chassis.base.access import SYSTEM
    from services.chassis.kafka import cluster

    kafka = await cluster.describe(settings.kafka_bootstrap_servers, [])
    async with database.transaction(SYSTEM) as tx:
        noted = await tx.fetchval("select id from kafka where what = 'cluster'")
    return noted not in (None, kafka.id)
