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
        acted = set(NAMES)  # a command may have emitted anywhere, and owes or wakes things on no event
        seen: set[str] = set()
        for _ in range(MOST_ROUNDS):
            emitted = [row for rows in await asyncio.gather(*map(self._new_from, acted)) for row in rows]
            did = await asyncio.gather(*(self._hear_and_react(name, emitted, name in acted) for name in NAMES))
            acted = {name for name, any_of_it in zip(NAMES, did, strict=True) if any_of_it}
            seen |= acted
            if not acted:
                await self._must_have_failed_nowhere(seen)
                return
        raise Trouble(f"On {self.now:%d %B %Y} the services still had something to say after {MOST_ROUNDS} rounds.")

    async def _new_from(self, name: str) -> list[Any]:
        async with self.transaction(name, SYSTEM) as tx:
            rows = await tx.fetch(_EMITTED, self._carried[name])
        if rows:
            self._carried[name] = rows[-1]["seq"]
        return rows

    async def _hear_and_react(self, name: str, emitted: list[Any], acted: bool) -> bool:
        """Whether it heard or did anything, and so may have emitted."""
        app = self.apps[name]
        heard = [_record(app, row) for row in emitted if _topic(app, row) in app.inbox.topics]
        if heard:
            await app.inbox.take_directly(heard)
        if not heard and not acted:
            return False
        owed = await timers.look(app.database)
        if owed.due:
            while await app.workers.do_some():
                pass
        fired = await timers.fire(app.database) if owed.ripe else 0
        return bool(heard or owed.due or fired)

    async def _must_have_failed_nowhere(self, names: set[str]) -> None:
        """Raises Trouble for what could not be done when nobody says anything any more."""
        for name in names:
            if row := await self.apps[name].database.pool.fetchrow(_FAILING):
                raise Trouble(f"On {self.now:%d %B %Y} {name} could not {row['reaction']}: {row['error']}")


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
