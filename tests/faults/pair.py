"""Two instances of every service side by side, on one database and one Kafka, behind a small gateway."""

import os
import secrets
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import psutil

from services import NAMES
from services.chassis.base.settings import Settings
from services.chassis.network import make_topics
from services.cli.local.ports import LOOPBACK, Ports
from tests.faults.balancer import Balancer, balancing
from tests.faults.doors import Doors
from tests.faults.forker import Forked
from tests.support import delete_topics, drop_database, kafka_environment, make_database, until

READY_SECONDS = 60.0
DRAIN_SECONDS = 6
"""The balancer looks every quarter of a second and waits a second for an answer; a loaded machine needs the rest."""


@dataclass
class Instance:
    """All services in one process."""

    name: str
    http: int
    ops: int
    start: Callable[["Instance"], Forked]
    process: Forked = field(init=False)

    def begin(self) -> None:
        self.process = self.start(self)

    async def ready(self) -> bool:
        assert self.process.alive(), f"{self.name} has ended"
        try:
            async with httpx.AsyncClient(verify=False, timeout=5) as http:
                return (await http.get(f"http://{LOOPBACK}:{self.ops}/health/ready")).status_code == 200
        except httpx.HTTPError:
            return False

    async def until_ready(self) -> None:
        await until(self.ready, seconds=READY_SECONDS, every=0.1)

    async def metrics(self) -> str:
        async with httpx.AsyncClient(verify=False, timeout=10) as http:
            return (await http.get(f"http://{LOOPBACK}:{self.ops}/metrics")).text

    async def stop(self) -> int | None:
        """Ask it to end; its exit code."""
        self.process.send(signal.SIGTERM)
        await until(lambda: not self.process.alive(), seconds=40)
        return self.process.code

    def local_ports(self) -> set[int]:
        """Of its connections to others."""
        return {one.laddr.port for one in psutil.Process(self.process.pid).net_connections(kind="tcp")}


class CountingDoors(Doors):
    """Notes each request without an answer, or with a fault for one. A connection for each, as our gateway does."""

    def __post_init__(self) -> None:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=0)
        self._http = httpx.AsyncClient(verify=False, timeout=20, limits=limits)
        self.asked = 0
        self.not_yet = 0
        """Asked to try again in a moment, since what they ask about had not arrived: with or without a restart."""
        self.unanswered: list[str] = []

    async def ask(self, method: str, service: str, path: str, **more: object) -> httpx.Response | None:
        self.asked += 1
        url = f"{self.url_of(service)}/api/{service}/v1{path}"
        try:
            answer = await self._http.request(method, url, **more)  # pyright: ignore[reportArgumentType]
        except httpx.HTTPError as error:
            self.unanswered.append(f"{method} {path}: {error!r}")
            return None
        if "try-again-soon" in answer.text:
            self.not_yet += 1
            return None
        if answer.status_code >= 500:
            self.unanswered.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
            return None
        return answer


@dataclass
class Pair:
    """The two, and what is between them and those who ask."""

    settings: Settings
    environment: dict[str, str]
    instances: list[Instance]
    balancer: Balancer
    url: str

    @asynccontextmanager
    async def database(self) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
        connection = await asyncpg.connect(self.settings.admin_dsn(), timeout=20, command_timeout=60)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    async def relay_holders(self) -> dict[str, str]:
        """Service → the instance whose relay sends."""
        async with self.database() as connection:
            rows = await connection.fetch(_HOLDERS)
        ports = {one.name: one.local_ports() for one in self.instances if one.process.alive()}
        return {
            row["application_name"].removeprefix("pln-").removesuffix("-relay"): name
            for row in rows
            for name, its in ports.items()
            if row["client_port"] in its
        }

    async def backends(self, one: Instance) -> list[int]:
        """The database's processes for it."""
        async with self.database() as connection:
            rows = await connection.fetch(_BACKENDS, list(one.local_ports()))
        return [row["pid"] for row in rows]

    async def have_ended(self, backends: list[int]) -> bool:
        async with self.database() as connection:
            return not await connection.fetchval(_ALIVE, backends)

    async def positions(self) -> dict[tuple[str, str, int], int]:
        """How far each service has heard each partition."""
        async with self.database() as connection:
            rows = [
                (name, *row) for name in NAMES for row in await connection.fetch(_POSITIONS.replace("{service}", name))
            ]
        return {(name, topic, partition): offset for name, topic, partition, offset in rows}


_HOLDERS = """
select a.application_name, a.client_port from pg_locks l join pg_stat_activity a using (pid)
where l.locktype = 'advisory' and l.granted and a.datname = current_database() and a.application_name like '%-relay'
"""
# Of this database only: somebody else's connection may come from a port that ours to Kafka comes from.
_BACKENDS = "select pid from pg_stat_activity where client_port = any($1::integer[]) and datname = current_database()"
_ALIVE = "select count(*) from pg_stat_activity where pid = any($1::integer[])"
_POSITIONS = "select topic, partition, next_offset from {service}.position"


@asynccontextmanager
async def running_pair(run_settings: Settings, template: str, state: Path, door: Path) -> AsyncGenerator[Pair]:
    """Two ready instances of an empty network. Afterwards nothing of it runs or is left in the servers.

    `door`: of the forker.
    """
    name = f"pln_test_{secrets.token_hex(4)}"
    url = await make_database(run_settings.admin_dsn(), name, template)
    settings = run_settings.model_copy(update={"database_url": url, "topic_prefix": f"t{secrets.token_hex(3)}-"})
    await make_topics(settings)
    ports = Ports(state)
    gateway = ports.choose("gateway")
    environment = environment_of(settings, f"http://{LOOPBACK}:{gateway}") | {"PLN_DRAIN_SECONDS": str(DRAIN_SECONDS)}

    def start(one: Instance) -> Forked:
        own = {"PLN_HTTP_PORT": str(one.http), "PLN_OPS_PORT": str(one.ops)}
        return Forked(door, ["run"], environment | own, state / "logs" / f"{one.name}.log")

    instances = [Instance(one, ports.choose(f"{one}_http"), ports.choose(f"{one}_ops"), start) for one in "AB"]
    try:
        for one in instances:
            one.begin()
        for one in instances:
            await one.until_ready()
        async with balancing(gateway, [(one.http, one.ops) for one in instances]) as balancer:
            yield Pair(settings, environment, instances, balancer, environment["PLN_BASE_URL"])
    finally:
        for one in instances:
            one.process.kill()
        await delete_topics(settings, settings.topic_prefix)
        await drop_database(run_settings.admin_dsn(), name)


def environment_of(settings: Settings, base_url: str) -> dict[str, str]:
    """Of a process on these servers."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
    return outside | {
        "PYTHONUNBUFFERED": "1",
        "PLN_PROFILE": "test",
        "PLN_STATE_DIR": str(settings.state_dir),
        "PLN_BASE_URL": base_url,
        "PLN_DATABASE_URL": settings.admin_dsn(),
        **kafka_environment(settings),
        "PLN_TOPIC_PREFIX": settings.topic_prefix,
    }
