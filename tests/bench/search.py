"""How long PostgreSQL takes for a search with words, a place and three other choices: `python -m tests.bench.search`.

10,000 open roles and 100,000 of the past, drawn by chance (people.py) and given words; 300 searches, each drawn too. As
the room asks: with its role, row-level security and statements that are prepared once. By the clock and as work of the
processor, the slowest but one of a hundred (p99): its page, its count, the words that mean the same, and what to leave
out where nothing is found.
"""

import argparse
import asyncio
import json
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from schemas.recruitment import EXPERIENCE_AREAS, MODES, STRANDS
from services import load
from services.chassis.app import connect
from services.chassis.base import keys
from services.chassis.base.hands import VISITOR
from services.chassis.base.settings import Settings
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Database
from services.cli.local.servers import LocalServers
from services.matching.store import feed
from services.matching.store.feed import Filter
from tests.bench.lists import STATE
from tests.bench.people import Drawn
from tests.support import drop_database, kafka_fields, make_database

OPEN, PAST, SEARCHES, AT_ONCE = 10_000, 100_000, 300, 5_000
TITLES = ("Panel for a new clinic", "Reading a leaflet", "A seat in the pain team", "Talk to staff about discharge")
ABOUT = (
    "long-term pain",
    "lung disease",
    "diabetes",
    "having a baby",
    "arthritis",
    "letters",
    "the emergency department",
)
WORDS = (
    "pain",
    "COPD",
    "leaflet",
    "clinic panel",
    "diab",
    "discharge staff",
    "maternity",
    "joint pain",
    "team",
    "reading",
)
_ROLES = """
insert into opportunity (id, version, organisation_id, state, posted_at, apply_by, closed_at, ends_at,
    organisation_name)
    select (s ->> 'id')::uuid, 1, (s ->> 'organisation_id')::uuid, s, (s ->> 'posted_at')::timestamptz,
        (s ->> 'apply_by')::timestamptz, (s ->> 'closed_at')::timestamptz, null, 'Trust ' || (s ->> 'ods_code')
    from unnest($1::jsonb[]) s
"""


async def made(connection: Any, count: int, *, past: bool, drawn: Drawn, by: random.Random) -> None:
    now = datetime.now(UTC)
    for at in range(0, count, AT_ONCE):
        rows: list[str] = []
        for _ in range(min(AT_ONCE, count - at)):
            days = by.randint(100, 900) if past else by.randint(0, 30)
            posted = now - timedelta(days=days, seconds=by.randint(0, 9999))
            closes = posted + timedelta(days=20) if past else now + timedelta(days=by.randint(1, 60))
            said = f"Help the team with {by.choice(ABOUT)} and {by.choice(ABOUT)}. " * by.randint(1, 4)
            role = drawn.role() | {
                "title": f"{by.choice(TITLES)} {by.randint(1, 999)}",
                "summary": said,
                "what_will_change": said * 3,
                "ods_code": f"R{by.randint(100, 400)}",
                "pay": None if by.random() < 0.4 else drawn.role()["pay"],
                "posted_at": posted.isoformat(),
                "apply_by": closes.isoformat(),
                "closed_at": closes.isoformat() if past else None,
            }
            rows.append(json.dumps(role))
        await connection.execute(_ROLES, rows, timeout=300)


def drawn_search(by: random.Random, near: Sequence[str]) -> Filter:
    """Words, a place and three other choices."""
    others: dict[str, Any] = {
        "mode": by.choice(MODES),
        "paid": by.random() < 0.7,
        "strand": by.choice(STRANDS),
        "condition": by.choice(EXPERIENCE_AREAS),
        "when": by.choice(("daytime", "weekend", "mon_morning")),
        "closing": True,
    }
    three = {name: others[name] for name in by.sample(sorted(others), 3)}
    return Filter(words=by.choice(WORDS), near=by.choice(near), miles=by.choice((5, 10, 25, 50)), **three)


async def measure(settings: Settings, searches: int = SEARCHES) -> None:
    by = random.Random(17)
    paths = {"search_path": "matching"}
    connection: Any = await asyncpg.connect(settings.admin_dsn(), server_settings=paths)
    rows = await connection.fetch("select code from district where code ~ '^(BN|RH|TN|PO)[0-9]' order by code")
    near = [row["code"] for row in rows]
    drawn = Drawn(near)
    await made(connection, OPEN, past=False, drawn=drawn, by=by)
    await made(connection, PAST, past=True, drawn=drawn, by=by)
    await connection.execute("vacuum (analyze)", timeout=300)
    app = await connect(load(["matching"])[0], settings)
    try:
        await _print(app.database, [drawn_search(by, near) for _ in range(searches)])
    finally:
        await app.database.pool.close()
        await connection.close()


async def _print(database: Database, searches: Sequence[Filter]) -> None:
    spent: dict[str, list[tuple[float, float]]] = {}
    counted = Asked(counted=True)
    found = 0
    async with database.transaction(VISITOR) as tx:
        pid = await tx.fetchval("select pg_backend_pid()")

        async def timed(what: str, do: Callable[[], Awaitable[Any]]) -> Any:
            work, began = _worked(pid), time.perf_counter()
            answer = await do()
            spent.setdefault(what, []).append(((time.perf_counter() - began) * 1000, _worked(pid) - work))
            return answer

        for number, wanted in enumerate(searches):
            words = await timed("words that mean the same", lambda wanted=wanted: feed.looked(tx, wanted))
            for sort in ("newest", "closing", "first", "nearest"):
                asked = Asked(sort=sort)
                page = await timed(
                    sort, lambda asked=asked, wanted=wanted, words=words: feed.feed(tx, asked, wanted, words)
                )
            await timed("newest and count", lambda wanted=wanted, words=words: feed.feed(tx, counted, wanted, words))
            found += bool(page.items)
            await timed("what to leave out", lambda wanted=wanted, words=words: feed.left_out(tx, wanted, words))
            place = Filter(
                near=wanted.near, miles=wanted.miles, mode=wanted.mode, paid=wanted.paid, strand=wanted.strand
            )
            await timed("no words, and count", lambda place=place: feed.feed(tx, counted, place))
            if not number:
                spent.clear()
    print(f"{found} of {len(searches)} searches found some")
    for what, times in spent.items():
        walls, works = ([pair[of] for pair in times] for of in (0, 1))
        print(
            f"{what}: p99 {_p99(works):.1f} ms (median {statistics.median(works):.1f}); by the clock {_p99(walls):.1f}"
        )


def _worked(pid: int) -> float:
    """The milliseconds for which the processor has worked for a process; a busy machine does not change them much."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]


async def _alone(servers: Any) -> None:
    name = f"pln_search_{secrets.token_hex(4)}"
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
        await load(["matching"])[0].prepare(settings)
        await measure(settings)
    finally:
        await drop_database(servers.database_url, name)


def main() -> None:
    argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__).parse_args()
    local = LocalServers(STATE, say=print, durable=True)
    try:
        asyncio.run(_alone(local.start()))
    finally:
        local.stop()


if __name__ == "__main__":
    main()
