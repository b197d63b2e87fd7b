"""What waits for staff in a room and is said by no other state: the room's job, as if its ten seconds had passed."""

from collections.abc import Awaitable, Callable

from schemas.event import Waiting
from schemas.to_do import ToDo
from services.chassis.work.scheduler import Clock
from tests.support import Connected


class _Said(ToDo):
    pass


async def to_do(room: Connected, job: Callable[[Clock], Awaitable[None]], *, all_not_for: bool = True) -> list[Waiting]:
    """All that waits, in the order of what it is; looked at twice, which says nothing twice."""
    await job(Clock(room.app.database, room.app.settings))
    said = await room.said()
    await job(Clock(room.app.database, room.app.settings))
    assert await room.said() == said
    async with room.transaction() as tx:
        rows = await tx.fetch("select state from to_do where waits order by id")
    states = [_Said.model_validate_json(row["state"]) for row in rows]
    assert not all_not_for or all(one.not_for for one in states)
    return sorted((each for one in states for each in one.waiting), key=lambda one: (one.what, one.role or ""))
