"""Services whose databases a command works in without starting them."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from services import NAMES, load
from services.chassis.base.settings import Settings
from services.chassis.postgres.pool import open_pool
from services.chassis.postgres.transaction import Database
from services.chassis.service import Service


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
