"""`pln up` and what looks at it and ends it, with all services, as a person runs them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import asyncpg
import pytest
from typer.testing import CliRunner

from services.cli.base.apart import apart
from services.cli.local.environment import running_network
from services.cli.local.locks import holder
from services.cli.local.postgres_programs import data_folders
from services.cli.local.processes import left_behind
from services.cli.main import app
from tests.support import wait_until

pytestmark = pytest.mark.timeout(240)

READY_SECONDS = 100


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder of our own; whatever a failed test left running is ended."""
    home = tmp_path_factory.mktemp("network")
    yield home
    pln(home, "down")


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
    return {**kept, "PLN_STATE_DIR": str(home), "PLN_PROFILE": "test"}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "services.cli.main", *words]


def pln(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), env=environment(home), capture_output=True, text=True, timeout=120, check=False
    )


def start(home: Path) -> "subprocess.Popen[str]":
    """Start a network and wait for its panel."""
    process = subprocess.Popen(command("up"), env=environment(home), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said: list[str] = []
    until = time.monotonic() + READY_SECONDS
    for line in process.stdout:
        said.append(line)
        if line.startswith("Logs: "):
            return process
        assert time.monotonic() < until, "".join(said)
    raise AssertionError("".join(said))


def ours(home: Path) -> list[int]:
    return [process.pid for process in left_behind(home, *data_folders(home))]


def test_a_network_is_looked_at_survives_its_supervisors_death_and_says_what_is_to_be_mended(home: Path) -> None:
    first = start(home)
    assert "running already at http://127.0.0.1:" in pln(home, "up").stdout

    status = json.loads(pln(home, "status", "--json").stdout)
    assert status["ready"], status
    assert status["pid"] == first.pid == holder(home / "lock")
    doctor = json.loads(pln(home, "doctor", "--json").stdout)
    assert doctor["ok"], doctor

    apart(lambda: forge_note(home))
    wait_until(lambda: "was made anew" in pln(home, "status").stdout, seconds=30, every=0.5)
    told = pln(home, "doctor")
    assert told.returncode == 1
    assert "services: identity: broker: topic identity.organisation was made anew" in told.stdout
    assert "`pln restate identity.organisation`" in told.stdout

    first.send_signal(signal.SIGKILL)
    first.wait()
    wait_until(lambda: ours(home) == [], seconds=25)
    assert pln(home, "status").returncode == 1


def test_the_next_start_says_what_an_operator_has_to_mend_runs_and_is_stopped_in_order(home: Path) -> None:
    process = subprocess.Popen(command("up"), env=environment(home), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said = ""
    while "for you to mend" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    assert "identity: broker: topic identity.organisation was made anew" in process.stdout.readline()
    urls = json.loads(pln(home, "status", "--json").stdout)["urls"]
    with urlopen(f"{urls['pages']}/sign-in", timeout=20) as page:
        assert page.status == 200
    assert pln(home, "down").returncode == 0
    assert process.wait(10) == 0
    assert process.stdout.read().endswith("Stopped. Nothing is left running.\n")
    assert ours(home) == []


async def forge_note(home: Path) -> None:
    """As if a topic had been another one when its owner first met it."""
    connection = await asyncpg.connect(running_network(home)["PLN_DATABASE_URL"])
    try:
        await connection.execute(
            "update identity.kafka set id = gen_random_uuid() where what = 'identity.organisation'"
        )
    finally:
        await connection.close()


def test_what_is_not_running_is_told_so(tmp_path: Path) -> None:
    assert "not running" in pln(tmp_path, "status").stdout
    assert "not running" in pln(tmp_path, "down").stdout


def test_a_reset_deletes_only_what_is_a_state_folder(tmp_path: Path) -> None:
    (tmp_path / "a person's file").touch()
    refused = pln(tmp_path, "reset", "--yes")
    assert refused.returncode == 1
    assert "does not look like a state folder" in refused.stderr
    (tmp_path / "lock").touch()
    assert pln(tmp_path, "reset", "--yes").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


@pytest.mark.parametrize("words", ["up", "down", "reset", "status", "doctor"])
def test_every_command_explains_itself_with_an_example(words: str) -> None:
    assert f"Example: pln {words}" in CliRunner().invoke(app, [words, "--help"], prog_name="pln").stdout
