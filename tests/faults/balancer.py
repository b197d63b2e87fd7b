"""A small gateway: connections go to whoever is ready, in turn; to another when nobody answers the first."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx

from services.cli.local.ports import LOOPBACK

LOOK_SECONDS = 0.25
PIECE_BYTES = 1 << 16


class Balancer:
    """Turns away from an instance that says it is not ready, as a cluster does; repeats nothing that was sent."""

    def __init__(self, instances: Sequence[tuple[int, int]]) -> None:
        """`instances`: the HTTP port and the ops port of each."""
        self._instances = list(instances)
        self._ready = dict.fromkeys(self._instances, True)
        self._next = 0
        self.taken = dict.fromkeys((http for http, _ in instances), 0)
        """Connections by HTTP port."""

    async def watch(self) -> None:
        """Each by itself: a slow answer of one must not delay what another says."""
        async with httpx.AsyncClient(verify=False, timeout=1) as http, asyncio.TaskGroup() as looking:
            for one in self._instances:
                looking.create_task(self._look(http, one))

    async def _look(self, http: httpx.AsyncClient, one: tuple[int, int]) -> None:
        while True:
            try:
                answer = await http.get(f"http://{LOOPBACK}:{one[1]}/health/ready")
                self._ready[one] = answer.status_code == 200
            except httpx.HTTPError:
                self._ready[one] = False
            await asyncio.sleep(LOOK_SECONDS)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until either end closes it."""
        with suppress(OSError):
            there = await self._connect()
            if there is not None:
                to_it, back = _pour(reader, there[1]), _pour(there[0], writer)
                await asyncio.wait([asyncio.create_task(to_it), asyncio.create_task(back)])
        writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        self._next += 1
        turn = self._instances[self._next % len(self._instances) :] + self._instances
        for one in sorted(dict.fromkeys(turn), key=lambda one: not self._ready[one]):
            with suppress(OSError):
                connected = await asyncio.open_connection(LOOPBACK, one[0])
                self.taken[one[0]] += 1
                return connected
        return None


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(PIECE_BYTES):
            target.write(piece)
            await target.drain()
    target.close()


@asynccontextmanager
async def balancing(port: int, instances: Sequence[tuple[int, int]]) -> AsyncGenerator[Balancer]:
    balancer = Balancer(instances)
    watching = asyncio.create_task(balancer.watch())
    server = await asyncio.start_server(balancer.carry, LOOPBACK, port)
    try:
        yield balancer
    finally:
        watching.cancel()
        server.close()
