"""Looks at a network, and again while something seems broken: what is only under way is gone at the next look."""

import asyncio
import time
from collections.abc import Mapping

from services import NAMES, load
from services.chassis.base.settings import Settings
from services.chassis.postgres.transaction import Connection
from services.cli.base.database import connected
from services.cli.clients.databases import faults_as_trouble
from services.cli.clients.newest_states import NewestStates, newest_states
from services.cli.verify import draws, effects, four_hands, looking_after, money, roles
from services.cli.verify.bookkeeping import check_bookkeeping
from services.cli.verify.consistency import check_agreement, check_kafka
from services.cli.verify.report import PATIENCE_SECONDS, Expected, Report, Tally

PAUSE_SECONDS = 1.0
SQL_SECONDS = 300.0
FAILED = "The network cannot be looked at: {why}. `pln doctor` says more."


async def check(
    environment: Mapping[str, str],
    *,
    expected: Expected | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Report:
    """What was counted and what is broken. Broken is what every look within `patience_seconds` found the same.

    Raises Trouble when a server does not answer or PLN_DATABASE_URL is not given.
    """
    began = time.monotonic()
    with faults_as_trouble(FAILED):
        settings = Settings.from_environment(environment)
        async with (
            connected(
                settings.admin_dsn(), command_timeout=SQL_SECONDS, server_settings={"application_name": "pln"}
            ) as connection,
            newest_states(settings) as kafka,
        ):
            looks, broken = 0, None
            while True:
                tally = await _look_once(connection, kafka, expected or Expected())
                looks, broken = looks + 1, tally.broken if broken is None else broken & tally.broken
                if not broken or time.monotonic() - began >= patience_seconds:
                    break
                await asyncio.sleep(PAUSE_SECONDS)
    seconds = round(time.monotonic() - began, 1)
    return Report(dict(tally.counted), tuple(sorted(broken)), looks, seconds, tally.listed)


async def _look_once(connection: Connection, kafka: NewestStates, expected: Expected) -> Tally:
    """The database as of one moment, and Kafka as of a moment later: what Kafka lacks then was not sent to it."""
    tally = Tally()
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("select set_config('app.door', 'system', true)")  # the snapshot is taken here
        await kafka.read_on()
        check_kafka(tally, kafka)
        for service in load(NAMES):
            await connection.execute("select set_config('search_path', $1, true)", service.name)
            await check_bookkeeping(tally, connection, service, expected)
            await check_agreement(tally, connection, service, kafka)
        for across in (effects, money, four_hands, looking_after, roles, draws):
            await _count(tally, connection, across.COUNTED)
            for promise, queries in across.BROKEN.items():
                await _check_across(tally, connection, promise, queries)
        await draws.check_draws(tally, connection)
        for words, sql in four_hands.LISTED.items():
            tally.lists(words, [row["about"] for row in await connection.fetch(sql)])
    return tally


async def _count(tally: Tally, connection: Connection, queries: Mapping[str, str]) -> None:
    for what, sql in queries.items():
        tally.count(what, int(await connection.fetchval(sql)))


async def _check_across(tally: Tally, connection: Connection, promise: str, queries: Mapping[str, str]) -> None:
    """A promise that spans the schemas of several services."""
    for where_and_words, sql in queries.items():
        where, _, words = where_and_words.partition(": ")
        tally.breaks(promise, where, words, [row["about"] for row in await connection.fetch(sql)])
