"""Which Chromium the tests take."""

from pathlib import Path

import pytest

from services.cli.base.trouble import Trouble
from services.cli.local import chromium


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str, code: int = 0) -> Path:
    (folder / name).write_text(f"#!/bin/sh\nexit {code}\n")
    (folder / name).chmod(0o755)
    return folder / name


def test_a_headless_shell_is_taken_before_a_whole_browser(machine: Path) -> None:
    program(machine, "chromium")
    shell = program(machine, "chromium-headless-shell")
    assert chromium.find_chromium() == shell


def test_a_whole_browser_serves_where_no_shell_starts(machine: Path) -> None:
    whole = program(machine, "chromium")
    program(machine, "chromium-headless-shell", code=1)
    assert chromium.find_chromium() == whole


def test_the_one_that_is_named_is_taken_or_refused(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine, "chromium-headless-shell")
    monkeypatch.setenv("CHROMIUM", str(program(machine, "mine")))
    assert chromium.find_chromium() == machine / "mine"
    program(machine, "mine", code=1)
    with pytest.raises(Trouble, match="does not start"):
        chromium.find_chromium()
