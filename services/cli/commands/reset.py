"""`pln reset`: an empty region. Everything of the state folder goes, what was fetched stays."""

import shutil
from pathlib import Path

import typer

from services.cli.base.console import Yes, done, one_sentence, say
from services.cli.base.trouble import Trouble, os_faults
from services.cli.local.environment import FILE
from services.cli.local.folders import state_folder
from services.cli.local.locks import StateLock
from services.cli.local.postgres_programs import data_folders, data_homes
from services.cli.local.processes import sweep
from services.cli.local.supervisor import stop_network


@one_sentence
def reset(yes: Yes = False) -> None:
    """Stop the network and delete its data: every account, opportunity, claim, message and key.

    Example: pln reset --yes
    """
    state = state_folder()
    if not state.exists():
        say("There is nothing to delete.")
        return
    if not (state / "lock").exists():
        raise Trouble(f"{state} does not look like a state folder of the network, so nothing was deleted.")
    if not yes and not typer.confirm(f"Delete everything in {state}?"):
        say("Nothing was deleted.")
        raise typer.Exit(1)
    stop_network(state)
    _delete(state)
    done("The region is empty. `make run` makes a new one.")


def _delete(state: Path) -> None:
    """All but the lock, which is held meanwhile. The sign that a network is there goes first, the lock never.

    Half a reset is so still a state folder.
    """
    lock = StateLock(state)
    lock.take(wait_seconds=5)
    sweep(state, *data_folders(state))
    try:
        with os_faults(f"deleting {state}"):
            (state / FILE).unlink(missing_ok=True)
            for path in state.iterdir():
                if path == lock.path:
                    continue
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            shutil.rmtree(data_homes(state)[1], ignore_errors=True)
    finally:
        lock.release()
