"""How much is measured: enough to tell, or little for a quick look and for the test of the machinery."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Seconds and counts of every measure."""

    rounds: int
    """Bare and ours, alternating, so often; the median counts."""
    rates: tuple[tuple[float, float], ...]
    """Events a second, for how many seconds."""
    drained: int
    """Events in the outbox, and reactions due."""
    while_seconds: float
    """How long a throughput is measured."""


FULL = Scale(rounds=3, rates=((1, 6), (100, 5), (1000, 4)), drained=100_000, while_seconds=4)
QUICK = Scale(rounds=1, rates=((1, 3), (100, 4), (1000, 3)), drained=20_000, while_seconds=3)
TINY = Scale(rounds=1, rates=((20, 0.5),), drained=200, while_seconds=0.3)
