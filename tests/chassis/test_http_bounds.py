"""Slow heads, slow bodies, slow readers and too many connections: each is given up after a stated time."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import pytest

from services.chassis.http import server, slow_bodies
from tests.matching.world import a_trust
from tests.raw_http import Answer, answers, ask, head, send, served
from tests.support import Connected, Database, until

SHORT = 0.4
FEED = b"GET /opportunities HTTP/1.1\r\nHost: test\r\n\r\n"
JSON = "Content-Type: application/json"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_SECONDS", "REST_SECONDS", "UNREAD_SECONDS"):
        monkeypatch.setattr(server, name, SHORT)
    monkeypatch.setattr(slow_bodies, "WAIT_SECONDS", SHORT)


async def trickled(port: int, *parts: bytes, every: float = 0.05, most: int = 100) -> tuple[list[Answer], float]:
    """Send the parts, the last again and again, until the connection is closed: what came, and after how long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    came, since = bytearray(), time.monotonic()

    async def read() -> None:
        with suppress(ConnectionError):  # closed while we sent: what came before stands
            while part := await reader.read(65536):
                came.extend(part)

    reading = asyncio.create_task(read())
    try:
        for at in range(most):
            writer.write(parts[min(at, len(parts) - 1)])
            await asyncio.wait({reading}, timeout=every)
            if reading.done():
                return answers(bytes(came)), time.monotonic() - since
        raise AssertionError("it was waited for without end")
    finally:
        reading.cancel()
        writer.close()


@pytest.mark.parametrize("together", [False, True], ids=["a single service", "several in one process"])
async def test_heads_and_bodies_that_trickle_are_given_up_with_408(database: Database, together: bool) -> None:
    names = ["identity", "matching"] if together else ["matching"]
    connected = [await database.connect(name) for name in names]
    _, staff = await a_trust(connected[-1])
    token = f"Authorization: Bearer {staff.token(database.settings)}"
    lines = ("Content-Length: 1000", JSON, "Idempotency-Key: a", token)
    put = head("PUT", "/api/matching/v1/mine/subscription", *lines).replace(b"Connection: close\r\n", b"")
    async with served(*connected) as port:
        slow = {
            "a head": (FEED[:10], b"a"),
            "a head after an answer": (FEED, b"GET /", b"a"),
            "headers without end": (FEED[:-2], b"X-More: 1\r\n"),
            "a body": (put, b" "),
            "a body in chunks": (put.replace(b"Content-Length: 1000", b"Transfer-Encoding: chunked"), b"1\r\n \r\n"),
        }
        came = await asyncio.gather(*(trickled(port, *parts) for parts in slow.values()))
        for name, (found, took) in zip(slow, came, strict=True):
            assert found, name
            last = found[-1]
            assert (last.status, last.headers["connection"]) == (408, "close"), name
            assert took < 3, name
    async with connected[-1].transaction() as tx:
        assert await tx.fetchval("select count(*) from subscription") == 0


async def test_a_body_that_comes_steadily_is_taken_however_long_it_takes(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a large file over a slow line does: each part of it gives it more time."""
    monkeypatch.setattr(slow_bodies, "SLOWEST_BYTES", 100)
    _, staff = await a_trust(matching)
    body = b'{"strands": [], "modes": ["remote"], "paid_only": false, "active": true}' + b" " * 200
    token = f"Authorization: Bearer {staff.token(matching.app.settings)}"
    lines = (f"Content-Length: {len(body)}", JSON, "Idempotency-Key: a", token)
    parts = [body[at : at + 20] for at in range(0, len(body), 20)]
    async with served(matching) as port:
        first = head("PUT", "/api/matching/v1/mine/subscription", *lines)
        [answer] = await send(port, first, *parts, pause=SHORT / 5)
    assert answer.status == 200, answer.body
    assert len(parts) * SHORT / 5 > SHORT


async def test_who_says_nothing_or_only_empty_lines_is_not_waited_for(matching: Connected) -> None:
    async with served(matching) as port:
        found, took = await trickled(port, b"")
        assert (found, took < 3) == ([], True)
        found, took = await trickled(port, FEED, b"\r\n")
        assert ([one.status for one in found], took < 3) == ([200], True)


async def test_the_rest_of_a_body_that_was_refused_is_not_waited_for(matching: Connected) -> None:
    async with served(matching) as port:
        post = b"POST /opportunities HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n"
        found, took = await trickled(port, post, b"x")
    assert [one.status for one in found] == [405]
    assert took < 3


async def test_who_does_not_read_an_answer_does_not_keep_it(matching: Connected) -> None:
    """Answers are asked for without end and none is read: in the end nobody is there to ask."""
    async with served(matching) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)

        def is_cut_off() -> bool:
            writer.write(FEED * 100)
            return writer.is_closing()

        await until(is_cut_off, seconds=15)
        assert (await ask(port, "GET", "/opportunities")).status == 200


@asynccontextmanager
async def opened(port: int, count: int) -> AsyncGenerator[list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]:
    found = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    try:
        yield found
    finally:
        for _, writer in found:
            writer.close()


async def test_one_address_has_so_many_connections_and_no_more(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 20.0)
    monkeypatch.setattr(server.BoundedProtocol, "most_of_address", 5)
    async with served(matching) as port, opened(port, 5) as busy:
        refused = await ask(port, "GET", "/opportunities")
        assert (refused.status, refused.headers["retry-after"]) == (429, "5")
        busy[0][1].write(FEED)
        assert (await busy[0][0].readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        # That one waits idly now, so it gives its place to whoever comes.
        assert (await ask(port, "GET", "/opportunities")).status == 200
        assert await asyncio.wait_for(busy[0][0].read(), 5) is not None


async def test_behind_a_proxy_only_all_connections_together_are_counted(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 20.0)
    monkeypatch.setattr(server.BoundedProtocol, "most_of_address", 3)
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 6)
    async with served(matching, proxied=True) as port, opened(port, 5):
        assert (await ask(port, "GET", "/opportunities")).status == 200
        async with opened(port, 1):
            full = await ask(port, "GET", "/opportunities")
            assert (full.status, full.headers["retry-after"]) == (503, "5")
