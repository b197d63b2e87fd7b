"""How long PostgreSQL takes for each page of each list: `python -m tests.bench.lists [--people n] [--roles n]`.

As the room asks, with its role and row-level security: the first page, one from the middle of the list, and the count;
what counts is planning and doing together, the slowest but one of a hundred (p99) of 50 looks each.
"""

import argparse
import asyncio
import json
import secrets
import statistics
import tempfile
from pathlib import Path
from typing import Any

from services import load
from services.chassis.app import connect
from services.chassis.base import keys
from services.chassis.base.cursors import before_all, opened
from services.chassis.base.settings import Settings
from services.chassis.postgres.lists import Asked, Listing, Sort
from services.chassis.postgres.transaction import Database
from services.cli.local.servers import LocalServers, Servers
from tests.bench import crowd
from tests.listed import GIVEN, Given, listings
from tests.support import drop_database, make_database

STATE = Path(__file__).parents[2] / ".pln" / "bench"
RUNS = 50
MOST_MS = 100.0


async def measure(servers: Servers, *, people: int, roles: int) -> None:
    name = f"pln_lists_{secrets.token_hex(4)}"
    url = await make_database(servers.database_url, name)
    settings = Settings(
        profile="test",
        database_url=url,
        kafka_bootstrap_servers=servers.kafka_bootstrap,
        state_dir=Path(tempfile.mkdtemp()),
        http_port=0,
        ops_port=0,
    )
    try:
        keys.make(settings)
        for service in load():
            await service.prepare(settings)
        await crowd.make(settings, people=people, roles=roles)
        for service in load():
            app = await connect(service, settings)
            try:
                for of, listing in listings():
                    for given in GIVEN[listing.name] if of == service.name else []:
                        await _look(app.database, service.name, listing, given)
            finally:
                await app.database.pool.close()
    finally:
        await drop_database(servers.database_url, name)


async def _look(database: Database, service: str, listing: Listing, given: Given) -> None:
    first = (*given.narrowed_to, *([] if given.at is None else [given.at]))
    about = f"{service}: {listing.name} {[one for one in given.narrowed_to if isinstance(one, str | bool)]}"
    for sort in listing.sorts:
        for where, key in await _keys(database, listing, sort, given):
            await _print(
                database, given, (f"{about}, {sort.name}, {where}", sort.sql, (*first, *key, listing.size + 1))
            )
    if listing.count:
        await _print(database, given, (f"{about}, count", listing.count, (*first, 10_001)))


async def _keys(database: Database, listing: Listing, sort: Sort, given: Given) -> list[tuple[str, Any]]:
    """Where to look: at the start, and after half of the list (or of its first 20,000)."""
    found: list[tuple[str, Any]] = [("start", before_all(sort.by, descending=sort.descending))]
    async with database.transaction(given.acting) as tx:
        page = await listing.page(tx, Asked(sort=sort.name, counted=True), *given.narrowed_to, at=given.at, most=20_000)
        half = (page.count or 0) // 2
        if half:
            asked = Asked(sort=sort.name, size=half)
            middle = await listing.page(tx, asked, *given.narrowed_to, at=given.at)
            if middle.next:
                of = (listing.name, sort.name, given.narrowed_to)
                found.append((f"after {half:,}", opened(b"", middle.next, of=of, kinds=sort.by)))
    return found


async def _print(database: Database, given: Given, asked: tuple[str, str, tuple[Any, ...]]) -> None:
    about, sql, values = asked
    times: list[float] = []
    plan: Any = {}
    async with database.transaction(given.acting) as tx:
        for _ in range(RUNS):
            [row] = await tx.fetch("explain (analyze, format json) " + sql, *values)
            plan = json.loads(row[0])[0]
            times.append(plan["Execution Time"] + plan["Planning Time"])
    p99 = statistics.quantiles(times, n=100, method="inclusive")[98]
    slow = "  TOO SLOW" if p99 > MOST_MS else ""
    print(
        f"{p99:7.1f} ms (median {statistics.median(times):.1f})  {about}  [{', '.join(_ways(plan['Plan']))}]{slow}",
        flush=True,
    )


def _ways(plan: Any) -> list[str]:
    """How its tables are read, the first first."""
    here = [f"{plan['Node Type']} {plan.get('Index Name', plan['Relation Name'])}"] if "Relation Name" in plan else []
    return here + [way for part in plan.get("Plans", []) for way in _ways(part)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lists", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--roles", type=int, default=10_000)
    chosen = parser.parse_args()
    local = LocalServers(STATE, say=print, durable=True)
    try:
        asyncio.run(measure(local.start(), people=chosen.people, roles=chosen.roles))
    finally:
        local.stop()


if __name__ == "__main__":
    main()
