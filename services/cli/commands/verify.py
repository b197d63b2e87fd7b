"""`pln verify`: does the running network keep what it promises? Counts, and names what is broken."""

import json
from typing import Annotated

import typer

from services.cli.base.apart import apart
from services.cli.base.console import AsJson, one_sentence, say
from services.cli.local.environment import running_network
from services.cli.verify.report import PATIENCE_SECONDS


@one_sentence
def verify(
    patience: Annotated[
        float, typer.Option("--patience", min=0, help="Seconds in which what is under way may come to its end.")
    ] = PATIENCE_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Compare what every service, its neighbours and Kafka hold. Exit code 1 when a promise is broken.

    Example: pln verify --patience 60
    """
    environment = running_network()
    from services.cli.verify.check import check

    report = apart(lambda: check(environment, patience_seconds=patience))
    if as_json:
        say(json.dumps(report.as_json()))
    else:
        for line in report.in_words():
            say(line)
    if not report.ok:
        raise typer.Exit(1)
