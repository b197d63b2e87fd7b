"""Jars (Kafka's, and veraPDF's for tests): fetched from a Maven repository, each checked against the hash in its lock.

They are gathered in a folder of their own that gets its name only when it is whole, so half an install is
never taken for one.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from services.cli.base.trouble import Trouble, os_faults
from services.cli.local.folders import INSTALL, RECIPE
from services.cli.local.locks import one_at_a_time

LOCK = RECIPE / "kafka.lock"
VERAPDF = RECIPE / "verapdf.lock"
"""The validator of PDF/UA of the PDF Association; tests hold our letters to it."""
WHAT = {"kafka": "Apache Kafka", "verapdf": "veraPDF"}
MEGABYTES = {"kafka": 44, "verapdf": 15}
AT_ONCE = 8
TRIES = 3
TIMEOUT_SECONDS = 60
NOTHING_INSTALLED = (
    "Nothing was installed; check the network, or name a Maven repository you can reach in MAVEN_MIRROR."
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Jar:
    """One line of the lock: the hash, and where a Maven repository keeps the file."""

    sha256: str
    group: str
    artifact: str
    version: str

    @property
    def file(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def locked_jars(lock: Path = LOCK) -> list[Jar]:
    """The jars that the lock names, comments left out."""
    lines = [line.split() for line in lock.read_text().splitlines() if line and not line.startswith("#")]
    return [Jar(sha256, *coordinates.split(":")) for sha256, coordinates in lines]


def jars_folder(install: Path = INSTALL, lock: Path = LOCK) -> Path:
    """Where these very jars are or will be: the name holds the hash of the lock."""
    return install / f"{lock.stem}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"


def wrong_jars(folder: Path, lock: Path = LOCK) -> list[str]:
    """Names of the files that are missing or differ from the lock."""
    return [jar.file for jar in locked_jars(lock) if _sha256(folder / jar.file) != jar.sha256]


def install_jars(say: Say, *, install: Path = INSTALL, lock: Path = LOCK) -> Path:
    """The folder with all jars, each of them checked; fetched when it is not there."""
    folder = jars_folder(install, lock)
    with one_at_a_time(install / "lock"):
        if folder.exists():
            wrong = wrong_jars(folder, lock)
            if not wrong:
                return folder
            say(f"{wrong[0]} is not the file that was installed, so {WHAT[lock.stem]} is fetched again.")
            shutil.rmtree(folder)
        for leftover in install.glob(f"{lock.stem}-*.part"):
            shutil.rmtree(leftover)
        part = folder.with_suffix(".part")
        try:
            with os_faults(f"fetching {WHAT[lock.stem]}"):
                _gather(lock, part, say)
                part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return folder


def _gather(lock: Path, part: Path, say: Say) -> None:
    jars = locked_jars(lock)
    say(f"Fetching {WHAT[lock.stem]}, once: {len(jars)} files, about {MEGABYTES[lock.stem]} MB.")
    part.mkdir(parents=True)
    _name_certificates()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for fetched in [pool.submit(_fetch, jar, part) for jar in jars]:
            fetched.result()
    shutil.rmtree(part / "repository")


def _fetch(jar: Jar, part: Path) -> None:
    """Fetch one jar into `part`; a cut or changed file is fetched again, then refused."""
    # Slow to import, and needed once in a checkout's life.
    from jgo.maven import MavenContext
    from requests import RequestException

    mirror = os.environ.get("MAVEN_MIRROR")
    repositories = {"central": mirror.rstrip("/")} if mirror else None
    context = MavenContext(
        repo_cache=part / "repository", local_repos=[], remote_repos=repositories, timeout=TIMEOUT_SECONDS
    )
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    fault: Exception | None = None
    for _ in range(TRIES):
        try:
            path = Path(artifact.resolve())
        except (RequestException, RuntimeError) as failed:
            fault = failed
        else:
            if _sha256(path) == jar.sha256:
                path.rename(part / jar.file)
                return
            fault = None
        _forget(part / "repository", jar)
    if fault is None:
        raise Trouble(f"{jar.file} came with a wrong hash three times. {NOTHING_INSTALLED}")
    raise Trouble(f"{jar.file} could not be fetched ({_short(fault)}). {NOTHING_INSTALLED}")


def _forget(repository: Path, jar: Jar) -> None:
    """Delete what a broken stream has left: the resolver would take it for the file."""
    for half in (repository / Path(*jar.group.split(".")) / jar.artifact).glob("**/*.jar"):
        half.unlink()


def _name_certificates() -> None:
    """The resolver reads only these two names; a machine may have set the others."""
    given = os.environ.get("SSL_CERT_FILE") or os.environ.get("PIP_CERT")
    if given and not any(os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")):
        os.environ["REQUESTS_CA_BUNDLE"] = given


def _short(fault: Exception) -> str:
    return str(fault).split("\n", maxsplit=1)[0][:200]


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
