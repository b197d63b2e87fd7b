"""Looks at a network, and again while something seems broken: what is only under way is gone at the next look."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import asyncpg

from services import NAMES, load
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.postgres.transaction import Connection
from services.cli.checker import chassis, effects, mirrors, money
from services.cli.checker.report import Asked, Look, Report
from services.cli.checker.topics import Topics, open_topics
from services.cli.local.trouble import Trouble

PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 1.0
SQL_SECONDS = 300.0


async def check(
    environment: Mapping[str, str],
    *,
    asked: Asked | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Report:
    """What was counted and what is broken. Broken is what every look within `patience_seconds` found the same.

    Raises Trouble when a server does not answer or PLN_DATABASE_URL is not given.
    """
    began = time.monotonic()
    try:
        settings = Settings.from_environment(environment)
        async with _database(settings) as connection, _topics(settings) as topics:
            looks, broken = 0, None
            while True:
                look = await _look(connection, topics, asked or Asked())
                looks, broken = looks + 1, look.broken if broken is None else broken & look.broken
                if not broken or time.monotonic() - began >= patience_seconds:
                    break
                await asyncio.sleep(PAUSE_SECONDS)
    except BadSettings as wrong:
        raise Trouble(f"The network's settings cannot be used: {wrong}") from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        why = str(fault) or type(fault).__name__
        raise Trouble(f"The database cannot be read: {why}. `pln doctor` says more.") from fault
    return Report(dict(look.counted), tuple(sorted(broken)), looks, round(time.monotonic() - began, 1))


async def _look(connection: Connection, topics: Topics, asked: Asked) -> Look:
    """The database as of one moment, and Kafka as of a moment later: what Kafka lacks then was not yet said."""
    look = Look()
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("select set_config('app.door', 'system', true)")  # the snapshot is taken here
        await topics.read_on()
        mirrors.look_at_topics(look, topics)
        for service in load(NAMES):
            await connection.execute("select set_config('search_path', $1, true)", service.name)
            await chassis.look(look, connection, service, asked)
            await mirrors.look(look, connection, service, topics)
        await effects.look(look, connection)
        await money.look(look, connection)
    return look


@asynccontextmanager
async def _database(settings: Settings) -> AsyncGenerator[Connection]:
    connection = await asyncpg.connect(
        settings.admin_dsn(), timeout=10, command_timeout=SQL_SECONDS, server_settings={"application_name": "pln"}
    )
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


@asynccontextmanager
async def _topics(settings: Settings) -> AsyncGenerator[Topics]:
    async with open_topics(settings.kafka_bootstrap_servers, settings.topic_prefix) as topics:
        yield topics
