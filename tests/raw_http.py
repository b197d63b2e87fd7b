"""Services behind a real socket, as they run, and a client that sends whatever bytes it is given."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.chassis.runner import Dispatcher, http_server
from tests.support import Connected

ANSWER_SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    """One answer as it came: names of headers in lower case; the body as it came over the wire, unpacked of nothing."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        return {name: ", ".join(v for n, v in self.fields if n == name) for name, _ in self.fields}


@asynccontextmanager
async def served(*connected: Connected, proxied: bool = False) -> AsyncGenerator[int]:
    """The port at which these services answer, by the dispatcher and the server of a process of the network."""
    server = http_server(Dispatcher([one.app for one in connected]), proxied=proxied)
    listening = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve([listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await task


def head(method: str, path: str, *headers: str, host: str = "test") -> bytes:
    """The head of a request after which the connection is closed."""
    lines = [f"{method} {path} HTTP/1.1", *([f"Host: {host}"] if host else []), "Connection: close", *headers]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


async def send(port: int, *parts: bytes, pause: float = 0.0) -> list[Answer]:
    """Send bytes and read until the connection is closed: every answer that came. Raises TimeoutError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            for part in parts:
                writer.write(part)
                await asyncio.sleep(pause)
            return answers(await reader.read(), without_body=parts[0].startswith(b"HEAD "))
    finally:
        writer.close()


async def ask(port: int, method: str, path: str, *headers: str) -> Answer:
    """One request, well written; its one answer."""
    [answer] = await send(port, head(method, path, *headers))
    return answer


def answers(data: bytes, *, without_body: bool = False) -> list[Answer]:
    """What came, taken apart. Raises AssertionError for bytes that belong to no answer."""
    found: list[Answer] = []
    while data:
        top, end, data = data.partition(b"\r\n\r\n")
        assert end, data
        first, *lines = top.decode("latin-1").split("\r\n")
        fields = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
        status, named = int(first.split(" ")[1]), dict(fields)
        body = b""
        if not without_body and status not in (100, 204, 304):
            body, data = _body(named, data)
        found.append(Answer(status, fields, body))
    return found


def _body(named: dict[str, str], data: bytes) -> tuple[bytes, bytes]:
    if "chunked" not in named.get("transfer-encoding", ""):
        length = int(named["content-length"])
        assert len(data) >= length, "the answer was cut off"
        return data[:length], data[length:]
    body = b""
    while True:
        size, _, data = data.partition(b"\r\n")
        count = int(size, 16)
        body, data = body + data[:count], data[count + 2 :]
        if not count:
            return body, data
