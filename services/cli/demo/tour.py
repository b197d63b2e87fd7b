"""A tour: the journey's steps one by one, and of each how long it took and which events it caused."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.contracts import plan
from services import NAMES
from services.cli.base.trouble import Trouble
from services.cli.clients.caller import Caller
from services.cli.clients.operators import operator
from services.cli.demo.journey import Journey
from services.cli.demo.reminding import ringing
from services.cli.demo.story import Step

SETTLE_SECONDS = 8
PAUSE_SECONDS = 0.15

Timing = dict[str, float | int | None]


@dataclass
class StepDone:
    """What a step came to, as `--json` prints it."""

    name: str
    who: str
    ok: bool
    seconds: float
    events: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    error: str | None = None


class Tour:
    """One walk through the network of this environment. Raises Trouble where it cannot begin, or not go on."""

    def __init__(self, network: Mapping[str, str]) -> None:
        self._journey = Journey(network["PLN_BASE_URL"], network["PLN_MAILBOX_URL"], ring=ringing(network))
        self._watcher = Watcher(operator(network))

    @property
    def days_to_pay(self) -> int | None:
        return self._journey.days_to_pay

    def steps(self) -> Iterator[StepDone]:
        """Each step as it is done; the first that fails is the last."""
        for step in self._journey.steps():
            done = self._take(step)
            yield done
            if not done.ok:
                return

    def timing(self) -> Timing:
        """p50 and p99 (nearest rank) from commit to the last mirror, in milliseconds, and of how many events."""
        ordered = sorted(self._watcher.milliseconds)
        if not ordered:
            return {"p50": None, "p99": None, "n": 0}
        p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.99))
        return {"p50": round(p50, 1), "p99": round(p99, 1), "n": len(ordered)}

    def _take(self, step: Step) -> StepDone:
        began = time.monotonic()
        for caller in step.callers:
            caller.caused.clear()
        error = None
        try:
            step.do()
        except (Trouble, AssertionError, StopIteration, KeyError) as failure:
            error = str(failure) or repr(failure)
        seconds = round(time.monotonic() - began, 3)
        caused = [correlation for caller in step.callers for correlation in caller.caused]
        events = self._watcher.events(caused) if caused else []
        return StepDone(step.name, step.who, error is None, seconds, events, error)


class Watcher:
    """Asks each service, as an operator, which events it wrote and mirrored as part of something."""

    def __init__(self, operator: Caller) -> None:
        self._operator = operator
        self._readers = {topic: set(entry["readers"]) for topic, entry in plan()["topics"].items()}
        self.milliseconds: list[float] = []
        """Of each event that somebody mirrors, how long it took from its commit to the last of them."""

    def events(self, correlations: Sequence[str]) -> list[dict[str, str]]:
        """The events of some correlation ids, in the order they were written, once all their readers have them."""
        end = time.monotonic() + SETTLE_SECONDS
        while True:
            written, mirrored, whole = self._trace(correlations)
            if whole or time.monotonic() > end:
                break
            time.sleep(PAUSE_SECONDS)
        for event in written:
            if arrivals := mirrored.get(event["event_id"], {}).values():
                took = max(arrivals) - datetime.fromisoformat(event["written_at"])
                self.milliseconds.append(took.total_seconds() * 1000)
        return [{"type": event["type"], "id": event["event_id"]} for event in written]

    def _trace(self, correlations: Sequence[str]) -> tuple[list[dict[str, Any]], dict[str, dict[str, datetime]], bool]:
        """The events written; by event and service when it was mirrored; whether nothing more is to come."""
        written: list[dict[str, Any]] = []
        mirrored: dict[str, dict[str, datetime]] = {}
        due = 0
        for correlation in correlations:
            for service in NAMES:
                trace = self._operator.get(service, f"/ops/trace/{correlation}")
                due += trace["due"]
                written += trace["said"]
                for row in trace["heard"]:
                    mirrored.setdefault(row["event_id"], {})[service] = datetime.fromisoformat(row["mirrored_at"])
        newest = {(event["topic"], event["key"]): event for event in written}
        whole = not due and all(
            self._readers[event["topic"]] <= mirrored.get(event["event_id"], {}).keys() for event in newest.values()
        )
        return sorted(written, key=lambda event: event["written_at"]), mirrored, whole
