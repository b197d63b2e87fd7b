"""Make .venv whole: `python3 deploy/local/venv.py run` (or `dev`, with the tools of the tests). Standard library only.

Half of an install is never taken for whole: a mark is set before the first change and removed after the last,
and a stamp with the hash of the lock is written at the end. Every package is checked against the lock's hashes.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
HALF = VENV / ".half-made"
LOCKS = {"run": CHECKOUT / "requirements.lock", "dev": CHECKOUT / "requirements-dev.lock"}
PLN = '#!/bin/sh\nexec "$(dirname "$0")/python" -m services.cli.main "$@"\n'


def main(kind: str) -> None:
    if ":" in str(CHECKOUT):
        stop(f"Python cannot make a virtual environment in {CHECKOUT}, because of the colon. Move the checkout.")
    (CHECKOUT / ".pln" / "install").mkdir(parents=True, exist_ok=True)
    with open(CHECKOUT / ".pln" / "install" / "venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second `make` waits for the first
        if not is_whole(kind):
            make_whole(kind)


def is_whole(kind: str) -> bool:
    file = stamp(kind)
    return not HALF.exists() and PYTHON.exists() and file.exists() and file.read_text() == wanted(kind)


def make_whole(kind: str) -> None:
    if HALF.exists() or was_moved() or not has_pip():
        need_ensurepip()
        print("Making .venv", flush=True)
        VENV.mkdir(exist_ok=True)
        run("making .venv", sys.executable, "-m", "venv", "--clear", str(VENV))
    HALF.touch()
    print(f"Installing the Python packages of {LOCKS[kind].name}, each checked by its hash", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run("installing packages", *pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCKS[kind]))
    install_pln()
    stamp(kind).write_text(wanted(kind))
    HALF.unlink()


def install_pln() -> None:
    """Our own code is used where it stands; nothing is built, so nothing unpinned is fetched."""
    site = subprocess.check_output(
        [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    )
    (Path(site.strip()) / "pln.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")
    command = VENV / "bin" / "pln"
    command.write_text(PLN)
    command.chmod(0o755)


def stamp(kind: str) -> Path:
    return VENV / f".whole-{kind}"


def wanted(kind: str) -> str:
    """What a stamp must say: this lock, this recipe, this place (a moved .venv does not work)."""
    recipe = hashlib.sha256(LOCKS[kind].read_bytes() + Path(__file__).read_bytes()).hexdigest()
    return f"{recipe}\n{CHECKOUT}\n"


def was_moved() -> bool:
    """Its programs name the place where they were made."""
    return any(str(CHECKOUT) not in file.read_text().splitlines() for file in VENV.glob(".whole-*"))


def has_pip() -> bool:
    return (
        PYTHON.exists() and subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True).returncode == 0
    )


def need_ensurepip() -> None:
    """Debian and Ubuntu keep a part of Python's venv in a package of its own."""
    if has_ensurepip():
        return
    package = f"python3.{sys.version_info.minor}-venv"
    if os.getuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package}, which this Python lacks", flush=True)
        apt = ["apt-get", "-o", "DPkg::Lock::Timeout=900", "-qq"]
        run("updating the package list", *apt, "update")
        run(f"installing {package}", *apt, "install", "-y", "--no-install-recommends", package)
    if not has_ensurepip():
        stop(f"This Python cannot make a virtual environment. Run `sudo apt install {package}`, then start again.")


def has_ensurepip() -> bool:
    return subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0


def run(doing: str, *command: str) -> None:
    if subprocess.run(command, env={**os.environ, "PYTHONPATH": ""}).returncode != 0:
        stop(f"{doing.capitalize()} failed: see the lines above. Check the network and the disk, then start again.")


def stop(words: str) -> None:
    print(f"make: {words}", file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1])
