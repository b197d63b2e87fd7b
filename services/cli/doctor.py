"""`pln doctor`: look at everything a network needs, and say of each what is wrong and what to do."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from services.cli.checks import examine
from services.cli.console import one_sentence, out, say
from services.cli.local.folders import state_folder


@one_sentence
def doctor(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Check programs, files, ports, disk, servers, topics and services. Exit code 1 if anything is wrong.

    Example: pln doctor --json
    """
    findings = examine(state_folder())
    if as_json:
        say(json.dumps({"ok": all(found.ok for found in findings), "checks": [asdict(found) for found in findings]}))
    else:
        for found in findings:
            mark = ("ok   ", "green") if found.ok else ("WRONG", "bold red")
            out.print(Text.assemble(mark, f" {found.name}: {found.words}"))
            if not found.ok:
                out.print(Text(f"      What to do: {found.what_to_do}"))
    if not all(found.ok for found in findings):
        raise typer.Exit(1)
