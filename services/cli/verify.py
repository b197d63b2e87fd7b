"""`pln verify`: does the running network keep what it promises? Counts, and names what is broken."""

import json
from typing import Annotated

import typer

from services.cli.checker.check import PATIENCE_SECONDS, check
from services.cli.checker.report import Report
from services.cli.console import one_sentence, say
from services.cli.local.asking import apart
from services.cli.local.network import running_network


@one_sentence
def verify(
    patience: Annotated[
        float, typer.Option("--patience", min=0, help="Seconds in which what is under way may come to its end.")
    ] = PATIENCE_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Compare what every service, its neighbours and Kafka hold. Exit code 1 when a promise is broken.

    Example: pln verify --patience 60
    """
    environment = running_network()
    report = apart(lambda: check(environment, patience_seconds=patience))
    if as_json:
        say(json.dumps(report.as_json()))
    else:
        tell(report)
    if not report.ok:
        raise typer.Exit(1)


def tell(report: Report) -> None:
    """What was counted, and what is broken."""
    for line in report.in_words():
        say(line)
