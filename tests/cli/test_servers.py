"""PostgreSQL and Kafka under our supervisor: started whole, on the same ports again, and nothing left behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
import pytest

from services.cli.base.trouble import AlreadyRunning, Trouble
from services.cli.local.postgres_programs import data_folders, find_postgres
from services.cli.local.probes import broker_cluster, database_version
from services.cli.local.processes import left_behind
from services.cli.local.servers import LocalServers, Servers, settings_of
from tests.support import wait_until

pytestmark = pytest.mark.timeout(180)

HOLD = """
import sys, time
from pathlib import Path
from services.cli.local.servers import LocalServers
LocalServers(Path(sys.argv[1])).start()
print("ready", flush=True)
time.sleep(600)
"""


@dataclass
class Running:
    """Servers that run, and the folder in which they do. Each test leaves them running for the next."""

    state: Path
    local: LocalServers
    servers: Servers

    def start(self) -> Servers:
        self.servers = self.local.start()
        return self.servers


@pytest.fixture(scope="module", autouse=True)
def _own_servers() -> Iterator[None]:
    """Even where the run was given servers, these tests start their own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("PLN_DATABASE_URL", "PLN_KAFKA_"))]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An earlier start of them was cut off half-way.

    The folder's path has all that breaks careless programs: spaces, a comma, letters of other tongues.
    """
    state = tmp_path_factory.mktemp("a state, żółć")
    half = half_made(state)
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (state / "kafka.part").mkdir()
    state.chmod(0o755)
    local = LocalServers(state)
    yield Running(state, local, local.start())
    local.stop()


def half_made(state: Path) -> Path:
    return state / f"{find_postgres(state).data.name}.part"


def ours(state: Path) -> list[psutil.Process]:
    return left_behind(state, *data_folders(state))


def wait_until_none(state: Path) -> None:
    wait_until(lambda: ours(state) == [], seconds=20)


async def write_a_row(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.database_url)
    await connection.execute("create table if not exists kept (n int); insert into kept values (1)")
    await connection.close()


async def rows(servers: Servers) -> int:
    connection = await asyncpg.connect(servers.database_url)
    try:
        return await connection.fetchval("select count(*) from kept")
    finally:
        await connection.close()


def test_what_an_earlier_start_left_half_made_is_not_taken_for_whole(running: Running) -> None:
    assert database_version(running.servers.database_url)
    assert not half_made(running.state).exists()
    assert not (running.state / "kafka.part").exists()


def test_nobody_else_reads_what_the_servers_keep_though_an_earlier_start_left_it_open(running: Running) -> None:
    """Passwords, keys, letters with links, and Kafka's and PostgreSQL's data and logs."""
    assert running.state.stat().st_mode & 0o777 in (0o700, 0o711)
    files = [path for path in running.state.rglob("*") if not path.is_symlink() and path.is_file()]
    assert len(files) > 1000
    assert [path for path in files if path.stat().st_mode & 0o077] == []


def test_a_second_start_on_the_same_folder_names_the_process_that_has_it(running: Running) -> None:
    with pytest.raises(AlreadyRunning, match=str(os.getpid())) as refused:
        LocalServers(running.state).start()
    assert refused.value.pid == os.getpid()


def test_given_servers_are_used_and_nothing_is_started(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLN_DATABASE_URL", running.servers.database_url)
    for setting, value_of_it in running.servers.kafka.items():
        monkeypatch.setenv(setting, value_of_it)
    with LocalServers(tmp_path) as given:
        assert given == running.servers
        assert ours(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PLN_DATABASE_URL", "postgresql://postgres@127.0.0.1:9/pln", "database of PLN_DATABASE_URL does not answer"),
        ("PLN_DATABASE_URL", "not an address", "database of PLN_DATABASE_URL does not answer"),
        ("PLN_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9", r"PLN_KAFKA_BOOTSTRAP_SERVERS \(127.0.0.1:9\) does not answer"),
        ("PLN_KAFKA_PASSWORD", "wrong", r"does not take the password of its user admin \(PLN_KAFKA_PASSWORD\)"),
        ("PLN_KAFKA_SECURITY", "PLAINTEXT", "PLN_KAFKA_SECURITY: there is a password for Kafka"),
    ],
)
def test_a_given_server_that_does_not_answer_is_refused_in_words(
    name: str, value: str, words: str, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLN_DATABASE_URL", running.servers.database_url)
    for setting, value_of_it in running.servers.kafka.items():
        monkeypatch.setenv(setting, value_of_it)
    monkeypatch.setenv(name, value)
    with pytest.raises(Trouble, match=words):
        LocalServers(tmp_path).start()


def test_a_data_folder_that_is_not_whole_is_refused_in_words(tmp_path: Path) -> None:
    find_postgres(tmp_path).data.mkdir(parents=True)
    with pytest.raises(Trouble, match="not a whole PostgreSQL data folder"):
        LocalServers(tmp_path).start()
    assert ours(tmp_path) == []


def test_the_data_of_another_postgresql_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "pg9").mkdir()
    with pytest.raises(Trouble, match=r"holds the data of PostgreSQL 9, .* `pln reset`"):
        LocalServers(tmp_path).start()
    assert ours(tmp_path) == []


async def test_both_answer_and_keep_their_data_and_ports_through_a_crash(running: Running) -> None:
    local, servers = running.local, running.servers
    await write_a_row(servers)
    cluster = await asyncio.to_thread(broker_cluster, settings_of(servers.kafka))
    local.kill("postgres")
    local.kill("kafka")
    assert set(local.dead()) == {"postgres", "kafka"}
    await asyncio.to_thread(local.restart, "postgres")
    await asyncio.to_thread(local.restart, "kafka")
    assert local.dead() == []
    assert await rows(servers) == 1
    assert await asyncio.to_thread(broker_cluster, settings_of(servers.kafka)) == cluster


async def test_stopping_leaves_no_process_and_the_next_start_finds_the_data(running: Running) -> None:
    first, kept = running.servers, await rows(running.servers)
    await asyncio.to_thread(running.local.stop)
    assert ours(running.state) == []
    assert await asyncio.to_thread(running.start) == first
    assert await rows(first) == kept


def test_a_stale_pid_file_that_names_a_stranger_is_put_aside_and_a_port_that_somebody_took_is_changed(
    running: Running,
) -> None:
    port = int(running.servers.kafka_bootstrap.partition(":")[2])
    running.local.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (find_postgres(running.state).data / "postmaster.pid").write_text(f"{stranger.pid}\n")
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", port))
            taken.listen()
            assert running.start().kafka_bootstrap != f"127.0.0.1:{port}"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_supervisor_that_is_killed_leaves_no_process_and_nothing_in_the_way(running: Running) -> None:
    running.local.stop()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(running.state)], stdout=subprocess.PIPE)
    assert holder.stdout
    assert holder.stdout.readline() == b"ready\n"
    assert len(ours(running.state)) >= 2
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    wait_until_none(running.state)
    running.start()
