"""How soon all are told of a withdrawn role, and of a moved session: from the commit of the news to the last message
queued."""

import time
from collections.abc import Iterator

from services import load
from services.chassis.app import connect
from services.chassis.base.settings import Settings
from tests.bench.children import Child
from tests.bench.figures import Aim, Figure, median
from tests.bench.scale import Scale
from tests.notifications.many import a_role, told
from tests.support import Connected, until

INTERESTED = 500


class Teller:
    """The notifications room: its inbox and its workers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def start(self) -> None:
        service = load(["notifications"])[0]
        await service.prepare(self._settings)
        self._notifications = Connected(await connect(service, self._settings))

    async def stop(self) -> None:
        await self._notifications.app.stop()

    async def tell(self, count: int, moves: bool) -> float:
        """The seconds from hearing that a role is withdrawn until the last of `count` messages is queued; `moves`: that
        its session moved, where all have a place.
        """
        notifications = self._notifications
        async with notifications.transaction() as tx:
            await tx.execute("delete from message")
        role = a_role(notifications, count, "accepted" if moves else "interested")
        await notifications.hears(*role.before)
        await role.are_reached()
        await notifications.settle()
        notifications.app.workers.start()
        began = time.monotonic()
        await notifications.hears(role.moved(2) if moves else role.withdrawn)
        kind = "sessions_changed" if moves else "opportunity_withdrawn"

        async def all_told() -> bool:
            return sum((await told(notifications, kind)).values()) == count

        await until(all_told, seconds=60, every=0.01)
        spent = time.monotonic() - began
        await notifications.app.workers.stop()
        return spent


NEWS = (("a withdrawn role", False, 2), ("a moved session", True, 5))
"""In words, whether it is one that moved, and within how many seconds the last message has to be queued."""


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """The first turn of each does not count: plans are made, and templates read."""
    teller = Child(Teller, settings)
    try:
        for words, moves, within in NEWS:
            seconds = [teller.ask("tell", INTERESTED, moves) for _ in range(scale.rounds + 1)]
            what = f"from hearing of {words} to the last of {INTERESTED} messages queued"
            yield Figure(what, "s", median(seconds[1:]), aim=Aim(within, "at most", "ours"))
    finally:
        teller.stop()
