"""The `pln` command: every command is a module of its own, named here in one line."""

import tomllib
from pathlib import Path
from typing import Annotated

import typer

from services.cli import (
    backup,
    doctor,
    down,
    mirror,
    parked,
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
from services.cli.console import say

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
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None: ...


app.command("up")(up.up)
app.command("down")(down.down)
app.command("reset")(reset.reset)
app.command("status")(status.status)
app.command("doctor")(doctor.doctor)
app.command("topics")(topics.topics)
app.command("tail")(tail.tail)
app.add_typer(parked.app, name="parked")
app.command("token")(token.token)
app.command("tour")(tour.tour)
app.command("verify")(verify.verify)
app.command("scrub")(scrub.scrub)
app.command("restate")(restate.restate)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.add_typer(mirror.app, name="mirror")

if __name__ == "__main__":
    app(prog_name="pln")
