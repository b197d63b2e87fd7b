"""How long PostgreSQL takes for each page of each list: `python -m tests.bench.lists [--people n] [--rooms …]`.

As the room asks, with its role and row-level security: the first page, one from the middle of the list, and the count;
what counts is the processor's work for it, the slowest but one of a hundred (p99) of 50 looks each: by the clock a busy
machine is measured. First looked at by EXPLAIN, planned anew each time and counted row by row; then as a room asks,
prepared. Beside them the rows that were looked at and how, and the machine's load.
"""

import argparse
import asyncio
import json
import os
import secrets
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services import NAMES, load
from services.chassis.app import connect
from services.chassis.base import keys
from services.chassis.base.cursors import before_all, opened
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.postgres.lists import Asked, Listing, Sort
from services.chassis.postgres.transaction import Database
from services.cli.local.servers import LocalServers, Servers
from tests.bench import crowd
from tests.listed import GIVEN, ONE, Given, listings
from tests.support import drop_database, kafka_fields, make_database

STATE = Path(__file__).parents[2] / ".pln" / "bench"
RUNS = 50
MOST_MS = 100.0
BARE = ("bare: one row by its primary key", "select version from mirror_organisation where id = $1", (ONE,))
"""What the machine does today: beside it the others are read."""


async def measure(servers: Servers, *, people: int, roles: int, rooms: Sequence[str]) -> None:
    name = f"pln_lists_{secrets.token_hex(4)}"
    url = await make_database(servers.database_url, name)
    settings = Settings(
        profile="test",
        database_url=url,
        **kafka_fields(servers),
        state_dir=Path(tempfile.mkdtemp()),
        http_port=0,
        ops_port=0,
    )
    try:
        keys.make(settings)
        for service in load():
            await service.prepare(settings)
        await crowd.make(settings, people=people, roles=roles, rooms=rooms)
        for service in load(rooms):
            print(f"load {', '.join(f'{one:.1f}' for one in os.getloadavg())}", flush=True)
            app = await connect(service, settings)
            try:
                await _print(app.database, Given(SYSTEM), BARE)
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
                found.append((f"after {half:,}", opened((b"",), middle.next, of=of, kinds=sort.by)))
    return found


async def _print(database: Database, given: Given, asked: tuple[str, str, tuple[Any, ...]]) -> None:
    about, sql, values = asked
    walls, works, plan = await _explained(database, given, sql, values)
    prepared, kept = await _prepared(database, given, sql, values)
    slow = "  TOO SLOW" if _p99(prepared) > MOST_MS else ""
    times = f"{_p99(works):6.1f} ms (median {statistics.median(works):.1f}; prepared {_p99(prepared):.1f}{kept}"
    ways = f"reads {_rows(plan['Plan']):,.0f}  [{', '.join(_ways(plan['Plan']))}]"
    print(f"{times}; by the clock {_p99(walls):.1f})  {about}  {ways}{slow}", flush=True)


async def _explained(
    database: Database, given: Given, sql: str, values: tuple[Any, ...]
) -> tuple[list[float], list[float], dict[str, Any]]:
    """By the clock and as work of the processor, how long the server plans and does it; and its plan."""
    walls: list[float] = []
    works: list[float] = []
    plan: Any = {}
    async with database.transaction(given.acting) as tx:
        pid = await tx.fetchval("select pg_backend_pid()")
        for _ in range(RUNS):
            begun = _worked(pid)
            [row] = await tx.fetch("explain (analyze, timing off, format json) " + sql, *values)
            works.append(_worked(pid) - begun)
            plan = json.loads(row[0])[0]
            walls.append(plan["Execution Time"] + plan["Planning Time"])
    return walls, works, plan


async def _prepared(database: Database, given: Given, sql: str, values: tuple[Any, ...]) -> tuple[list[float], str]:
    """The work when it is asked again and again, as a room does; and whether PostgreSQL then keeps one plan."""
    works: list[float] = []
    async with database.transaction(given.acting) as tx:
        pid = await tx.fetchval("select pg_backend_pid()")
        for _ in range(RUNS):
            begun = _worked(pid)
            await tx.fetch(sql, *values)
            works.append(_worked(pid) - begun)
        kept = await tx.fetchval("select sum(generic_plans) from pg_prepared_statements where statement = $1", sql)
    return works[1:], ", one plan kept" if kept else ""  # the first time it is read, too


def _worked(pid: int) -> float:
    """The milliseconds for which the processor has worked for a process; a busy machine does not change them much."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]


def _rows(plan: Any) -> float:
    """Rows looked at where tables and indexes are read, those that a condition then left out too."""
    here = 0.0
    if "Relation Name" in plan:
        left_out = [plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck")]
        here = (plan["Actual Rows"] + sum(left_out)) * plan["Actual Loops"]
    return here + sum(_rows(part) for part in plan.get("Plans", []))


def _ways(plan: Any) -> list[str]:
    """How its tables are read, the first first."""
    here = [f"{plan['Node Type']} {plan.get('Index Name', plan['Relation Name'])}"] if "Relation Name" in plan else []
    return here + [way for part in plan.get("Plans", []) for way in _ways(part)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lists", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--roles", type=int, default=10_000)
    parser.add_argument("--rooms", nargs="+", default=NAMES, choices=NAMES)
    chosen = parser.parse_args()
    local = LocalServers(STATE, say=print, durable=True)
    try:
        asyncio.run(measure(local.start(), people=chosen.people, roles=chosen.roles, rooms=chosen.rooms))
    finally:
        local.stop()


if __name__ == "__main__":
    main()
