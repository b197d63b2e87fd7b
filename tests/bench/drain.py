"""How fast what has piled up is worked off: an outbox to mirrors, and reactions that are due."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType

from services.chassis.base.settings import Settings
from tests.bench import bare, ours, sizes
from tests.bench.children import Child
from tests.bench.figures import Figure, at_least, median
from tests.bench.scale import Scale
from tests.support import wait_until

DRAIN_SECONDS = 120.0


def mirrors(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """An outbox of `drained` events, from the relay's start to the last mirror's commit."""
    theirs, own = _Runs(), _Runs()
    for _ in range(max(1, scale.rounds - 1)):
        theirs.add(drain(*children(bare, settings), scale.drained))
        own.add(drain(*children(ours, settings), scale.drained))
    what = f"outbox → mirrors, {scale.drained:,} events"
    yield Figure(what, "events/s", median(own.rates), median(theirs.rates), at_least(0.5))
    yield Figure(f"{what}: CPU of the relay", "µs an event", median(own.relaying), median(theirs.relaying))
    yield Figure(f"{what}: CPU of the hearer", "µs an event", median(own.hearing), median(theirs.hearing))
    yield from sizes.measure(settings)


@dataclass
class _Runs:
    """What the runs of one side took: events a second, and CPU of each process in µs an event."""

    rates: list[float] = field(default_factory=list[float])
    relaying: list[float] = field(default_factory=list[float])
    hearing: list[float] = field(default_factory=list[float])

    def add(self, run: tuple[float, float, float]) -> None:
        for values, value in zip((self.rates, self.relaying, self.hearing), run, strict=True):
            values.append(value)


def children(side: ModuleType, settings: Settings) -> tuple[Child, Child]:
    """Who says and who hears, on one side, `bare` or `ours`. Nothing reacts."""
    reacting = (False,) if side is ours else ()
    return Child(side.Sayer, settings), Child(side.Hearer, settings, *reacting)


def drain(sayer: Child, hearer: Child, count: int) -> tuple[float, float, float]:
    """Only this round's events count. A relay that was stopped before it marked what it had sent says it again, so
    that those of the round before come once more, and first.
    """
    try:
        hearer.ask("listen")
        own = sayer.ask("fill", count)
        hearer.ask("forget", own)
        cpu, began = (sayer.cpu_seconds, hearer.cpu_seconds), time.monotonic()
        sayer.ask("relay")
        wait_until(lambda: hearer.ask("count") == count, seconds=DRAIN_SECONDS, why=lambda: str(hearer.ask("count")))
        spent = [after - before for after, before in zip((sayer.cpu_seconds, hearer.cpu_seconds), cpu, strict=True)]
        took = max(hearer.ask("stamps")[0].values()) - began
        assert hearer.ask("held", own) == count, "something was lost"
        return count / took, spent[0] / count * 1e6, spent[1] / count * 1e6
    finally:
        sayer.stop()
        hearer.stop()


def reactions(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """With `drained` due: how many a second are done, each in a transaction of its own."""
    theirs, own = Child(bare.Hearer, settings), Child(ours.Hearer, settings)
    bare_rates: list[float] = []
    our_rates: list[float] = []
    try:
        for hearer in (theirs, own):
            hearer.ask("fill", scale.drained)
        for _ in range(scale.rounds):
            bare_rates.append(theirs.ask("react", scale.while_seconds))
            our_rates.append(own.ask("react", scale.while_seconds))
    finally:
        theirs.stop()
        own.stop()
    what = f"reactions, {scale.drained:,} due"
    yield Figure(what, "a second", median(our_rates), median(bare_rates), at_least(0.5))


def timers(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """With `drained` timers of the same minute: how many a second are woken and done, beside reactions that were due.

    What is woken reads its thing for itself, as a command does; what is due is given its news.
    """
    hearer = Child(ours.Hearer, settings)
    due_rates: list[float] = []
    woken_rates: list[float] = []
    try:
        for _ in range(scale.rounds):
            for woken, rates in ((False, due_rates), (True, woken_rates)):
                hearer.ask("fill", scale.drained, woken)
                rates.append(hearer.ask("react", scale.while_seconds))
    finally:
        hearer.stop()
    what = f"timers, {scale.drained:,} at the same minute, beside reactions"
    yield Figure(what, "a second", median(woken_rates), median(due_rates), at_least(0.9))
