"""`pln backup FILE`: everything that cannot be made again, in one file: the database and the keys, never Kafka."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.archive.backing_up import back_up, running_or_started
from services.cli.base.console import done, one_sentence, waiting
from services.cli.base.trouble import Trouble
from services.cli.local.folders import state_folder


@one_sentence
def backup(file: Annotated[Path, typer.Argument(help="Where to; it must not be there yet.")]) -> None:
    """Write the database, as of one moment, and the keys into one file. The network may run meanwhile, or not.

    The file holds everything about everybody: keep it where only you can read it. `pln restore` takes it.

    Example: pln backup /safe/network-2026-11-22.pln
    """
    file = file.absolute()
    if file.exists():
        raise Trouble(f"{file} is there already, and a backup is never written over another. Name a new file.")
    with running_or_started(state_folder()) as environment, waiting(f"Writing {file}"):
        manifest = back_up(file, environment)
    size = file.stat().st_size / 1e6
    done(f"{file}: {size:.1f} MB, as of {manifest.made_at}. It holds everything about everybody: keep it safe.")
