"""PostgreSQL and Kafka for one state folder: ours, started side by side, or those that the environment names."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from services.chassis.base.settings import BadSettings, Settings
from services.cli.base.trouble import AlreadyRunning, Trouble, os_faults
from services.cli.local.kafka_server import Kafka
from services.cli.local.locks import StateLock
from services.cli.local.ports import Ports
from services.cli.local.postgres_programs import data_folders
from services.cli.local.postgres_server import Postgres
from services.cli.local.probes import broker_cluster, database_version
from services.cli.local.processes import sweep

LOCK_WAIT_SECONDS = 10

Name = Literal["postgres", "kafka"]


@dataclass(frozen=True)
class Servers:
    """Where the servers answer."""

    database_url: str
    """The superuser's DSN of the database `pln`."""
    kafka: dict[str, str]
    """The PLN_KAFKA_… settings with which its administrator reaches Kafka."""

    @property
    def environment(self) -> dict[str, str]:
        """As settings of whoever uses them."""
        return {"PLN_DATABASE_URL": self.database_url, **self.kafka}

    @property
    def kafka_bootstrap(self) -> str:
        return self.kafka["PLN_KAFKA_BOOTSTRAP_SERVERS"]


def _be_quiet(_: str) -> None:
    return


class LocalServers:
    """The servers of a state folder, from `start` to `stop`; nothing is left behind, even when we are killed."""

    def __init__(self, state: Path, *, say: Callable[[str], None] = _be_quiet, durable: bool = True) -> None:
        """`durable=False`, for tests: PostgreSQL does not wait for the disk."""
        self._durable = durable
        self.state = state.absolute()
        self._say = say
        self._lock = StateLock(self.state)
        self._ours: dict[Name, Postgres | Kafka] = {}

    def start(self) -> Servers:
        """Take the folder, start what the environment does not give, and wait until all of it is ready.

        Raises AlreadyRunning when a living process has the folder, Trouble with one sentence otherwise.
        """
        self._take_folder()
        try:
            with os_faults(f"starting the servers in {self.state}"):
                return self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both side by side, and give the folder back."""
        running = [server.child for server in self._ours.values() if server.child and server.child.alive()]
        for child in running:
            child.ask_to_stop()
        for child in running:
            child.wait_for_end()
        self._ours.clear()
        if self._lock.fd is not None:
            sweep(self.state, *data_folders(self.state))
            self._lock.release()

    def kill(self, name: Name) -> None:
        """End one server as a crash would (SIGKILL)."""
        child = self._ours[name].child
        assert child
        child.kill()

    def restart(self, name: Name) -> None:
        """Stop one server if it runs, start it on the same port and wait until it is ready."""
        server = self._ours[name]
        if server.child and server.child.alive():
            server.child.stop()
        server.begin_again()
        server.wait()

    def pid(self, name: Name) -> int:
        """The process of one server; PostgreSQL's has one for each connection below it."""
        child = self._ours[name].child
        assert child
        return child.pid

    def advertise(self, port: int | None) -> None:
        """From its next start on, Kafka tells its clients to find it at this port; None: at its own."""
        kafka = self._ours["kafka"]
        assert isinstance(kafka, Kafka)
        kafka.advertised_port = port

    def dead(self) -> list[Name]:
        """Which of our servers have ended without being asked to."""
        return [name for name, server in self._ours.items() if not (server.child and server.child.alive())]

    @property
    def lock_fd(self) -> int:
        """For children to inherit: the folder stays taken while one of them lives."""
        assert self._lock.fd is not None
        return self._lock.fd

    def __enter__(self) -> Servers:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _take_folder(self) -> None:
        """Take the lock. A lock whose taker is dead is held by its children, which end first."""
        try:
            self._lock.take()
        except AlreadyRunning as taken:
            if taken.pid is not None:
                raise
            ended = sweep(self.state, *data_folders(self.state))
            self._say(f"Ended {ended} processes that an earlier run had left behind.")
            self._lock.take(wait_seconds=LOCK_WAIT_SECONDS)
        sweep(self.state, *data_folders(self.state))

    def _start(self) -> Servers:
        started = time.monotonic()
        database, given = os.environ.get("PLN_DATABASE_URL"), _given_kafka()
        ports = Ports(self.state)
        kafka = None if given else Kafka(self.state, ports, self.lock_fd)
        postgres = None if database else Postgres(self.state, ports, self.lock_fd, durable=self._durable)
        if kafka:
            self._ours["kafka"] = kafka
            kafka.begin(self._say)
        if postgres:
            self._ours["postgres"] = postgres
            postgres.begin()
            database = postgres.wait()
            self._say(f"PostgreSQL is ready ({time.monotonic() - started:.1f} s)")
        elif database:
            self._say(f"PostgreSQL {database_version(database)} is given")
        if kafka:
            given = kafka.wait()
            self._say(f"Kafka is ready ({time.monotonic() - started:.1f} s)")
        else:
            broker_cluster(settings_of(given))
            self._say("Kafka is given")
        assert database
        return Servers(database, given)


def _given_kafka() -> dict[str, str]:
    """The settings of a Kafka that the environment names; nothing where it names none."""
    found = {name: value for name, value in os.environ.items() if name.startswith("PLN_KAFKA_")}
    return found if "PLN_KAFKA_BOOTSTRAP_SERVERS" in found else {}


def settings_of(environment: Mapping[str, str]) -> Settings:
    """Raises Trouble where they cannot be read."""
    try:
        return Settings.from_environment(environment)
    except BadSettings as wrong:
        raise Trouble(str(wrong)) from None
