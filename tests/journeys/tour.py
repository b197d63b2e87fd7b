"""`pln tour --json` as a person runs it, and what it printed."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.journeys.network import CHECKOUT, Network

TOUR_SECONDS = 110


@dataclass(frozen=True)
class Toured:
    """The exit code, the JSON that was printed (None when there was none), and the rest of the words."""

    code: int
    printed: dict[str, Any] | None
    said: str


class Touring:
    """A tour under way."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "services.cli.main", "tour", "--json"],
            cwd=CHECKOUT,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self) -> Toured:
        """Wait until it has ended."""
        try:
            out, err = self._process.communicate(timeout=TOUR_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise
        line = next((line for line in out.splitlines() if line.startswith("{")), None)
        return Toured(self._process.returncode, json.loads(line) if line else None, out + err)


def start_tour(network: Network, **changed: str) -> Touring:
    """Start a tour of the network, with some of its settings changed."""
    return Touring({**network.environment, **changed})
