"""An even stream of commands at a rate, whatever each of them takes."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable

AT_ONCE = 8


async def at_rate(one: Callable[[], Awaitable[None]], *, rate: float, seconds: float) -> None:
    """Call `one` rate × seconds times, each at its moment, at most eight at once."""
    began, turns, count = time.monotonic(), itertools.count(), int(rate * seconds)

    async def take_turns() -> None:
        while (turn := next(turns)) < count:
            await asyncio.sleep(max(0.0, began + turn / rate - time.monotonic()))
            await one()

    await asyncio.gather(*(take_turns() for _ in range(AT_ONCE)))


async def for_a_while(one: Callable[[], Awaitable[None]], *, seconds: float) -> float:
    """Call `one` as often as eight at once can; how often a second."""
    began, count = time.monotonic(), 0

    async def go_on() -> None:
        nonlocal count
        while time.monotonic() < began + seconds:
            await one()
            count += 1

    await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))
    return count / (time.monotonic() - began)
