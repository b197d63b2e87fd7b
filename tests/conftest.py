"""One PostgreSQL and one Kafka for the whole run; a database of its own for each test that asks for one.

`make test` runs workers side by side (pytest-xdist): they share the servers, which the first process starts.
"""

import gc
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from services.chassis.base import keys
from services.chassis.base.settings import Settings
from services.chassis.http import microcache
from services.chassis.network import make_topics
from services.cli.local.servers import Servers
from tests.databases import Databases, template_of
from tests.run_servers import OfAllWorkers, answering, wait_for_servers
from tests.support import Connected, Database, delete_topics, kafka_fields, with_database

gc.disable()  # until all is imported, of which almost nothing is garbage
ROOT = Path(__file__).parents[1]
_of_all_workers = pytest.StashKey[OfAllWorkers]()


def pytest_sessionstart(session: pytest.Session) -> None:
    if getattr(session.config.option, "numprocesses", None):
        gc.enable()
        session.config.stash[_of_all_workers] = OfAllWorkers()


def pytest_unconfigure(config: pytest.Config) -> None:
    if servers := config.stash.get(_of_all_workers, None):
        servers.stop()


LIVED_IN = ("test_every_page", "test_foreign_readers", "test_tour", "test_who_may_enter")
"""The journeys through a network in which the tour and a main job have left something. The others begin alone."""
ONE_NETWORK = ("test_kills", "test_servers", "test_clock", "test_wires")
"""The faults that happen to the same network of seven services; the clock's and the wires' leave it changed."""


class _ByFile(LoadScopeScheduling):
    """One worker has all that share a network, or read every file (shape); else a file's tests stay together."""

    def _split_scope(self, nodeid: str) -> str:
        folder, _, file = nodeid.partition("::")[0].removesuffix(".py").rpartition("/")
        if folder == "tests/faults" and file in ONE_NETWORK:
            return "one network"
        if folder == "tests/journeys":
            return f"{folder}, lived in" if file in LIVED_IN else folder
        return folder if folder == "tests/shape" else f"{folder}/{file}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    return _ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins: the journeys, and the faults, which often wait. So they wait beside tests that do not.

    The many short ones come last, so that no worker is left alone with a long one.
    """

    def place(item: pytest.Item) -> tuple[int, int]:
        folder, file = item.path.parent.name, item.path.stem
        if folder == "journeys":
            return 0, file in LIVED_IN
        if folder == "faults":
            return 1, ONE_NETWORK.index(file) if file in ONE_NETWORK else len(ONE_NETWORK)
        return 2 + EARLY.index(folder) if folder in EARLY else 2 + len(EARLY), 0

    items.sort(key=place)


EARLY = ("cli", "bench", "shape", "api", "chassis")


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and Kafka of the run: our own, or those that the environment names."""
    with answering() as given:
        yield given


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
    made = Databases(run_settings.admin_dsn(), await template_of(run_settings))
    yield made
    await made.drop_all()


@pytest.fixture(scope="session")
def template(databases: Databases) -> str:
    """The name of a database in which every service is migrated. For looking only."""
    return databases.template


@pytest.fixture(scope="session")
async def topics_made(run_settings: Settings) -> None:
    """The topics of this run are there."""
    await make_topics(run_settings)


@pytest.fixture(autouse=True)
def answers_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor reads at once what has just changed. Tests of what is kept say for how long it is."""
    monkeypatch.setattr(microcache, "KEEP_SECONDS", 0.0)


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
    wait_for_servers()
    gc.freeze()
    gc.enable()
