"""The PostgreSQL and the Kafka of a run of tests, which its workers share."""

import asyncio
import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from services.chassis.base.settings import Settings
from services.cli.base.trouble import Trouble
from services.cli.local.servers import LocalServers, Servers
from tests import java_archive, shared
from tests.databases import drop_template
from tests.support import delete_topics, wait_until

ROOT = Path(__file__).parents[1]
IN_MEMORY = Path("/dev/shm")
ROOM_BYTES, LEFT_BYTES = 6 << 30, 12 << 30
"""So much room there has to be, and so much memory to spare."""
START_SECONDS = 300.0
TOLD = "servers.json"


class OfAllWorkers:
    """They start while the workers read the tests; a file says where they answer, or why they do not."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pln-tests-"))
        os.environ[shared.FOLDER] = str(self._folder)
        self._local = _local_servers()
        self._starting = threading.Thread(target=self._start)
        self._starting.start()

    def _start(self) -> None:
        try:
            said = asdict(_start(self._local))
        except Trouble as trouble:
            said = {"trouble": str(trouble)}
        part = self._folder / f"{TOLD}.part"
        part.write_text(json.dumps(said))
        part.replace(self._folder / TOLD)

    def stop(self) -> None:
        self._starting.join()
        asyncio.run(drop_template())
        _stop(self._local)
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def answering() -> Generator[Servers]:
    """Those of the run, or of this process where it is the only one."""
    if folder := shared.folder():
        wait_for_servers()
        yield Servers(**json.loads((folder / TOLD).read_text()))
        return
    local = _local_servers()
    yield _start(local)
    _stop(local)


def wait_for_servers() -> None:
    """Where they start for all workers: no test's own time is spent on it. Ends the run where they do not start."""
    if not (folder := shared.folder()):
        return
    told = folder / TOLD
    wait_until(told.exists, seconds=START_SECONDS, every=0.2)
    if trouble := json.loads(told.read_text()).get("trouble"):
        pytest.exit(trouble, returncode=1)


def _local_servers() -> LocalServers:
    return LocalServers(_state(), say=print, durable=False)


def _state() -> Path:
    """In memory where there is room, else under .pln/test.

    Thousands of partitions and tables come and go in a run: on a disk slow at deleting Kafka let new ones wait minutes.
    """
    given = os.environ.get("PLN_TEST_STATE")
    if given or not os.access(IN_MEMORY, os.W_OK) or shutil.disk_usage(IN_MEMORY).free < ROOM_BYTES:
        return ROOT / (given or ".pln/test")
    if psutil.virtual_memory().available < LEFT_BYTES:
        return ROOT / ".pln/test"
    return IN_MEMORY / f"pln-test-{os.getuid()}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"


def _stop(local: LocalServers) -> None:
    local.stop()
    if local.state.is_relative_to(IN_MEMORY):
        shutil.rmtree(local.state, ignore_errors=True)


def _start(local: LocalServers) -> Servers:
    ours = "PLN_KAFKA_BOOTSTRAP_SERVERS" not in os.environ

    def start_and_stop() -> None:
        local.start()
        local.stop()

    if ours:
        java_archive.use(start_and_stop)
    given = local.start()
    if ours:  # what a run that was cut off left behind goes
        asyncio.run(delete_topics(Settings.from_environment(given.kafka), "[jt][0-9a-f]{6}-"))
    return given
