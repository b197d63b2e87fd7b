"""A TCP proxy between the services and a server, which can delay, stall and cut what goes through it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from services.cli.local.ports import LOOPBACK

PIECE_BYTES = 1 << 16


@dataclass
class Proxy:
    """Passes bytes on to `to_port`, as slowly as it is told."""

    to_port: int
    port: int = 0
    delay_seconds: float = 0.0
    """Each piece of data waits so long, each way."""
    cut_reply_to: Callable[[bytes], bool] | None = None
    """A piece that the client sends and this says yes to is passed on; its reply is not: the connection is cut."""
    cuts: int = 0
    connected: int = 0
    """So often somebody connected."""
    _lines: set["_Line"] = field(default_factory=set["_Line"])
    _passing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._passing.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected += 1
        try:
            there = await asyncio.open_connection(LOOPBACK, self.to_port)
        except OSError:
            writer.transport.abort()
            return
        line = _Line(self, (reader, writer), there)
        self._lines.add(line)
        await line.run()
        self._lines.discard(line)

    @property
    def carries(self) -> bool:
        """Somebody is connected through it."""
        return bool(self._lines)

    def stall(self) -> None:
        """Nothing passes, and nobody is told: as a network that swallows packets."""
        self._passing.clear()

    def go_on(self) -> None:
        self._passing.set()

    async def passing(self) -> None:
        await self._passing.wait()

    def cut_all(self) -> None:
        """Reset every connection that goes through."""
        for line in list(self._lines):
            line.cut()


class _Line:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: "_Ends", server: "_Ends") -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._deaf = False
        """The next reply is not passed on."""

    async def run(self) -> None:
        ways = (self._pass_on(self._client[0], self._server[1], sent=True),)
        ways += (self._pass_on(self._server[0], self._client[1], sent=False),)
        tasks = [asyncio.create_task(way) for way in ways]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.cut()

    def cut(self) -> None:
        for _, writer in (self._client, self._server):
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, sent: bool) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE_BYTES):
                if self._proxy.delay_seconds:
                    await asyncio.sleep(self._proxy.delay_seconds)
                await self._proxy.passing()
                if sent and self._proxy.cut_reply_to and self._proxy.cut_reply_to(piece):
                    self._deaf = True
                if not sent and self._deaf:
                    self._proxy.cuts += 1
                    return
                writer.write(piece)
                await writer.drain()


_Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def proxy_to(port: int, *, at: int = 0) -> AsyncGenerator[Proxy]:
    """A proxy on loopback, on port `at` or any that is free, for as long as the block lasts."""
    proxy = Proxy(port)
    server = await asyncio.start_server(proxy.serve, LOOPBACK, at)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut_all()
