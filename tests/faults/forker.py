"""Starts services quickly: the code is loaded once, and each service is a fork of it, as a process of its own.

A start costs 1.5 s of processor time otherwise, most of it for loading what a kill cannot touch. Run as
`python -m tests.faults.forker SOCKET`. Each connection is one process: a line of JSON (words, environment, log) asks
for it, its id answers, and the connection ends when the process does, with its exit code if it ended by itself.
"""

import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from services.__main__ import NAMES, load, main
from services.cli.local.folders import CHECKOUT
from services.cli.local.launch import end_with
from services.cli.local.processes import Child, Recipe, make_room

MOST_BYTES = 1 << 16
START_SECONDS = 60.0


class Forked:
    """A process that the forker started. It stands in for `Child` where programs are kept."""

    def __init__(self, door: Path, words: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        make_room(log)
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(START_SECONDS)
        self._line.connect(str(door))
        order = {"words": words, "environment": dict(environment), "log": str(log)}
        self._line.sendall(json.dumps(order).encode() + b"\n")
        self.pid = int(self._line.recv(20).split(b"\n")[0])
        self._line.setblocking(False)
        self.code: int | None = None
        """The exit code; None while it runs, and for one that was killed."""
        self._ended = False

    def alive(self) -> bool:
        while not self._ended:
            try:
                said = self._line.recv(20)
            except BlockingIOError:
                return True
            except ConnectionError:
                said = b""
            if said:
                self.code = int(said)
            else:
                self._ended = True
                self._line.close()
        return False

    def send(self, number: int) -> None:
        if self.alive():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.send(signal.SIGKILL)


@contextmanager
def forking(state: Path, environment: Mapping[str, str] | None = None) -> Generator[Path]:
    """The door of a forker, a program of its own for as long as the block lasts; it and all it started end with us.

    `environment`: what has to be there when a program is loaded, as LD_PRELOAD has.
    """
    door = Path(tempfile.mkdtemp(prefix="pln-forker-")) / "door"  # a socket's address has to be short
    recipe = Recipe(
        name="forker",
        command=[sys.executable, "-m", "tests.faults.forker", str(door)],
        cwd=CHECKOUT,
        log=state / "logs" / "forker.log",
        state=state,
        env={"PYTHONUNBUFFERED": "1", **(environment or {})},
        death_signal=signal.SIGKILL,
    )
    child = Child(recipe)
    try:
        if not child.wait_until(door.exists, seconds=START_SECONDS):
            raise child.why_it_failed(START_SECONDS)
        yield door
    finally:
        child.kill()
        shutil.rmtree(door.parent)


def serve(door: str) -> None:
    """Fork until we are ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    load(NAMES)
    listening = socket.socket(socket.AF_UNIX)
    part = f"{door}.part"
    listening.bind(part)
    listening.listen(64)
    os.rename(part, door)  # who sees the door finds somebody behind it
    while True:
        line, _ = listening.accept()
        forker, child = os.getpid(), os.fork()
        if child == 0:
            listening.close()
            _become(line, forker)
        line.close()


def _become(line: socket.socket, forker: int) -> None:
    """In the fork: be what was asked for, to the end."""
    code = 1
    try:
        end_with(forker, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        order = cast("dict[str, object]", json.loads(line.makefile("rb").readline(MOST_BYTES)))
        log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.clear()
        os.environ.update(cast("dict[str, str]", order["environment"]))
        line.sendall(f"{os.getpid()}\n".encode())
        code = main(cast("list[str]", order["words"]))
        line.sendall(f"{code}\n".encode())
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
