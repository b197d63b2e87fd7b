"""The lock of a folder: one network a state folder, one installer at a time."""

import fcntl
import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import psutil

from services.cli.base.trouble import AlreadyRunning, Trouble
from services.cli.local.folders import private_folder

INSTALLER_WAIT_SECONDS = 600


class StateLock:
    """A lock on a state folder. Children inherit it, so it stays taken while any of them lives."""

    def __init__(self, state: Path) -> None:
        self.path = state / "lock"
        self.fd: int | None = None

    def take(self, *, wait_seconds: float = 0) -> None:
        """Take the lock, or raise AlreadyRunning with the holder's process number."""
        private_folder(self.path.parent)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _locked(fd, wait_seconds):
            os.close(fd)
            pid = holder(self.path)
            raise AlreadyRunning(f"{self.path.parent} is in use by process {pid or 'of an earlier run'}.", pid)
        about = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps(about).encode(), 0)
        self.fd = fd

    def release(self) -> None:
        if self.fd is not None:
            os.ftruncate(self.fd, 0)
            os.close(self.fd)
            self.fd = None


def holder(lock: Path) -> int | None:
    """The process that took the lock, if it is still alive; None when it ended or never was."""
    about = lock_note(lock)
    pid = about.get("pid")
    return pid if isinstance(pid, int) and psutil.pid_exists(pid) else None


def lock_note(lock: Path) -> dict[str, object]:
    """What the holder wrote about itself: its process number and since when."""
    try:
        note: object = json.loads(lock.read_text() or "{}")
    except (OSError, ValueError):
        return {}
    return cast(dict[str, object], note) if isinstance(note, dict) else {}


def is_taken(lock: Path) -> bool:
    """True while a network, or a server that outlived it, holds the folder."""
    if not lock.exists():
        return False
    fd = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    try:
        return not _locked(fd, 0)
    finally:
        os.close(fd)


@contextmanager
def one_at_a_time(lock: Path) -> Generator[None]:
    """Hold `lock` for the length of a block; a second installer waits for the first."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _locked(fd, INSTALLER_WAIT_SECONDS):
            raise Trouble("Another install has been running for ten minutes. End it and start again.")
        yield
    finally:
        os.close(fd)


def _locked(fd: int, wait_seconds: float) -> bool:
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.05)
        else:
            return True
