"""What the outbox costs a write: the usual command (lock a row, decide, save) with its event and without."""

from collections.abc import Iterator

from services.chassis.base.settings import Settings
from tests.bench import ours
from tests.bench.children import Child
from tests.bench.figures import Figure, at_least, median
from tests.bench.scale import Scale

TURNS = 5
"""So often a round takes turns: what else the machine does then falls on both sides alike."""


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
    finally:
        sayer.stop()
    what = "a write with its outbox row, beside one without"
    yield Figure(what, "writes/s", median(with_event), median(without), at_least(0.75))
