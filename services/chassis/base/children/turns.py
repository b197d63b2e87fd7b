"""Whose turn it is: work that takes much room is done a few at a time in a process, and too much of it is turned away.

Work for children is done one after another.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class NoTurn(Exception):
    """Many wait already, or it took too long until it was one's turn."""


class Turns:
    """One at a time, or so many; so many more may wait, each for so many seconds."""

    def __init__(self, *, most_waiting: int, wait_seconds: float, at_once: int = 1) -> None:
        self.most_waiting, self.wait_seconds = most_waiting, wait_seconds
        self._room = asyncio.Semaphore(at_once)
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Raises NoTurn."""
        if self._waiting >= self.most_waiting:
            raise NoTurn
        self._waiting += 1
        try:
            async with asyncio.timeout(self.wait_seconds):
                await self._room.acquire()
        except TimeoutError:
            raise NoTurn from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._room.release()
