"""Kafka's classes in an archive of Java's own (class data sharing): with it a Kafka starts for half the work.

A run starts some twenty. The first one in a checkout starts and stops its Kafka once more, to make the archive.
Java itself looks whether an archive is of this Java, of these jars and whole, and does without one that is not.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from services.cli.base.trouble import Trouble
from services.cli.local.folders import RECIPE
from services.cli.local.jars import install_jars
from services.cli.local.java import find_java

OPTIONS = "JDK_JAVA_OPTIONS"
"""Read by every `java` from 9 on. Who has set them already is left in peace."""


def use(start_and_stop: Callable[[], None]) -> None:
    """Let every Java that this run starts use the archive; one is made by `start_and_stop` if there is none."""
    archive = _archive()
    if archive is None or OPTIONS in os.environ:
        return
    if not archive.exists():
        _make(archive, start_and_stop)
    os.environ[OPTIONS] = f"-XX:SharedArchiveFile={archive}"


def _make(archive: Path, start_and_stop: Callable[[], None]) -> None:
    for left in archive.parent.glob("kafka-*.jsa*"):
        left.unlink(missing_ok=True)  # of another Java or other jars, or of a run that was cut off
    part = archive.with_suffix(f".jsa-{os.getpid()}")
    os.environ[OPTIONS] = f"-XX:ArchiveClassesAtExit={part}"
    try:
        start_and_stop()
    finally:
        del os.environ[OPTIONS]
    with suppress(FileNotFoundError):
        part.rename(archive)


def _archive() -> Path | None:
    """For these jars, this very Java and what Kafka is told to load; None where one is missing, or a path that would be
    two words to it. Java takes no archive of jars of another time, even if they are the same.
    """
    try:
        java, folder = find_java().program.resolve(), install_jars(print)
    except Trouble:
        return None
    told = (RECIPE / "server.properties").read_text()
    files = [(file.name, file.stat().st_mtime_ns) for file in (java, *sorted(folder.glob("*.jar")))]
    this = hashlib.sha256(f"{java} {files} {told}".encode()).hexdigest()[:8]
    archive = folder.with_name(f"{folder.name}-{this}.jsa")
    return None if any(letter.isspace() for letter in str(archive)) else archive
