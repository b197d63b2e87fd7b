"""The services as programs of their own, on the ground of a measure."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psutil

from services.chassis.base.settings import Settings
from services.cli.local.ports import LOOPBACK, answers
from services.cli.local.probes import readiness
from tests.support import kafka_environment, wait_until

CHECKOUT = Path(__file__).parents[2]
READY_SECONDS = 120


class Running:
    """A program, and where it answers."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, ready_after: float) -> None:
        self.port, self.ready_after = port, ready_after
        self._process = psutil.Process(process.pid)

    @property
    def megabytes(self) -> float:
        """Resident memory."""
        return self._process.memory_info().rss / 1e6

    @property
    def cpu_seconds(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system

    def get(self, path: str) -> dict[str, str]:
        """The headers of an answer, names in small letters."""
        with urlopen(f"http://{LOOPBACK}:{self.port}{path}", timeout=10) as answer:
            return {name.lower(): value for name, value in answer.headers.items()}


def environment(settings: Settings, *, http_port: int, ops_port: int) -> dict[str, str]:
    """What a program is told so that it runs on this ground."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
    return outside | {
        "PLN_PROFILE": "test",  # production wants https and TLS
        "PLN_DATABASE_URL": settings.admin_dsn(),
        **kafka_environment(settings),
        "PLN_TOPIC_PREFIX": settings.topic_prefix,
        "PLN_STATE_DIR": str(settings.state_dir),
        "PLN_HTTP_PORT": str(http_port),
        "PLN_OPS_PORT": str(ops_port),
        "PLN_BASE_URL": f"http://{LOOPBACK}:{http_port}",
    }


@contextmanager
def program(settings: Settings, *command: str, ports: tuple[int, int], ready: bool = True) -> Generator[Running]:
    """`python -m COMMAND`, ready; ended at the end.

    `ports`: of HTTP and of operations; `ready=False`: it has no health, and answers when it answers at all.
    """
    http_port, ops_port = ports
    log = settings.state_dir / "program.log"
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=CHECKOUT,
            env=environment(settings, http_port=http_port, ops_port=ops_port),
            stdout=out,
            stderr=out,
        )
    try:

        def is_up() -> bool:
            assert process.poll() is None, log.read_text()[-2000:]
            return readiness(str(ops_port))[0] if ready else answers(http_port)

        wait_until(is_up, seconds=READY_SECONDS, every=0.02, why=lambda: log.read_text()[-2000:])
        yield Running(process, http_port, time.monotonic() - began)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
