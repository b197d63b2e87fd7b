"""Programs that we start and end: their log, their last words, and what an earlier run has left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from services.cli.base.trouble import Trouble, os_faults

LAUNCH = Path(__file__).with_name("launch.py")
MARK = "PLN_SUPERVISED_IN"
"""In the environment of everything that we start: the state folder it belongs to."""
LOG_ROOM_BYTES = 8 * 1024 * 1024
SWEEP_SECONDS = 10

User = Literal["self", "namespace", "nobody"]

# The kernel's death signal watches the thread that forked, so one thread forks everything and lives as long as we do.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")


@dataclass(frozen=True)
class Recipe:
    """How a program is started, and how it is asked to end."""

    name: str
    command: Sequence[str]
    cwd: Path
    log: Path
    state: Path
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    user: User = "self"
    death_signal: int = signal.SIGTERM
    stop_signals: Sequence[tuple[int, float]] = ((signal.SIGTERM, 20.0),)
    """Signals in order, each with the seconds to wait for the end; SIGKILL follows the last."""


class Child:
    """A program that we started."""

    def __init__(self, recipe: Recipe, *, keep_fds: Sequence[int] = ()) -> None:
        self.recipe = recipe
        recipe.log.parent.mkdir(parents=True, exist_ok=True)
        make_room(recipe.log)
        self._log_from = recipe.log.stat().st_size if recipe.log.exists() else 0
        self.process = _forker.submit(_start, recipe, tuple(keep_fds)).result()

    @property
    def pid(self) -> int:
        return self.process.pid

    def alive(self) -> bool:
        return self.process.poll() is None

    def last_words(self, lines: int = 5) -> str:
        """The last lines of its log since it started, for a message to a person."""
        try:
            with self.recipe.log.open("rb") as log:
                log.seek(self._log_from)
                text = log.read()[-4000:].decode(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.strip().splitlines()[-lines:])

    def why_it_failed(self, seconds: float) -> Trouble:
        """The sentence for a program that ended, or was not ready after `seconds`; it is ended for certain."""
        ended = not self.alive()
        self.stop()
        return _in_words(self.recipe, f"did not start (waited {seconds:.0f} s)" if not ended else "ended", self)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, wait, and insist when it does not."""
        self.ask_to_stop()
        self.wait_for_end()

    def ask_to_stop(self) -> None:
        if self.alive():
            self.process.send_signal(self.recipe.stop_signals[0][0])

    def wait_for_end(self) -> None:
        for number, seconds in self.recipe.stop_signals:
            if number != self.recipe.stop_signals[0][0] and self.alive():
                self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return
        self.kill()

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """True once `ready()`; False when the program ended or time is up."""
        until = time.monotonic() + seconds
        while self.alive() and time.monotonic() < until:
            if ready():
                return True
            time.sleep(0.05)
        return False


def _start(recipe: Recipe, keep_fds: tuple[int, ...]) -> subprocess.Popen[bytes]:
    python = [sys.executable, "-I", "-S", str(LAUNCH)]
    orders = [str(os.getpid()), str(int(recipe.death_signal)), recipe.user, "--"]
    with os_faults(f"starting {recipe.name}"), open(recipe.log, "ab", opener=_for_us_alone) as log:
        return subprocess.Popen(
            [*python, *orders, *recipe.command],
            cwd=recipe.cwd,
            env={**os.environ, **recipe.env, MARK: str(recipe.state)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=keep_fds,
            start_new_session=True,
        )


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def run_to_end(recipe: Recipe, *, seconds: float, keep_fds: Sequence[int] = ()) -> None:
    """Run a program that ends by itself; anything but success is Trouble with its last words."""
    child = Child(recipe, keep_fds=keep_fds)
    try:
        code = child.process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise Trouble(f"{recipe.name} took longer than {seconds:.0f} seconds. Its log is {recipe.log}.") from None
    finally:
        if child.alive():
            child.kill()
    if code != 0:
        raise _in_words(recipe, "failed", child)


def _in_words(recipe: Recipe, what: str, child: Child) -> Trouble:
    words = child.last_words()
    if "No space left on device" in child.last_words(60):
        return Trouble(f"The disk is full: {recipe.name} needs more room. Free about 1 GB and start again.")
    if "Address already in use" in child.last_words(60):
        return Trouble(f"{recipe.name} found its port taken by another program. Start again to try another port.")
    return Trouble(f"{recipe.name} {what}. Its last words, from {recipe.log}:\n{words or '(none)'}")


def make_room(log: Path) -> None:
    """Put a log that has grown large aside (one older copy is kept)."""
    if log.exists() and log.stat().st_size > LOG_ROOM_BYTES:
        log.replace(log.with_name(log.name + ".1"))


def left_behind(state: Path | None, *data_folders: Path) -> list[psutil.Process]:
    """Processes that an earlier run of this state folder started and that still live.

    PostgreSQL writes over its environment, so it is known by its working directory, one of the data folders.
    """
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            ours = process.environ().get(MARK) == str(state)
            if process.pid != os.getpid() and (ours or Path(process.cwd()) in data_folders):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def sweep(state: Path | None, *data_folders: Path) -> int:
    """End what an earlier run left behind; returns how many processes that were."""
    orphans = left_behind(state, *data_folders)
    if not orphans:
        return 0
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
        for orphan in orphans:
            _send(orphan, number)
        _, orphans_left = psutil.wait_procs(orphans, timeout=SWEEP_SECONDS)
        if not orphans_left:
            break
    return len(orphans)


def _send(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return
