"""What a measure finds: figures, each beside its bare one, and whether the aim is met."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Aim:
    """A limit for the ratio ours ÷ bare, or for our own figure (`of="ours"`)."""

    limit: float
    side: Literal["at most", "at least"]
    of: Literal["ratio", "ours"] = "ratio"


def at_most(limit: float) -> Aim:
    return Aim(limit, "at most")


def at_least(limit: float) -> Aim:
    return Aim(limit, "at least")


@dataclass(frozen=True)
class Figure:
    """One line of the results. `bare` is none where there is nothing to set it beside."""

    what: str
    unit: str
    ours: float
    bare: float | None = None
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.bare if self.bare else None

    @property
    def holds(self) -> bool | None:
        """Whether the aim is met; none where there is no aim."""
        if self.aim is None:
            return None
        value = self.ratio if self.aim.of == "ratio" else self.ours
        assert value is not None
        return value <= self.aim.limit if self.aim.side == "at most" else value >= self.aim.limit

    @property
    def cells(self) -> tuple[str, str, str, str, str, str]:
        """What, ours, bare, ratio, aim, verdict: as a row of a table."""
        aim = (
            f"{self.aim.side} {self.aim.limit:g}" + (f" {self.unit}" if self.aim.of == "ours" else "")
            if self.aim
            else ""
        )
        verdict = {None: "", True: "holds", False: "**falls short**"}[self.holds]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        bare = "" if self.bare is None else f"{_short(self.bare)} {self.unit}"
        return (self.what, f"{_short(self.ours)} {self.unit}", bare, ratio, aim, verdict)


def _short(value: float) -> str:
    """Three significant digits, with thousands apart."""
    if value == 0 or not math.isfinite(value):
        return str(value)
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
