"""`pln tour`: see the network do its main job once, with the events that each step caused and how fast they went."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.base.apart import apart
from services.cli.base.console import one_sentence, say
from services.cli.base.trouble import Trouble
from services.cli.clients.caller import RequestRefused
from services.cli.local.environment import running_network

if TYPE_CHECKING:
    from services.cli.demo.tour import StepDone, Timing


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
    from services.cli.demo.tour import Tour
    from services.cli.verify.check import check

    done: list[StepDone] = []
    try:
        walk = Tour(network)
        for step in walk.steps():
            done.append(step)
            if not as_json:
                _show_step(len(done), step)
    except RequestRefused as refused:
        raise Trouble(f"The tour could not begin, or not go on: {refused}") from None
    walked = all(step.ok for step in done)
    report = apart(lambda: check(network)) if walked and network.get("PLN_DATABASE_URL") else None
    ok = walked and (report is None or report.ok)
    if as_json:
        verified = report.as_json() if report else None
        steps = [asdict(step) for step in done]
        print(json.dumps({"ok": ok, "steps": steps, "commit_to_mirror_ms": walk.timing(), "verified": verified}))
    else:
        _show_sums(done, walk.timing(), walk.days_to_pay)
        for line in report.in_words() if report else ():
            say(line)
    raise typer.Exit(0 if ok else 1)


def _show_step(number: int, step: "StepDone") -> None:
    say(f"{number:>2}. {'ok  ' if step.ok else 'FAIL'} {step.name} – {step.who} ({step.seconds:.1f} s)")
    if step.events:
        say("      " + ", ".join(event["type"] for event in step.events))
    if step.error:
        say(f"      {step.error}")


def _show_sums(done: "Sequence[StepDone]", timing: "Timing", days_to_pay: int | None) -> None:
    events = sum(len(step.events) for step in done)
    say(f"{len(done)} steps, {events} events.")
    say(f"From commit to the last mirror: p50 {timing['p50']} ms, p99 {timing['p99']} ms (n = {timing['n']}).")
    if days_to_pay is not None:
        say(f"From the session to the pay: {days_to_pay} days.")
    if not all(step.ok for step in done):
        say("The tour ended early: the last step failed.")
