"""The `pln` command: every command is a module of its own, named here."""

import tomllib
from pathlib import Path
from typing import Annotated

import typer

from services.cli.base.console import say
from services.cli.commands import (
    admin,
    backup,
    doctor,
    down,
    keys,
    mirror,
    parked,
    partner,
    reset,
    restate,
    restore,
    scrub,
    status,
    tail,
    token,
    topics,
    tour,
    up,
    verify,
)
from services.cli.local.folders import state_folder
from services.cli.local.noting import note_command

PROJECT = Path(__file__).parents[2] / "pyproject.toml"

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Run and look after a patient leadership network on this machine.",
)


def version() -> str:
    """As pyproject.toml has it: our code is used where it stands, so no installed package could say."""
    return tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]


def _say_version(asked: bool) -> None:
    if asked:
        say(f"pln {version()}")
        raise typer.Exit


@app.callback()
def pln(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    if context.invoked_subcommand:
        note_command(state_folder(), context.invoked_subcommand)


for command in (
    *(up.up, down.down, reset.reset, status.status, doctor.doctor),
    *(topics.topics, tail.tail, token.token, partner.partner, tour.tour),
    *(verify.verify, scrub.scrub, restate.restate, backup.backup, restore.restore),
):
    app.command()(command)
app.add_typer(admin.app, name="admin")
app.add_typer(parked.app, name="parked")
app.add_typer(mirror.app, name="mirror")
app.add_typer(keys.app, name="keys")

if __name__ == "__main__":
    app(prog_name="pln")
