"""Keeps a program running: when it ends it is started again, each time after a longer pause."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

MOST_DOUBLINGS = 16


class Program(Protocol):
    """What can be kept running: a program that was started."""

    def alive(self) -> bool: ...


P = TypeVar("P", bound=Program)


@dataclass(frozen=True)
class Backoff:
    """How long to wait before a program is started again, in seconds. The pause doubles with each end in a row."""

    first: float = 1.0
    longest: float = 30.0
    steady: float = 60.0
    """A program that ran for so long has recovered: its next end is the first again."""


class Restarting(Generic[P]):
    """A program that is started again. `ended` is told of each end, with the pause in seconds before the next start."""

    def __init__(self, start: Callable[[], P], *, ended: Callable[[float], None], backoff: Backoff = Backoff()) -> None:
        self._start, self._ended, self._backoff = start, ended, backoff
        self.child = start()
        self._started = time.monotonic()
        self._ends_in_a_row = 0
        self._due: float | None = None

    def restart_when_due(self) -> None:
        """Notice an end, or start again when the pause is over. Called every now and then; never waits."""
        now = time.monotonic()
        if self.child.alive():
            return
        if self._due is None:
            backoff = self._backoff
            self._ends_in_a_row = 1 if now - self._started > backoff.steady else self._ends_in_a_row + 1
            pause = min(backoff.longest, backoff.first * 2 ** min(self._ends_in_a_row - 1, MOST_DOUBLINGS))
            self._due = now + pause
            self._ended(pause)
        elif now >= self._due:
            self.child = self._start()
            self._started, self._due = now, None
