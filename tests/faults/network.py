"""A network made to be killed: servers of its own; each service a process of its own, kept as the supervisor keeps."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import asyncpg
import httpx

from services import NAMES
from services.cli.local.locks import is_taken
from services.cli.local.ports import LOOPBACK, Ports
from services.cli.local.restarting import Backoff, Restarting
from services.cli.local.servers import LocalServers, Servers
from tests.faults.forker import Forked
from tests.support import until

BACKOFF = Backoff(first=0.1, longest=1.0, steady=5.0)
"""The supervisor's are 1, 30 and 60 seconds: a run would be waiting most of its time."""
GIVEN = ("PLN_DATABASE_URL", "PLN_KAFKA_BOOTSTRAP_SERVERS")
"""With these in the environment the servers are somebody else's, and not ours to kill."""
LOOK_SECONDS = 0.05
ASK_SECONDS = 0.15
READY_SECONDS = 90.0


class Running(Protocol):
    """A process of a service."""

    @property
    def pid(self) -> int: ...

    def alive(self) -> bool: ...

    def kill(self) -> None: ...


@dataclass
class Room:
    """One service: where it answers, and what became of its processes."""

    name: str
    http: int
    ops: int
    kept: Restarting[Running] | None = None
    failpoint: str = ""
    """With which the next start is armed."""
    armed: str = ""
    killed: bool = False
    held: bool = False
    ready: bool = False
    down_since: float | None = None
    asked_at: float = 0.0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.http}"

    def is_down(self, now: float) -> None:
        """From now on, if it was not already."""
        self.ready = False
        self.down_since = now if self.down_since is None else self.down_since

    def is_ready(self, now: float) -> float | None:
        """For how long it was not; None when it was."""
        since, self.ready, self.down_since = self.down_since, True, None
        return None if since is None else now - since

    def server_stood_still(self, since: float, now: float) -> None:
        """Nobody heals while a server does, for as long as a test wants; it is asked anew whether it is ready."""
        if self.down_since is not None:
            self.down_since += now - max(self.down_since, since)
        self.is_down(now)


@dataclass
class Deaths:
    """Every end of a process, by its cause, and how long each service was not ready afterwards."""

    at_failpoint: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    """(failpoint, service) → how often."""
    at_random: int = 0
    of_servers: int = 0
    by_themselves: list[str] = field(default_factory=list[str])
    healed: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    """Seconds from the first end to the next ready answer, without those in which a server was made to stand still;
    with the service's name."""

    @property
    def kills(self) -> int:
        return self.at_random + self.of_servers + sum(self.at_failpoint.values())


