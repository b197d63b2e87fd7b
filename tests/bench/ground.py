"""Where it is measured: durable servers under .pln/bench, and in them a database and topics of this run's own."""

import asyncio
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from schemas.matching import Opportunity
from services.chassis.base import keys
from services.chassis.base.settings import Settings
from services.chassis.kafka.administrator import Kind, Operation, Rule, administrator
from services.chassis.kafka.client import ADMIN, client_options, user_of
from services.chassis.network import make_topics
from services.cli.local.servers import Servers
from tests.bench import bare, rooms
from tests.support import delete_topics, drop_database, kafka_fields, make_database, until

PARTITIONS = 6


@contextmanager
def ground(servers: Servers, state: Path) -> Generator[Settings]:
    """Settings with which both rooms, and the bare scripts, find their tables and topics; all gone at the end."""
    database, prefix = f"pln_bench_{secrets.token_hex(4)}", f"b{secrets.token_hex(3)}-"
    settings = Settings(
        profile="test",
        database_url=asyncio.run(make_database(servers.database_url, database)),
        **kafka_fields(servers),
        topic_prefix=prefix,
        state_dir=state / "keys-of-run",
        http_port=0,
        ops_port=0,
    )
    try:
        asyncio.run(_prepare(settings))
        yield settings
    finally:
        asyncio.run(_clear(settings, servers, database))
        shutil.rmtree(settings.state_dir, ignore_errors=True)


async def _clear(settings: Settings, servers: Servers, database: str) -> None:
    await drop_database(servers.database_url, database)
    await delete_topics(settings, settings.topic_prefix)


async def _let_in(settings: Settings) -> None:
    """Both rooms are users of Kafka, as services are."""
    topic, group = settings.topic_prefix + Opportunity.topic, settings.topic_prefix + "hearing"
    saying, hearing = user_of(settings, "saying"), user_of(settings, "hearing")
    rules = {Rule(saying, Operation.WRITE, Kind.TOPIC, topic), Rule(hearing, Operation.READ, Kind.TOPIC, topic)}
    rules.add(Rule(hearing, Operation.READ, Kind.GROUP, group))
    if settings.kafka_security == "PLAINTEXT":
        return
    async with administrator(settings) as kafka:
        names = {saying: "saying", hearing: "hearing"}
        await kafka.set_passwords({user: settings.kafka_password_of(name) for user, name in names.items()})
        await kafka.allow(rules)

        async def known() -> bool:
            return all(rules <= found for found in await kafka.rules())

        await until(known)


async def _prepare(settings: Settings) -> None:
    keys.make(settings)
    for room in (rooms.saying(), rooms.hearing(None)):
        await room.prepare(settings)
    await make_topics(settings)
    await _let_in(settings)
    admin = AIOKafkaAdminClient(**client_options(settings, ADMIN))
    await admin.start()
    try:
        await admin.create_topics([NewTopic(bare.topic(settings), PARTITIONS, 1)])
    finally:
        await admin.close()
    connection = await asyncpg.connect(settings.admin_dsn())
    try:
        await connection.execute((Path(__file__).parent / "bare.sql").read_text())
    finally:
        await connection.close()
