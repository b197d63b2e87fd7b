"""Which port each server of a state folder listens on: chosen once, remembered, always on loopback."""

import hashlib
import json
import socket
from pathlib import Path
from typing import cast

from services.cli.base.trouble import Trouble
from services.cli.local.folders import write_whole

LOOPBACK = "127.0.0.1"
FIRST, LAST = 20000, 31999
"""Below the ports that the system hands out for outgoing connections."""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


class Ports:
    """The ports of one state folder, kept in its ports.json."""

    def __init__(self, state: Path) -> None:
        self._file = state / "ports.json"
        self._start = FIRST + int(hashlib.sha256(str(state).encode()).hexdigest(), 16) % (LAST - FIRST)
        self._chosen = _read(self._file)

    def choose(self, name: str, *, prefer: int | None = None, fresh: bool = False) -> int:
        """A free port for `name`: the one it had last time, else the preferred one, else the next that is free.

        `fresh` passes over the one it had: somebody else took it between our look and the server's start.
        """
        had = self._chosen.get(name)
        wanted = [] if fresh else [port for port in (had, prefer) if port]
        others = {port for other, port in self._chosen.items() if other != name}
        span = LAST - FIRST
        around = (FIRST + (self._start - FIRST + step) % span for step in range(span))
        for port in (*wanted, *around):
            if port not in others and not (fresh and port == had) and is_free(port):
                self._remember(name, port)
                return port
        raise Trouble(f"Every port from {FIRST} to {LAST} is taken on this machine.")

    def _remember(self, name: str, port: int) -> None:
        if self._chosen.get(name) != port:
            self._chosen[name] = port
            write_whole(self._file, json.dumps(self._chosen, indent=1))


def _read(file: Path) -> dict[str, int]:
    try:
        found: object = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): port for name, port in cast(dict[object, object], found).items() if isinstance(port, int)}
