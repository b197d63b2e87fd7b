"""The databases of services that a command works in without starting them."""

from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import NamedTuple

import asyncpg
from aiokafka.errors import KafkaError

from services import NAMES, load
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.kafka.topics import WrongTopic
from services.chassis.postgres.connections import open_pool
from services.chassis.postgres.migrate import OtherDatabase
from services.chassis.postgres.transaction import Database
from services.chassis.service import Service
from services.cli.base.trouble import Trouble, reason

CANNOT_BE_USED = (
    *(BadSettings, OtherDatabase, WrongTopic),
    *(KafkaError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError),
)


class Opened(NamedTuple):
    """A service's declaration, and its database."""

    service: Service
    database: Database


@asynccontextmanager
async def opened(settings: Settings, names: Sequence[str] = NAMES) -> AsyncGenerator[list[Opened]]:
    """The named services, none of them started; their pools are closed at the end."""
    found = [Opened(one, Database(one.name, await open_pool(settings, one.name))) for one in load(names)]
    try:
        yield found
    finally:
        for one in found:
            await one.database.pool.close()


@contextmanager
def faults_as_trouble(sentence: str) -> Generator[None]:
    """A server, a setting, a table or a topic that cannot be used is Trouble: the sentence, with why for {why}."""
    try:
        yield
    except CANNOT_BE_USED as fault:
        raise Trouble(sentence.format(why=reason(fault))) from fault