class Network:
    """Seven services on two servers. Runs inside `running_network`."""

    def __init__(self, state: Path, servers: LocalServers, given: Servers, door: Path) -> None:
        self.state, self.servers, self.given = state, servers, given
        self._door = self._first_door = door
        self.deaths = Deaths()
        ports = Ports(state)
        self.rooms = {name: Room(name, ports.choose(f"{name}_http"), ports.choose(f"{name}_ops")) for name in NAMES}
        self.environment = self._environment()
        self._changes: dict[str, str] = {}
        self._http = httpx.AsyncClient(verify=False, timeout=2)
        self.unseen = False
        """Ends are expected and not looked after: the network is being stopped."""

    def start_of(self, words: Sequence[str], log: str, **settings: str) -> Forked:
        """A fork of the services' code, as `python -m services …` would run."""
        environment = {**self.environment, **self._changes, **settings}
        return Forked(self._door, words, environment, self.state / "logs" / f"{log}.log")

    async def prepare(self) -> None:
        done = self.start_of(["prepare"], "prepare")
        await until(lambda: not done.alive(), seconds=READY_SECONDS)
        assert done.code == 0, f"prepare failed, see {self.state / 'logs' / 'prepare.log'}"

    def start_all(self) -> None:
        for room in self.rooms.values():
            room.down_since = time.monotonic()
            room.kept = Restarting(self._starter(room), ended=self._ended(room), backoff=BACKOFF)

    async def look_after(self) -> None:
        """Keep the services, and note when each is ready again, for ever."""
        while True:
            for room in self.rooms.values():
                if room.kept and not room.held:
                    room.kept.restart_when_due()
            await asyncio.gather(*(self._ask(room) for room in self.rooms.values() if not room.ready))
            await asyncio.sleep(LOOK_SECONDS)

    async def until_ready(self, *names: str, seconds: float = READY_SECONDS) -> None:
        rooms = [self.rooms[name] for name in names or NAMES]

        def waiting() -> str:
            return ", ".join(room.name for room in rooms if not room.ready)

        logs = self.state / "logs"
        await until(lambda: not waiting(), seconds=seconds, why=lambda: f"not ready: {waiting()}; logs: {logs}")

    def kill(self, name: str) -> None:
        """kill -9, from outside."""
        room = self.rooms[name]
        if room.kept and room.kept.child.alive():
            room.killed = True
            room.kept.child.kill()
            room.is_down(time.monotonic())

    async def move(self, changes: dict[str, str], *, door: Path | None = None) -> None:
        """Start every service again with other settings, from the forker behind another door."""
        self._changes = changes
        self._door = door or self._first_door
        for name in NAMES:
            self.kill(name)
        await self.until_ready()
        self.deaths = Deaths()

    @property
    def moved(self) -> bool:
        return bool(self._changes)

    def pid(self, name: str) -> int:
        kept = self.rooms[name].kept
        assert kept
        return kept.child.pid

    def forget_ready(self) -> None:
        """Ask all services anew whether they are ready: something that they need has gone."""
        for room in self.rooms.values():
            room.is_down(time.monotonic())

    def server_stood_still(self, since: float) -> None:
        """From then until now, by `time.monotonic`."""
        for room in self.rooms.values():
            room.server_stood_still(since, time.monotonic())

    @asynccontextmanager
    async def database(self) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
        """The administrator's connection."""
        connection = await asyncpg.connect(self.given.database_url, timeout=20, command_timeout=60)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    async def close(self) -> None:
        await self._http.aclose()
        for room in self.rooms.values():
            if room.kept:
                room.kept.child.kill()

    def _starter(self, room: Room) -> Callable[[], Running]:
        def start() -> Running:
            room.armed, room.failpoint = room.failpoint, ""
            room.killed = False
            ports = {"PLN_HTTP_PORT": str(room.http), "PLN_OPS_PORT": str(room.ops)}
            return self.start_of([room.name], room.name, PLN_FAILPOINT=room.armed, **ports)

        return start

    def _ended(self, room: Room) -> Callable[[float], None]:
        def ended(pause: float) -> None:
            room.is_down(time.monotonic())
            point = room.armed.partition(":")[0]
            if room.killed:
                self.deaths.at_random += 1
            elif point:
                self.deaths.at_failpoint[point, room.name] = self.deaths.at_failpoint.get((point, room.name), 0) + 1
            elif not self.unseen:
                self.deaths.by_themselves.append(room.name)

        return ended

    async def _ask(self, room: Room) -> None:
        now = time.monotonic()
        if now - room.asked_at < ASK_SECONDS or not (room.kept and room.kept.child.alive()):
            return
        room.asked_at = now
        pid = room.kept.child.pid
        try:
            answer = await self._http.get(f"http://{LOOPBACK}:{room.ops}/health/ready")
        except httpx.HTTPError:
            return
        if answer.status_code != 200 or not room.kept.child.alive() or room.kept.child.pid != pid:
            return
        if (seconds := room.is_ready(time.monotonic())) is not None:
            self.deaths.healed.append((seconds, room.name))

    def _environment(self) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
        return outside | {
            "PYTHONUNBUFFERED": "1",
            "PLN_PROFILE": "test",
            "PLN_LIMITS_TIMES": "100",  # one screener does here what many do in an hour
            "PLN_STATE_DIR": str(self.state),
            "PLN_BASE_URL": self.rooms["identity"].url,
            "PLN_DATABASE_URL": self.given.database_url,
            **self.given.kafka,
        }


@asynccontextmanager
async def running_network(state: Path, door: Path) -> AsyncGenerator[Network]:
    """A prepared, empty network with every service ready, on servers in `state`; afterwards nothing of it runs.

    `door`: of the forker.
    """
    if not is_taken(state / "lock"):
        shutil.rmtree(state, ignore_errors=True)
    servers = LocalServers(state, durable=False)
    given = await asyncio.to_thread(servers.start)
    network: Network | None = None
    keeping: asyncio.Task[None] | None = None
    try:
        network = Network(state, servers, given, door)
        await network.prepare()
        network.start_all()
        keeping = asyncio.create_task(network.look_after())
        await network.until_ready()
        network.deaths = Deaths()
        yield network
    finally:
        if keeping:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        if network:
            await network.close()
        await asyncio.to_thread(servers.stop)
