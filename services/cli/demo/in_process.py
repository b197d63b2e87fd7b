"""All services in this process, their doors shut, on a given day: what one emits the others hear at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

from services import NAMES, load
from services.chassis.app import App, connect
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.kafka.decoding import Record
from services.chassis.kafka.encoding import Encoder
from services.chassis.postgres.transaction import Hand, Transaction
from services.chassis.work import timers
from services.cli.base.trouble import Trouble

MOST_ROUNDS = 50
_EMITTED = """
select seq, topic, key, version, event_id, type, value, correlation_id, traceparent, happened_at
from outbox where seq > $1 order by seq
"""
_FAILING = "select reaction, error from due where error is not null limit 1"


class Rooms:
    """The services of one database. `now` is what their clocks show."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.apps: dict[str, App] = {}
        self._carried: dict[str, int] = dict.fromkeys(NAMES, 0)

    def transaction(self, room: str, acting: Hand) -> AbstractAsyncContextManager[Transaction[Hand]]:
        return self.apps[room].database.transaction(acting)

    async def carry(self) -> None:
        """What was emitted is heard, and reacted to, until nobody has anything more to say. Raises Trouble."""
        woken = set(NAMES)  # what a command wakes or owes to its own room is on no event
        for _ in range(MOST_ROUNDS):
            emitted = [row for rows in await asyncio.gather(*map(self._new_from, NAMES)) for row in rows]
            if not emitted and not woken:
                await self._must_have_failed_nowhere()
                return
            await asyncio.gather(*(self._hear_and_react(self.apps[name], emitted, name in woken) for name in NAMES))
            fired = await asyncio.gather(*(timers.fire(self.apps[name].database) for name in NAMES))
            woken = {name for name, some in zip(NAMES, fired, strict=True) if some}
        raise Trouble(f"On {self.now:%d %B %Y} the services still had something to say after {MOST_ROUNDS} rounds.")

    async def _new_from(self, name: str) -> list[Any]:
        async with self.transaction(name, SYSTEM) as tx:
            rows = await tx.fetch(_EMITTED, self._carried[name])
        if rows:
            self._carried[name] = rows[-1]["seq"]
        return rows

    async def _hear_and_react(self, app: App, emitted: list[Any], woken: bool) -> None:
        heard = [_record(app, row) for row in emitted if _topic(app, row) in app.inbox.topics]
        if heard:
            await app.inbox.take_directly(heard)
        while (heard or woken) and await app.workers.do_some():
            pass

    async def _must_have_failed_nowhere(self) -> None:
        """Raises Trouble for what could not be done when nobody says anything any more."""
        for app in self.apps.values():
            async with app.database.transaction(SYSTEM) as tx:
                if row := await tx.fetchrow(_FAILING):
                    raise Trouble(f"On {self.now:%d %B %Y} {app.name} could not {row['reaction']}: {row['error']}")


@asynccontextmanager
async def rooms(settings: Settings, now: datetime) -> AsyncGenerator[Rooms]:
    """Prepared databases are needed; Kafka is not. What was emitted is sent when the doors open. Raises BadSettings."""
    opened = Rooms(now)
    try:
        for service in load():
            opened.apps[service.name] = await connect(service, settings, clock=lambda: opened.now)
        yield opened
    finally:
        await asyncio.gather(*(app.stop() for app in opened.apps.values()))


def _topic(app: App, row: Any) -> str:
    return app.settings.topic_prefix + row["topic"]


def _record(app: App, row: Any) -> Record:
    """As the relay will send it. Where it would be in Kafka nobody asks."""
    key, headers, value = Encoder(app.settings, row["topic"].partition(".")[0]).record(row)
    return Record(_topic(app, row), 0, 0, key, [*headers], value)
