"""What the outbox costs a write: the same command with its event and without."""

from collections.abc import Iterator

from services.chassis.settings import Settings
from tests.bench import ours
from tests.bench.children import Child
from tests.bench.figures import Figure, at_least, median
from tests.bench.scale import Scale


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """Eight at once, the relay at work."""
    sayer = Child(ours.Sayer, settings)
    found: list[tuple[float, float]] = []
    try:
        sayer.ask("relay")
        for _ in range(scale.rounds):
            found.append(tuple(sayer.ask("writes", scale.while_seconds, said) for said in (False, True)))  # pyright: ignore[reportArgumentType]
    finally:
        sayer.stop()
    without, with_event = (median([pair[side] for pair in found]) for side in (0, 1))
    yield Figure("writes with their outbox row, beside those without", "writes/s", with_event, without, at_least(0.75))
