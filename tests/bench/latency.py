"""From COMMIT being sent to a mirror's and a reaction's COMMIT being answered, at even rates."""

from collections.abc import Iterator
from types import ModuleType
from uuid import UUID

from services.chassis.base.settings import Settings
from tests.bench import bare, ours
from tests.bench.children import Child
from tests.bench.figures import Aim, Figure, at_most, median, percentile
from tests.bench.scale import Scale
from tests.support import wait_until

ARRIVE_SECONDS = 30.0
Seconds = list[float]
Sides = dict[ModuleType, tuple[Child, Child]]
Round = tuple[Seconds, Seconds, Seconds, Seconds]
"""To the mirror and to the reaction: of the bare side (which has none), then of ours."""


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """Two processes a side: one writes and relays, the other hears and reacts."""
    sides: Sides = {side: (Child(side.Sayer, settings), Child(side.Hearer, settings)) for side in (bare, ours)}
    try:
        for sayer, hearer in sides.values():
            hearer.ask("listen")
            sayer.ask("relay")
            _run(sayer, hearer, 50, 1.0)
        for rate, seconds in scale.rates:
            found = [_both(sides, rate, seconds) for _ in range(scale.rounds)]
            yield from _figures(rate, found)
    finally:
        for sayer, hearer in sides.values():
            sayer.stop()
            hearer.stop()


def _both(sides: Sides, rate: float, seconds: float) -> Round:
    return (*_run(*sides[bare], rate, seconds), *_run(*sides[ours], rate, seconds))


def _figures(rate: float, found: list[Round]) -> Iterator[Figure]:
    def of(which: int, percent: float) -> float:
        return median([percentile(round[which], percent) for round in found]) * 1000

    at = f"at {rate:g} events/s"
    yield Figure(f"commit → mirror {at}, p50", "ms", of(2, 50), of(0, 50), at_most(2))
    yield Figure(f"commit → mirror {at}, p99", "ms", of(2, 99), of(0, 99), at_most(2.5))
    if rate == 100:
        yield Figure(f"commit → mirror {at}, p99 alone", "ms", of(2, 99), aim=Aim(50, "at most", "ours"))
    yield Figure(f"commit → reaction {at}, p50", "ms", of(3, 50), of(0, 50), at_most(3))
    yield Figure(f"commit → reaction {at}, p99", "ms", of(3, 99), of(0, 99))


def _run(sayer: Child, hearer: Child, rate: float, seconds: float) -> tuple[Seconds, Seconds]:
    """How long each took to the mirror, and to the reaction where there is one."""
    hearer.ask("forget")
    sent: dict[UUID, float] = sayer.ask("say", rate, seconds)
    took: list[Seconds] = [[], []]

    def all_arrived() -> bool:
        took[:] = [[there[id] - at for id, at in sent.items() if id in there] for there in hearer.ask("stamps")]
        return len(took[0]) == len(sent) and len(took[1]) in (len(sent), 0)

    def so_far() -> str:
        return f"{len(sent)} said, {len(took[0])} mirrored, {len(took[1])} handled"

    wait_until(all_arrived, seconds=ARRIVE_SECONDS, every=0.2, why=so_far)
    return took[0], took[1]
