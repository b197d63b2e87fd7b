"""`pln down`: stop the network that runs from this checkout."""

import os
import signal
import time
from pathlib import Path

from services.cli.console import done, one_sentence, say, waiting
from services.cli.local.folders import state_folder
from services.cli.local.locks import holder, is_taken
from services.cli.local.postgres_programs import data_folders
from services.cli.local.processes import sweep
from services.cli.local.trouble import Trouble

STOP_SECONDS = 75
"""Services may take 20 s, Kafka 30 s, PostgreSQL 20 s, and a little for each of them."""


@one_sentence
def down() -> None:
    """Stop the network in order: services, then Kafka and PostgreSQL. The data stay.

    Example: pln down
    """
    if stop_network(state_folder()):
        done("Stopped. The data are kept; `pln up` goes on from here.")
    else:
        say("The network is not running.")


def stop_network(state: Path) -> bool:
    """True when something ran and was stopped. Raises Trouble when it does not end in time."""
    lock = state / "lock"
    if not is_taken(lock):
        return False
    pid = holder(lock)
    if pid is None:
        sweep(state, *data_folders(state))
        return True
    os.kill(pid, signal.SIGTERM)
    with waiting("Stopping the network"):
        until = time.monotonic() + STOP_SECONDS
        while is_taken(lock):
            if time.monotonic() > until:
                raise Trouble(f"Process {pid} has not ended within {STOP_SECONDS} seconds. Look into {state / 'logs'}.")
            time.sleep(0.1)
    return True
