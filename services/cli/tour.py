"""`pln tour`: see the network do its main job once, with the events that each step caused and how fast they went."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Annotated, Any

import httpx
import typer

from services import NAMES
from services.chassis.kafka import topics
from services.cli.caller import Answered, Caller
from services.cli.checker.check import check
from services.cli.console import one_sentence, say
from services.cli.journey import Journey, Step
from services.cli.local.asking import apart
from services.cli.local.network import running_network
from services.cli.local.trouble import Trouble
from services.cli.verify import tell

OPERATOR = "olu@network.example"
SETTLE_SECONDS = 8
LOOK_SECONDS = 0.15


@dataclass
class Done:
    """What a step came to, as `--json` prints it."""

    name: str
    who: str
    ok: bool
    seconds: float
    events: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    error: str | None = None


@dataclass
class Watcher:
    """Asks each service, as an operator, what it said and heard as part of something."""

    operator: Caller
    readers: dict[str, Sequence[str]]
    milliseconds: list[float] = field(default_factory=list[float])

    def events(self, correlations: Sequence[str]) -> list[dict[str, str]]:
        """The events of some correlation ids, in the order they were written, once all their readers have them."""
        end = time.monotonic() + SETTLE_SECONDS
        while True:
            said, heard, whole = self._look(correlations)
            if whole or time.monotonic() > end:
                break
            time.sleep(LOOK_SECONDS)
        for event in said:
            arrivals = [at for reader, at in heard.get(event["event_id"], {}).items() if reader]
            if arrivals:
                written = datetime.fromisoformat(event["written_at"])
                self.milliseconds.append((max(arrivals) - written).total_seconds() * 1000)
        return [{"type": event["type"], "id": event["event_id"]} for event in said]

    def _look(self, correlations: Sequence[str]) -> tuple[list[dict[str, Any]], dict[str, dict[str, datetime]], bool]:
        said: list[dict[str, Any]] = []
        heard: dict[str, dict[str, datetime]] = {}
        due = 0
        for correlation in correlations:
            for service in NAMES:
                trace = self.operator.get(service, f"/ops/trace/{correlation}")
                due += trace["due"]
                said += trace["said"]
                for row in trace["heard"]:
                    heard.setdefault(row["event_id"], {})[service] = datetime.fromisoformat(row["mirrored_at"])
        newest = {(event["topic"], event["key"]): event for event in said}
        whole = not due and all(
            set(self.readers[event["topic"]]) <= heard.get(event["event_id"], {}).keys() for event in newest.values()
        )
        return sorted(said, key=lambda event: event["written_at"]), heard, whole


@one_sentence
def tour(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")] = False,
) -> None:
    """Take one opportunity from post to payment, each step by another person, on the network that runs.

    At the end the checker looks whether everything agrees, as `pln verify` does.

    Example: pln tour --json
    """
    network = running_network()
    if not network.get("PLN_MAILBOX_URL"):
        raise Trouble("The tour needs the demo's mailbox: PLN_MAILBOX_URL is not set.")
    journey = Journey(network["PLN_BASE_URL"], network["PLN_MAILBOX_URL"])
    readers = {topic: entry["readers"] for topic, entry in topics.plan()["topics"].items()}
    try:
        watcher = Watcher(Caller(network["PLN_BASE_URL"]).sign_in(OPERATOR), readers)
        done = _walk(journey, watcher, quiet=as_json)
    except (Answered, httpx.HTTPError) as refusal:
        raise Trouble(f"The tour could not begin, or not go on: {refusal}") from None
    timing = _percentiles(watcher.milliseconds)
    walked = all(step.ok for step in done)
    report = apart(lambda: check(network)) if walked and network.get("PLN_DATABASE_URL") else None
    ok = walked and (report is None or report.ok)
    if as_json:
        verified = report.as_json() if report else None
        steps = [asdict(step) for step in done]
        print(json.dumps({"ok": ok, "steps": steps, "commit_to_mirror_ms": timing, "verified": verified}))
    else:
        _tell(done, timing, journey)
        if report:
            tell(report)
    raise typer.Exit(0 if ok else 1)


def _walk(journey: Journey, watcher: Watcher, *, quiet: bool) -> list[Done]:
    done: list[Done] = []
    for step in journey.steps():
        done.append(_take(step, watcher))
        if not quiet:
            _tell_step(len(done), done[-1])
        if not done[-1].ok:
            break
    return done


def _take(step: Step, watcher: Watcher) -> Done:
    began = time.monotonic()
    for caller in step.callers:
        caller.caused.clear()
    error = None
    try:
        step.do()
    except (Answered, Trouble, AssertionError, StopIteration, KeyError, httpx.HTTPError) as failure:
        error = str(failure) or repr(failure)
    seconds = round(time.monotonic() - began, 3)
    caused = [correlation for caller in step.callers for correlation in caller.caused]
    return Done(step.name, step.who, error is None, seconds, watcher.events(caused) if caused else [], error)


def _percentiles(values: Sequence[float]) -> dict[str, float | int | None]:
    """p50 and p99 (nearest rank) in milliseconds."""
    if not values:
        return {"p50": None, "p99": None, "n": 0}
    ordered = sorted(values)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.99))
    return {"p50": round(p50, 1), "p99": round(p99, 1), "n": len(ordered)}


def _tell_step(number: int, step: Done) -> None:
    say(f"{number:>2}. {'ok  ' if step.ok else 'FAIL'} {step.name} – {step.who} ({step.seconds:.1f} s)")
    if step.events:
        say("      " + ", ".join(event["type"] for event in step.events))
    if step.error:
        say(f"      {step.error}")


def _tell(done: Sequence[Done], timing: dict[str, float | int | None], journey: Journey) -> None:
    events = sum(len(step.events) for step in done)
    say(f"{len(done)} steps, {events} events.")
    say(f"From commit to the last mirror: p50 {timing['p50']} ms, p99 {timing['p99']} ms (n = {timing['n']}).")
    if journey.days_to_pay is not None:
        say(f"From the session to the pay: {journey.days_to_pay} days.")
    if not all(step.ok for step in done):
        say("The tour ended early: the last step failed.")
