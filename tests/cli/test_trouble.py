"""What stands in the way is said in one sentence that a person can act on."""

import errno
from pathlib import Path

import pytest

from services.cli.base.trouble import Trouble, in_words
from services.cli.local import java, postgres_programs
from services.cli.local.processes import Recipe, run_to_end


def recipe(folder: Path, script: str) -> Recipe:
    return Recipe("Example", ["sh", "-c", script], folder, folder / "example.log", folder)


def test_a_full_disk_is_named_when_we_meet_it() -> None:
    assert str(in_words(OSError(errno.ENOSPC, "No space"), "fetching Kafka")).startswith(
        "The disk is full: fetching Kafka"
    )


def test_a_full_disk_is_named_when_a_program_meets_it(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="The disk is full: Example needs more room"):
        run_to_end(recipe(tmp_path, "cat /etc/hostname > /dev/full"), seconds=10)


def test_a_failed_program_is_told_with_its_last_words_and_where_its_log_is(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="no such table") as told:
        run_to_end(recipe(tmp_path, "echo no such table; exit 3"), seconds=10)
    assert str(tmp_path / "example.log") in str(told.value)


def test_a_program_that_hangs_is_ended_and_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="took longer than"):
        run_to_end(recipe(tmp_path, "sleep 60"), seconds=0.5)


def test_a_machine_without_a_new_enough_java_is_told_which_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.touch(mode=0o755)
    (tmp_path / "release").write_text('JAVA_VERSION="1.8.0_402"\n')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(java.importlib.util, "find_spec", lambda name: None)  # pyright: ignore
    with pytest.raises(Trouble, match=r"needs Java 17 or newer \(.*Java 8\)"):
        java.find_java()


def test_a_machine_whose_java_is_too_old_uses_the_wheels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert java.find_java().major >= java.OLDEST


def test_the_wheels_postgresql_is_found_and_new_enough(tmp_path: Path) -> None:
    programs = postgres_programs.find_postgres(tmp_path)
    assert programs.major >= postgres_programs.OLDEST
    assert (programs.folder / "initdb").exists()
