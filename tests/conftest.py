"""One PostgreSQL and one Kafka for the whole run; a database of its own for each test that asks for one.

`make test` runs workers side by side (pytest-xdist): they share the servers, which the first process starts.
"""

import asyncio
import gc
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest
from xdist.scheduler import LoadScopeScheduling

from services import NAMES, load
from services.chassis.base import keys
from services.chassis.base.settings import Settings
from services.chassis.network import make_topics
from services.cli.base.trouble import Trouble
from services.cli.local.servers import LocalServers, Servers
from tests import java_archive
from tests.databases import Databases
from tests.support import Connected, Database, delete_topics, drop_database, kafka_fields, make_database, with_database

ROOT = Path(__file__).parents[1]


IN_MEMORY = Path("/dev/shm")
ROOM_BYTES, LEFT_BYTES = 6 << 30, 12 << 30
"""So much room there has to be, and so much memory to spare."""
SHARED = "PLN_TEST_SERVERS"
"""Where the servers of the run answer, for the workers."""
_of_all_workers = pytest.StashKey[LocalServers]()


def pytest_sessionstart(session: pytest.Session) -> None:
    if getattr(session.config.option, "numprocesses", None):
        local = _local_servers()
        session.config.stash[_of_all_workers] = local
        try:
            os.environ[SHARED] = json.dumps(asdict(_start(local)))
        except Trouble as trouble:
            pytest.exit(str(trouble), returncode=1)


def pytest_unconfigure(config: pytest.Config) -> None:
    if local := config.stash.get(_of_all_workers, None):
        _stop(local)


ONE_NETWORK = ("test_kills", "test_servers", "test_clock", "test_wires")
"""The faults that happen to the same network of seven services; the clock's and the wires' leave it changed."""
LONG_FAULTS = ("test_instances", "test_alerts", "test_erasure", "test_bad_servers", "test_bad_input")
TOGETHER = ("tests/journeys", "tests/shape")
"""The journeys share a network; the shape tests read every file, once."""


class _ByFile(LoadScopeScheduling):
    """One worker has all that share a network; else a file's tests stay together."""

    def _split_scope(self, nodeid: str) -> str:
        folder, _, file = nodeid.partition("::")[0].rpartition("/")
        if folder == "tests/faults" and file.removesuffix(".py") in ONE_NETWORK:
            return "one network"
        return folder if folder in TOGETHER else f"{folder}/{file}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    return _ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The two that take longest begin: the journeys, and the faults of one network. Other faults end, shortest last.

    So they wait, as they often do, beside tests that never wait.
    """

    def place(item: pytest.Item) -> tuple[int, int]:
        folder, file = item.path.parent.name, item.path.stem
        if folder != "faults":
            return 0 if folder == "journeys" else 2, 0
        if file in ONE_NETWORK:
            return 1, ONE_NETWORK.index(file)
        return 3, LONG_FAULTS.index(file) if file in LONG_FAULTS else len(LONG_FAULTS)

    items.sort(key=place)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and Kafka of the run: our own (`_state`), or those that the environment names."""
    if shared := os.environ.get(SHARED):
        yield Servers(**json.loads(shared))
        return
    local = _local_servers()
    yield _start(local)
    _stop(local)


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


@pytest.fixture(scope="session")
def run_settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of this run: topics under a prefix of its own, keys in a temporary folder."""
    settings = Settings(
        profile="test",
        database_url=servers.database_url,
        **kafka_fields(servers),
        topic_prefix=f"t{secrets.token_hex(3)}-",
        state_dir=tmp_path_factory.mktemp("state"),
        http_port=0,
        ops_port=0,
    )
    keys.make(settings)
    return settings


@pytest.fixture(scope="session")
async def databases(run_settings: Settings) -> AsyncIterator[Databases]:
    """Migrated databases, made from a template as tests ask for them."""
    name = f"pln_template_{secrets.token_hex(4)}"
    url = await make_database(run_settings.admin_dsn(), name)
    settings = run_settings.model_copy(update={"database_url": url})
    for service in load():
        await service.prepare(settings)
    made = Databases(run_settings.admin_dsn(), name, list(NAMES))
    await made.keep_seeds(url)
    yield made
    await made.drop_all()
    await drop_database(run_settings.admin_dsn(), name)


@pytest.fixture(scope="session")
def template(databases: Databases) -> str:
    """The name of a database in which every service is migrated. For looking only."""
    return databases.template


@pytest.fixture(scope="session")
async def topics_made(run_settings: Settings) -> None:
    """The topics of this run are there."""
    await make_topics(run_settings)


@pytest.fixture
async def database(run_settings: Settings, databases: Databases) -> AsyncIterator[Database]:
    """A migrated, empty database of the test's own."""
    name = await databases.take()
    url = with_database(run_settings.admin_dsn(), name)
    made = Database(run_settings.model_copy(update={"database_url": url}), pool=databases.pool)
    yield made
    for app in made.opened:
        await databases.keep(app.database.pool, app.settings, app.name)
    await databases.give_back(name, url)


def _connected(name: str):
    @pytest.fixture(name=name)
    async def connected(database: Database) -> Connected:
        return await database.connect(name)

    return connected


identity = _connected("identity")
recruitment = _connected("recruitment")
training = _connected("training")
matching = _connected("matching")
engagements = _connected("engagements")
payments = _connected("payments")
notifications = _connected("notifications")


@pytest.fixture
async def living(database: Database) -> AsyncIterator[Database]:
    """A database whose services can be started whole: it has topics of its own in Kafka, for as long as the test."""
    database.settings = database.settings.model_copy(update={"topic_prefix": f"t{secrets.token_hex(3)}-"})
    await make_topics(database.settings)
    yield database
    await delete_topics(database.settings, database.settings.topic_prefix)


def pytest_collection_finish() -> None:
    """What was imported stays: the collector of garbage need not look through a million objects again and again."""
    gc.collect()
    gc.freeze()
