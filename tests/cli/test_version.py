"""Which version this is, and what is said to whoever would install it as a package."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.main import app

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
BUILD = PROJECT["build-system"]


def test_pln_says_the_version_of_pyproject() -> None:
    said = CliRunner().invoke(app, ["--version"], prog_name="pln")
    assert (said.exit_code, said.output) == (0, f"pln {PROJECT['project']['version']}\n")


def test_pln_without_a_word_and_with_help_still_says_what_it_is_for() -> None:
    for words in ([], ["--help"]):
        said = CliRunner().invoke(app, words, prog_name="pln").output
        assert "Run and look after a patient leadership network on this machine." in said
        assert "--version" in said


def test_each_command_is_noted_by_its_name_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLN_STATE_DIR", str(tmp_path))
    words = ["backup", str(tmp_path / "of somebody.pln")]
    CliRunner().invoke(app, words, prog_name="pln")
    assert not (tmp_path / "logs").exists(), "nothing is made where no network is"
    (tmp_path / "logs").mkdir()
    CliRunner().invoke(app, words, prog_name="pln")
    noted = tmp_path / "logs/commands.jsonl"
    line = json.loads(noted.read_text())
    assert (line["logger"], line["event.name"], line["pln.what"]) == ("security", "authz_admin", "command.backup")
    assert "somebody" not in noted.read_text()
    assert noted.stat().st_mode & 0o777 == 0o600


def test_the_changelog_has_a_part_for_this_version() -> None:
    assert f"\n## [{PROJECT['project']['version']}]" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("hook", ["build_wheel", "build_editable", "build_sdist", "get_requires_for_build_wheel"])
def test_whoever_would_build_a_package_is_told_in_a_sentence_what_to_do(hook: str) -> None:
    """As pip asks: in a process of its own, with the backend's folder on its path."""
    folders = [str(ROOT / folder) for folder in BUILD["backend-path"]]
    code = f"import sys; sys.path[:0] = {folders}; import {BUILD['build-backend']} as backend; backend.{hook}('dist')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "clone the repository and run `make run`" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert BUILD["requires"] == [], "nothing is fetched only to be told"
