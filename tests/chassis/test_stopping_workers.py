"""Workers that are told to stop do, whatever happens at that moment."""

import asyncio

import pytest

from services.chassis.work import timers
from services.chassis.work.reactions import Reactions
from services.chassis.work.workers import Workers
from tests.support import Connected


@pytest.mark.parametrize("turns", range(5))
async def test_workers_stop_though_timers_are_asked_for_at_that_moment(matching: Connected, turns: int) -> None:
    """Of the event loop's turns between the two, one is where Python 3.11's `wait_for` loses a cancellation."""
    workers = Workers(Reactions("matching"), matching.app.database, count=0)
    looked = asyncio.Event()

    async def some_are_left() -> int:
        looked.set()
        return timers.AT_ONCE

    workers.look = some_are_left
    workers.start()
    await looked.wait()
    await asyncio.sleep(0)
    workers._runs_low.set()  # pyright: ignore[reportPrivateUsage]
    for _ in range(turns):
        await asyncio.sleep(0)
    stopping = asyncio.create_task(workers.stop())
    _, late = await asyncio.wait([stopping], timeout=3)
    for task in workers._tasks:  # pyright: ignore[reportPrivateUsage]
        task.cancel()
    assert not late, "it looks for ever, and nobody can stop it"
