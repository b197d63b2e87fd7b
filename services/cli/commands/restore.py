"""`pln restore FILE`: the network as it was when the backup was made, in agreement with whatever Kafka knows by now."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.archive import backup_file
from services.cli.archive.backing_up import servers_of
from services.cli.base.apart import apart
from services.cli.base.console import Yes, done, one_sentence, say, waiting
from services.cli.base.trouble import Trouble
from services.cli.local.folders import state_folder
from services.cli.local.locks import is_taken


@one_sentence
def restore(file: Annotated[Path, typer.Argument(help="What `pln backup` wrote.")], yes: Yes = False) -> None:
    """Put the database and the keys back as they were, and make Kafka agree. The network must not run.

    What happened since the backup is gone, but for this: whoever was forgotten since stays forgotten. Until the last
    moment nothing is changed: the backup is read into a database beside the present one, which it replaces at the end.

    Example: pln down && pln restore /safe/network-2026-11-22.pln && pln up
    """
    from services.cli.archive.restoring import RUNS, put_back

    state, file = state_folder(), file.absolute()
    manifest = backup_file.checked_manifest(file)
    if is_taken(state / "lock"):
        raise Trouble(RUNS)
    if not yes and not typer.confirm(f"Replace everything in the network by the backup of {manifest.made_at}?"):
        say("Nothing was changed.")
        raise typer.Exit(1)
    reading = waiting(f"Reading the backup of {manifest.made_at}")
    with servers_of(state) as environment, backup_file.beside(state / backup_file.KEYS) as parts, reading:
        backup_file.unpack(file, parts)
        counted, paid_since = apart(lambda: put_back(environment, parts))
    done(
        f"The network is as it was at {manifest.made_at}. To be restated when it starts: {counted['said again']:,}; "
        f"gone since: {counted['gone']:,}; forgotten since, and again: {counted['forgotten']:,}."
    )
    if paid_since:
        say(f"PAID SINCE THE BACKUP, and not known here any more: {', '.join(paid_since)}.")
        say("No payment run can be made until finance has compared them with payroll, on the page Payments.")
    say("Start it with `pln up`, and see with `pln verify` that all agree.")
