"""The installer of .venv: half of one is never taken for whole."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

RECIPE = Path(__file__).parents[2] / "deploy" / "local" / "venv.py"


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The installer, looking at a checkout whose .venv is whole."""
    spec = importlib.util.spec_from_file_location("venv_recipe", RECIPE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    lock = tmp_path / "requirements.lock"
    lock.write_text("example==1.0 --hash=sha256:00\n")
    for name, value in {
        "CHECKOUT": tmp_path,
        "VENV": folder,
        "PYTHON": folder / "bin" / "python",
        "HALF": folder / ".half-made",
        "LOCKS": {"run": lock, "dev": lock},
    }.items():
        monkeypatch.setattr(module, name, value)
    module.stamp("run").write_text(module.wanted("run"))
    return module


def test_a_whole_one_is_used_as_it_is(venv: ModuleType) -> None:
    assert venv.is_whole("run")


def test_one_whose_install_was_broken_off_is_made_anew(venv: ModuleType) -> None:
    venv.HALF.touch()
    assert not venv.is_whole("run")


def test_one_of_an_older_lock_is_brought_up_to_date(venv: ModuleType) -> None:
    venv.LOCKS["run"].write_text("example==1.1 --hash=sha256:00\n")
    assert not venv.is_whole("run")


def test_one_without_the_tools_of_the_tests_does_not_do_for_them(venv: ModuleType) -> None:
    assert not venv.is_whole("dev")


def test_one_that_was_moved_is_made_anew(venv: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venv, "CHECKOUT", tmp_path / "elsewhere")
    assert not venv.is_whole("run")


def test_the_locks_name_no_address_and_a_hash_for_everything() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (RECIPE.parents[2] / name).read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
        assert all(line.endswith("\\") for line in pinned)
