"""Programs that end are started again, with pauses that grow and stay within bounds."""

import time
from collections.abc import Callable

from services.cli.local.restarting import Backoff, Restarting


class EndsAtOnce:
    def alive(self) -> bool:
        return False


class Lives:
    def alive(self) -> bool:
        return True


def restart_until(program: Restarting[EndsAtOnce], done: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until
        program.restart_when_due()


def test_the_pause_doubles_with_each_end_up_to_the_longest() -> None:
    pauses: list[float] = []
    program = Restarting(EndsAtOnce, ended=pauses.append, backoff=Backoff(first=0.001, longest=0.004))
    restart_until(program, lambda: len(pauses) == 5)
    assert pauses == [0.001, 0.002, 0.004, 0.004, 0.004]


def test_a_program_that_ran_steadily_begins_again_with_the_shortest_pause() -> None:
    pauses: list[float] = []
    program = Restarting(EndsAtOnce, ended=pauses.append, backoff=Backoff(first=0.001, longest=0.004, steady=0))
    restart_until(program, lambda: len(pauses) == 3)
    assert pauses == [0.001, 0.001, 0.001]


def test_a_program_that_ends_for_days_is_still_started_again() -> None:
    pauses: list[float] = []
    program = Restarting(EndsAtOnce, ended=pauses.append, backoff=Backoff(first=0.000001, longest=0.000001))
    restart_until(program, lambda: len(pauses) == 1100)


def test_a_program_that_lives_is_left_alone() -> None:
    started: list[Lives] = []

    def start() -> Lives:
        started.append(Lives())
        return started[-1]

    program = Restarting(start, ended=lambda pause: None)
    program.restart_when_due()
    assert len(started) == 1
