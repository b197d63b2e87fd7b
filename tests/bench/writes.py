"""What the outbox costs: a write (lock a row, decide, save) with its event and without, and many events at once."""

from collections.abc import Iterator

from services.chassis.base.settings import Settings
from tests.bench import ours
from tests.bench.children import Child
from tests.bench.figures import Aim, Figure, at_least, median
from tests.bench.scale import Scale

TURNS = 5
"""So often a round takes turns: what else the machine does then falls on both sides alike."""

MANY = 500
MANY_TURNS = 30
"""Of so many the median counts: a turn is a few milliseconds."""


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """Eight at once. The relay is off: what it does is another measure."""
    sayer = Child(ours.Sayer, settings)
    without: list[float] = []
    with_event: list[float] = []
    try:
        sayer.ask("make_things")
        for said in (False, True):  # not counted: connections are opened, and caches filled
            sayer.ask("writes", scale.while_seconds / 2, said)
        for _ in range(scale.rounds * TURNS):
            without.append(sayer.ask("writes", scale.while_seconds / TURNS, False))
            with_event.append(sayer.ask("writes", scale.while_seconds / TURNS, True))
        beyond = {small: _beyond_the_first(sayer, scale.rounds * MANY_TURNS, small=small) for small in (False, True)}
    finally:
        sayer.stop()
    what = "a write with its outbox row, beside one without"
    yield Figure(what, "writes/s", median(with_event), median(without), at_least(0.75))
    for small, microseconds in beyond.items():
        of = "a match, 0.2 kB" if small else "an opportunity, 1.4 kB"
        what = f"CPU of each event beyond the first of {MANY} in one emit ({of})"
        yield Figure(what, "µs", microseconds, aim=Aim(15, "at most", "ours"))


def _beyond_the_first(sayer: Child, turns: int, *, small: bool) -> float:
    """Microseconds of our process's CPU. The database's work is not in it."""
    found: list[float] = []
    for _ in range(turns):
        one, many = sayer.ask("emit_many", 1, small), sayer.ask("emit_many", MANY, small)
        found.append((many - one) / (MANY - 1) * 1e6)
    return median(found)
