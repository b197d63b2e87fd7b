"""What it takes to give an organisation a file of 100,000 claims: `python -m tests.bench.taking [--rows n]`.

By its door, as an administrator asks: time until the first byte and until the last, how large the file is, and by how
much the process grew meanwhile, beyond the most that it ever was.
"""

import argparse
import asyncio
import os
import resource
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.types import Message

from schemas.identity import Account, AccountOpened, Membership, OrganisationChanged
from services import load
from services.chassis.base import keys
from services.chassis.base.settings import Settings
from services.cli.local.servers import LocalServers, Servers
from tests.bench import crowd
from tests.listed import ONE
from tests.support import Connected, Database, Person, drop_database, kafka_fields, make_database, organisation

STATE = Path(__file__).parents[2] / ".pln" / "bench"
OF_ONE = 0.7
"""So much of a crowd's claims are the first organisation's (tests/bench/crowd.py)."""
PATHS = {"csv": "/payments/for/RX1/data/claims", "jsonl": "/api/payments/v1/organisations/RX1/data/claims"}


async def measure(servers: Servers, rows: int) -> None:
    name = f"pln_taking_{secrets.token_hex(4)}"
    settings = Settings(
        profile="test",
        database_url=await make_database(servers.database_url, name),
        **kafka_fields(servers),
        state_dir=Path(tempfile.mkdtemp()),
        http_port=0,
        ops_port=0,
    )
    try:
        keys.make(settings)
        for service in load(["payments"]):
            await service.prepare(settings)
        await crowd.make(settings, people=int(rows / OF_ONE) + 1, roles=10_000, rooms=["payments"])
        payments = await Database(settings).connect("payments")
        admin = await _admin(payments, ONE)
        print(await _page(payments, admin), flush=True)
        for kind, path in PATHS.items():
            print(await _take(payments, admin, (kind, path)), flush=True)
        await payments.app.stop()
    finally:
        await drop_database(servers.database_url, name)


async def _admin(payments: Connected, organisation_id: UUID) -> Person:
    one = organisation("RX1", id=organisation_id, version=2)
    held = Membership(organisation_id=one.id, ods_code="RX1", roles=("admin",), valid_from=one.valid_from)
    admin = Person("Alma", memberships=(held,))
    account = Account(id=admin.id, version=1, called="Alma", memberships=(held,))
    await payments.hears(OrganisationChanged(one), AccountOpened(account))
    return admin


async def _take(payments: Connected, admin: Person, which: tuple[str, str]) -> str:
    """Straight at the service's door: a client in this process would keep what it reads."""
    kind, path = which
    before, began, first, size, lines = _most(), time.monotonic(), 0.0, 0, 0

    async def send(message: Message) -> None:
        nonlocal first, size, lines
        assert message.get("status", 200) == 200
        first = first or time.monotonic() - began
        size, lines = size + len(message.get("body", b"")), lines + message.get("body", b"").count(b"\n")

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    await payments.app.asgi(_scope(path, admin.token(payments.app.settings)), receive, send)
    took, grew = time.monotonic() - began, _most() - before
    done = f"made in {first:.2f} s, sent after {took:.2f} s; grew {grew:.0f} MB"
    return f"{kind}: {lines:,} lines, {size / 1e6:.1f} MB: {done}"


def _scope(path: str, token: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"test"), (b"cookie", f"pln={token}".encode())],
        "server": ("test", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }


async def _page(payments: Connected, admin: Person) -> str:
    began = time.monotonic()
    async with payments.browser(admin) as browser:
        answer = await browser.get("/payments/for/RX1/data")
    assert answer.status_code == 200
    return f"the page that counts them: {time.monotonic() - began:.2f} s"


def _most() -> float:
    """The most that this process ever was, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.taking", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    chosen = parser.parse_args()
    local = LocalServers(STATE, say=print, durable=True)
    try:
        print(f"load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
        asyncio.run(measure(local.start(), chosen.rows))
    finally:
        local.stop()


if __name__ == "__main__":
    main()
