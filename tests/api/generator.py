"""Clients made from the documents of the APIs, as a partner makes theirs, by a generator in an environment of its own.

It is made once a checkout and kept under `.pln/test`. Its packages are those of generator.lock, with their hashes.
"""

import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCK = HERE / "generator.lock"
KEPT = HERE.parents[1] / ".pln" / "test"
INSTALL_SECONDS = 300
GENERATE_SECONDS = 60
CHECK_SECONDS = 180
FILES = "/signed-form"
"""Where a file is sent or answered: this generator has no words for one that may be of several kinds."""


def environment() -> Path:
    """The folder with the programs. Whoever comes while it is made waits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    whole = KEPT / f"generator-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    with (KEPT / "generator.making").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)
        if not (whole / "whole").exists():
            for left in KEPT.glob("generator-*"):
                shutil.rmtree(left)
            _run(sys.executable, "-m", "venv", str(whole), seconds=INSTALL_SECONDS)
            pip = [str(whole / "bin/python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            _run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK), seconds=INSTALL_SECONDS)
            (whole / "whole").touch()
    return whole / "bin"


def make_client(document: dict[str, Any], name: str, folder: Path) -> None:
    """The package `name` in a folder. Raises AssertionError where something of the document was left out."""
    asked, options = folder / f"{name}.json", folder / "options.json"
    asked.write_text(json.dumps(document))
    options.write_text(json.dumps({"post_hooks": []}))
    make = [str(environment() / "openapi-python-client"), "generate", "--meta", "none"]
    more = ["--path", str(asked), "--output-path", str(folder / name), "--config", str(options)]
    said = _run(*make, *more, seconds=GENERATE_SECONDS)
    left_out = [one for one in re.findall(r"parsing (\w+ /\S+)", said) if not one.endswith(FILES)]
    assert not left_out, said


def check(*documents: Path) -> None:
    """Raises AssertionError where one is no OpenAPI."""
    _run(str(environment() / "openapi-spec-validator"), *map(str, documents), seconds=CHECK_SECONDS)


def _run(*words: str, seconds: int) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"{words[0]} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout
