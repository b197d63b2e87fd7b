"""`pln up`: start the network and stay with it."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.base.console import one_sentence, say
from services.cli.base.trouble import AlreadyRunning, Trouble
from services.cli.demo.panel import show_panel
from services.cli.local.environment import running_network
from services.cli.local.folders import state_folder
from services.cli.local.locks import holder, is_taken, lock_note
from services.cli.local.supervisor import Supervisor


@one_sentence
def up(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show what the programs write to their logs.")
    ] = False,
) -> None:
    """Start PostgreSQL, Kafka and all services, load the demo region, and stay until Ctrl-C.

    Example: pln up --verbose
    """
    state = state_folder()
    if holder(state / "lock") and is_taken(state / "lock"):
        say(_already_running(state))
        return
    try:
        Supervisor(state, verbose=verbose).run(lambda environment: show_panel(environment, state))
    except AlreadyRunning:
        say(_already_running(state))


def _already_running(state: Path) -> str:
    note = lock_note(state / "lock")
    try:
        where = running_network(state)["PLN_BASE_URL"]
    except Trouble:
        where = "an address that it is about to choose"
    since = f"process {note.get('pid')}, since {note.get('since')}"
    return f"The network is running already at {where} ({since}). `pln down` stops it."
