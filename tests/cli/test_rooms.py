"""How the command is laid out: a name means one thing, a command is a module, and it starts without the services."""

import subprocess
import sys
from pathlib import Path

import typer.main

from services.cli.main import app

SERVICES = Path(__file__).parents[2] / "services"
CLI, CHASSIS = SERVICES / "cli", SERVICES / "chassis"


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.rglob("*.py")} - {"__init__", "__main__"}


def test_no_module_bears_the_name_of_another_thing_in_the_chassis() -> None:
    """Commands do: `pln topics` is about what chassis/kafka/topics.py makes, and named after the command."""
    rooms = {path.name for path in CHASSIS.iterdir() if path.is_dir()} - {"base"}
    elsewhere = [names(folder) for folder in CLI.iterdir() if folder.is_dir() and folder.name != "commands"]
    assert set[str]().union(*elsewhere) & (names(CHASSIS) | rooms) == set()


def test_every_command_is_a_module_of_its_name() -> None:
    commands: dict[str, object] = getattr(typer.main.get_command(app), "commands")  # noqa: B009  # click's, untyped
    assert set(commands) == names(CLI / "commands")


def test_pln_is_there_before_the_services_could_be_loaded() -> None:
    """That takes as long again, for each `pln --help` and `pln status`."""
    loaded = "import services.cli.main, sys; print([name for name in sys.modules if name.startswith('services.')])"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, timeout=60, check=True)
    assert "services.cli.commands.verify" in done.stdout
    assert "services.chassis.service" not in done.stdout
