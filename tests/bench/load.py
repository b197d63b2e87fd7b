"""Requests a second: by wrk where the machine has it, else by a small client of our own, which is slower itself."""

import asyncio
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

AT_ONCE = 16
WRK = shutil.which("wrk")
CLIENT = "wrk" if WRK else "our own client"
FRESH = "FRESH"
"""In an address: another word with each request."""
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """One request, repeated; each with an Idempotency-Key of its own."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    method: str = "GET"
    body: str = ""
    status: int = 200


def requests_a_second(port: int, asked: Asked, *, seconds: float) -> float:
    """Sixteen connections. Raises RuntimeError when an answer is not as it should be."""
    return _by_wrk(port, asked, seconds) if WRK else asyncio.run(_by_ourselves(port, asked, seconds))


def _by_wrk(port: int, asked: Asked, seconds: float) -> float:
    assert WRK
    headers = [part for name, value in asked.headers.items() for part in ("-H", f"{name}: {value}")]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method = '{asked.method}'\nwrk.body = '{asked.body}'\n")
        script.write(Path(__file__).with_name("load.lua").read_text())
        script.flush()
        plain = asked.method == "GET" and FRESH not in asked.path
        order = [WRK, "-t1", f"-c{AT_ONCE}", f"-d{max(1, round(seconds))}s", *([] if plain else ["-s", script.name])]
        address = f"http://127.0.0.1:{port}{asked.path}"
        out = subprocess.run([*order, *headers, address], capture_output=True, text=True, timeout=60).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    if not found or "Non-2xx or 3xx" in out or "Socket errors" in out:
        raise RuntimeError(f"{asked.path}: {out}")
    return float(found[1])


async def _by_ourselves(port: int, asked: Asked, seconds: float) -> float:
    end, count, began = time.monotonic() + seconds, 0, time.monotonic()

    async def go_on() -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.monotonic() < end:
            writer.write(_request(asked))
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
            if int(head[9:12]) != asked.status:
                raise RuntimeError(f"{asked.path}: {head.decode()}")
            count += 1
        writer.close()

    await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))
    return count / (time.monotonic() - began)


def _request(asked: Asked) -> bytes:
    key = secrets.token_hex(8)
    headers = {"Host": "x", "Idempotency-Key": key, "Content-Length": str(len(asked.body)), **asked.headers}
    lines = [f"{asked.method} {asked.path.replace(FRESH, key)} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n" + asked.body).encode()
