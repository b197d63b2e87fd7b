"""A whole network for the journeys: all services and the mailbox as processes, on the servers of the run."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from services.cli.base.apart import apart
from services.cli.clients.caller import Mailbox
from services.cli.demo.loader import Loader
from services.cli.local.ports import LOOPBACK, Ports, answers
from services.cli.local.probes import readiness
from services.cli.local.servers import Servers
from tests.support import drop_database, make_database, wait_until

CHECKOUT = Path(__file__).parents[2]
READY_SECONDS = 100
STOP_SECONDS = 30
LAST_LINES = 40


class Program:
    """A module that runs as a process of its own, with its log in the state folder."""

    def __init__(self, words: str, state: Path, environment: Mapping[str, str]) -> None:
        self.name = words.partition(" ")[0]
        self.log = state / f"{self.name}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *words.split()], cwd=CHECKOUT, env=dict(environment), stdout=log, stderr=log
            )

    def alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> int | None:
        """Ask it to end. Its exit code; None when it had to be killed after 30 seconds."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return None

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LAST_LINES:])


@dataclass(frozen=True)
class Network:
    """Where a running network answers."""

    environment: Mapping[str, str]

    @property
    def base_url(self) -> str:
        return self.environment["PLN_BASE_URL"]

    @property
    def mailbox_url(self) -> str:
        return self.environment["PLN_MAILBOX_URL"]

    @property
    def database_url(self) -> str:
        return self.environment["PLN_DATABASE_URL"]

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(self.mailbox_url)


async def by_sql(network: Network, service: str, statement: str, *values: object) -> None:
    """Change rows of a service behind its back, as time does: what was said long ago, or comes due now."""
    connection = await asyncpg.connect(network.database_url, server_settings={"search_path": service}, timeout=10)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()


class RunningNetwork:
    """A network from `start` to `stop`, with a database, topics, ports and a state folder of its own."""

    def __init__(self, servers: Servers, state: Path) -> None:
        self._servers, self._state = servers, state
        self._database = f"pln_journey_{secrets.token_hex(4)}"
        self._programs: list[Program] = []

    def start(self) -> Network:
        """Raises AssertionError, with the last lines of its log, when something is not ready in time."""
        environment = self._environment()
        for words in ("services.cli.mailbox", "services prepare run"):
            self._programs.append(Program(words, self._state, environment))
        mailbox, services = self._programs
        _wait(mailbox, lambda: answers(int(environment["PLN_MAILBOX_URL"].rpartition(":")[2])))
        _wait(services, lambda: readiness(environment["PLN_OPS_PORT"])[0])
        Loader(environment).load()
        return Network(environment)

    def stop(self) -> dict[str, int | None]:
        """The exit code of each program, the services first."""
        codes = {program.name: program.stop() for program in reversed(self._programs)}
        apart(lambda: drop_database(self._servers.database_url, self._database))
        return codes

    def _environment(self) -> dict[str, str]:
        ports = Ports(self._state)
        http, ops, smtp, mailbox = (ports.choose(name) for name in ("http", "ops", "smtp", "mailbox"))
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
        return outside | {
            "PYTHONUNBUFFERED": "1",
            "PLN_PROFILE": "demo",
            "PLN_BASE_URL": f"http://{LOOPBACK}:{http}",
            "PLN_SMTP_URL": f"smtp://{LOOPBACK}:{smtp}",
            "PLN_MAILBOX_URL": f"http://{LOOPBACK}:{mailbox}",
            "PLN_HTTP_PORT": str(http),
            "PLN_OPS_PORT": str(ops),
            "PLN_STATE_DIR": str(self._state),
            "PLN_TOPIC_PREFIX": f"j{secrets.token_hex(3)}-",
            **self._servers.kafka,
            "PLN_DATABASE_URL": apart(lambda: make_database(self._servers.database_url, self._database)),
        }


def _wait(program: Program, ready: Callable[[], bool]) -> None:
    wait_until(lambda: not program.alive() or ready(), seconds=READY_SECONDS, why=program.last_words)
    assert program.alive(), f"{program.name} ended:\n{program.last_words()}"
