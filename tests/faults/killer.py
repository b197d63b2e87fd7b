"""Kills services with -9: from outside at any moment, and from inside at each failpoint, in turn."""

import asyncio
import random
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence

import asyncpg

from services import NAMES
from services.chassis.base.failpoints import FAILPOINTS
from tests.faults.network import Network
from tests.support import drop_database, make_database, until

EVERYWHERE = tuple(NAMES)
REACTING = ("recruitment", "matching", "engagements", "payments", "notifications")
PASSED_IN = {
    "start-up": EVERYWHERE,
    "mirror-filling": EVERYWHERE,
    "relay-before-send": EVERYWHERE,
    "relay-before-mark": EVERYWHERE,
    "batch-before-commit": EVERYWHERE,
    "batch-before-offsets": EVERYWHERE,
    "timers-fired": ("engagements",),
    "reaction-before-commit": REACTING,
    "reaction-after-commit": REACTING,
    "job-working": EVERYWHERE,
    "payment-run": ("payments",),
}
"""In which services the main job passes each point. `migration-step` is passed by a preparation."""
BEFORE = {
    "mirror-filling": "delete from {service}.position where topic = 'identity.account'",
    "job-working": "delete from {service}.job",
}
"""What has to be forgotten so that a start passes the point at once: a mirror's positions, when jobs ran."""
PASSED_ONCE = ("start-up", "mirror-filling", "timers-fired", "payment-run")
"""At a start, or too seldom to wait for the third time."""
PASSES_WITHIN_SECONDS = 45.0
MOST_PASSAGES = 3
AT_ONCE = 6
"""So many services are hunted at the same time, at most."""
HEALS_EVERY = 2
"""Only after every second aim a service is left alone until it is ready: being killed while it heals is a fault too."""


class Killer:
    """Kills until so many kills are done in all. With the same seed it aims at the same points in the same order."""

    def __init__(self, network: Network, *, seed: int) -> None:
        self._network, self._random = network, random.Random(seed)
        self._turn = asyncio.Semaphore(AT_ONCE)
        self.missed: Counter[tuple[str, str]] = Counter()
        """Aims that were not reached in time: (failpoint, service)."""

    async def kill(self, wanted: int) -> None:
        """Every failpoint in turn, each in another service; each service is hunted by itself."""
        aims = self._aims()
        queues: dict[str, list[str]] = {name: [] for name in NAMES}
        for _ in range((wanted - self._network.deaths.kills + 1) // 2):  # each kills twice: to arm it, and at the point
            failpoint, name = next(aims)
            queues[name].append(failpoint)
        await asyncio.gather(*(self._hunt(name, queue) for name, queue in queues.items()))
        while self._network.deaths.kills < wanted:
            self._network.kill(self._random.choice(EVERYWHERE))
            await self._network.until_ready()

    def steps(self) -> list[int]:
        """At which of the migrations still to do a preparation is killed, one after another."""
        return [self._random.randint(1, 12) for _ in range(4)]

    def _aims(self) -> Iterator[tuple[str, str]]:
        hunted: Counter[str] = Counter()
        while True:
            for failpoint, names in PASSED_IN.items():
                least = min(hunted[name] for name in names)
                name = self._random.choice([name for name in names if hunted[name] == least])
                hunted[name] += 1
                yield failpoint, name

    async def _hunt(self, name: str, failpoints: Sequence[str]) -> None:
        for number, failpoint in enumerate(failpoints):
            async with self._turn:
                await self._kill_at(failpoint, name)
                if number % HEALS_EVERY == 0:
                    await self._network.until_ready(name)
            await asyncio.sleep(self._random.uniform(0, 1))

    async def _kill_at(self, failpoint: str, name: str) -> None:
        network, room = self._network, self._network.rooms[name]
        died = network.deaths.at_failpoint.get((failpoint, name), 0)
        room.held = True
        network.kill(name)
        if failpoint in BEFORE:
            async with network.database() as connection:
                await connection.execute(BEFORE[failpoint].replace("{service}", name))
        passages = 1 if failpoint in PASSED_ONCE else self._random.randint(1, MOST_PASSAGES)
        room.failpoint = f"{failpoint}:{passages}"
        room.held = False
        try:
            await until(
                lambda: network.deaths.at_failpoint.get((failpoint, name), 0) > died, seconds=PASSES_WITHIN_SECONDS
            )
        except AssertionError:
            self.missed[failpoint, name] += 1
            network.kill(name)


async def kill_migrations(network: Network, steps: Sequence[int]) -> None:
    """Kill a preparation at these steps, one after another, in a new database; then let it finish and compare."""
    name = f"pln_half_{secrets.token_hex(4)}"
    admin = network.given.database_url
    url = await make_database(admin, name)
    try:
        for step in steps:
            assert await _prepare(network, url, f"migration-step:{step}") is None, "it was not killed"
            at = ("migration-step", "prepare")
            network.deaths.at_failpoint[at] = network.deaths.at_failpoint.get(at, 0) + 1
        assert await _prepare(network, url, "") == 0, "a preparation after kills does not end well"
        assert await _columns(url) == await _columns(admin), "the tables are not those of an undisturbed preparation"
    finally:
        await drop_database(admin, name)


async def _prepare(network: Network, url: str, failpoint: str) -> int | None:
    done = network.start_of(["prepare"], "prepare", PLN_DATABASE_URL=url, PLN_FAILPOINT=failpoint)
    await until(lambda: not done.alive(), seconds=60)
    return done.code


async def _columns(url: str) -> list[tuple[str, ...]]:
    connection = await asyncpg.connect(url, timeout=20)
    try:
        return [tuple(row) for row in await connection.fetch(_COLUMNS, list(NAMES))]
    finally:
        await connection.close()


_COLUMNS = """
select table_schema::text, table_name::text, column_name::text, data_type::text
from information_schema.columns where table_schema = any($1::text[]) order by 1, 2, 3
"""


def coverage(network: Network) -> str:
    """Failpoint × kills, a line each, with the services in which they happened."""
    lines = [f"{'failpoint':<24} kills  in"]
    for failpoint in FAILPOINTS:
        found = {name: n for (point, name), n in network.deaths.at_failpoint.items() if point == failpoint}
        where = ", ".join(f"{name} {n}" for name, n in sorted(found.items()))
        lines.append(f"{failpoint:<24} {sum(found.values()):>5}  {where}")
    lines.append(f"{'(random)':<24} {network.deaths.at_random:>5}")
    lines.append(f"{'(a server)':<24} {network.deaths.of_servers:>5}")
    return "\n".join(lines)
