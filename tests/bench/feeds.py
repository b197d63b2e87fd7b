"""What programs that read the feeds cost: RPDE pages of 500 roles beside the trivial route, and a whole harvest."""

import asyncio
import gzip
import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

from schemas import links
from services import load
from services.chassis.app import connect
from services.chassis.base.settings import Settings
from services.chassis.postgres.transaction import new_id
from services.cli.local.ports import LOOPBACK, Ports
from services.matching.commands import feeds
from services.matching.store.changes import PAGE
from tests.bench import serve
from tests.bench.figures import Aim, Figure, at_least, median
from tests.bench.load import FRESH, Asked, requests_a_second
from tests.bench.programs import Running, program
from tests.bench.scale import Scale
from tests.matching.world import a_trust, post
from tests.support import Connected

OPEN = 10_000
PACKED = {"Accept-Encoding": "gzip"}
_COPIES = """
insert into opportunity (id, version, organisation_id, state, posted_at, apply_by, ends_at)
select made.id, o.version, o.organisation_id, o.state || jsonb_build_object('id', made.id,
    'title', o.state ->> 'title' || ' ' || left(made.id::text, 13), 'summary', repeat(md5(made.id::text) || ' ', 6)),
    o.posted_at, o.apply_by, o.ends_at
from opportunity o, unnest($2::uuid[]) as made (id) where o.id = $1
"""


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """One process of the matching service with ten thousand open roles; sixteen harvesters at once, then one."""
    count = OPEN if scale.drained > PAGE else PAGE + 20
    asyncio.run(_seed(settings, count))
    free = Ports(settings.state_dir)
    ports = (free.choose("http"), free.choose("ops"))
    with program(settings, "tests.bench.serve", ports=ports) as ours:
        took, read, size = _harvest(ours.port)
        assert read == count
        yield Figure(f"a harvester takes all {count:,}", "s", took, aim=Aim(5, "at most", "ours"))
        yield Figure("a page of 500 roles, packed", "kB", size / 1000)
        found: dict[str, list[float]] = {}
        for _ in range(scale.rounds):
            for name, asked in _asked(ours).items():
                rate = requests_a_second(ours.port, asked, seconds=scale.while_seconds / 2)
                found.setdefault(name, []).append(rate)
    rates = {name: median(values) for name, values in found.items()}
    trivial = rates.pop("the trivial route")
    for name, rate in rates.items():
        yield Figure(f"{name}, beside the trivial route", "requests/s", rate, trivial, _AIMS.get(name))


_AIMS: dict[str, Aim] = {
    "RPDE page, 304 by ETag": at_least(0.8),
    "RPDE page, kept and packed": at_least(0.5),
    "RPDE page, not in the microcache, packed": at_least(0.08),
    "RPDE page, not in the microcache": at_least(0.08),
}


def _asked(ours: Running) -> dict[str, Asked]:
    return {
        "the trivial route": Asked(serve.OK),
        "RPDE page, 304 by ETag": Asked(
            links.FEED_RPDE, {"If-None-Match": ours.get(links.FEED_RPDE)["etag"]}, status=304
        ),
        "RPDE page, kept and packed": Asked(links.FEED_RPDE, PACKED),
        "RPDE page, kept": Asked(links.FEED_RPDE),
        "RPDE page, not in the microcache, packed": Asked(f"{links.FEED_RPDE}?x={FRESH}", PACKED),
        "RPDE page, not in the microcache": Asked(f"{links.FEED_RPDE}?x={FRESH}"),
        "JSON Feed, kept": Asked("/feeds/opportunities.json"),
        "JSON Feed, made anew each time": Asked(f"/feeds/opportunities.json?x={FRESH}"),
        "Atom, made anew each time": Asked(f"/feeds/opportunities.atom?x={FRESH}"),
        "calendar, made anew each time": Asked(f"/feeds/opportunities.ics?organisation=RX2&x={FRESH}"),
    }


def _harvest(port: int) -> tuple[float, int, int]:
    """From the beginning to the end: how long, how many, and how large the first page is."""
    client, began, read, sizes = HTTPConnection(LOOPBACK, port, timeout=60), time.monotonic(), 0, list[int]()
    path: str = links.FEED_RPDE
    while True:
        client.request("GET", path, headers=PACKED)
        body = client.getresponse().read()
        sizes.append(len(body))
        page = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        read += len(page["items"])
        if not page["items"]:
            return time.monotonic() - began, read, sizes[0]
        there = urlsplit(str(page["next"]))
        path = f"{there.path}?{there.query}"


async def _seed(settings: Settings, count: int) -> None:
    service = load(["matching"])[0]
    await service.prepare(settings)
    matching = Connected(await connect(service, settings))
    try:
        trust, staff = await a_trust(matching)
        one = await post(matching, trust, staff)
        async with matching.transaction() as tx:
            await tx.execute(_COPIES, one, [new_id() for _ in range(count - 1)])
        await _number(matching)
        async with matching.transaction() as tx:
            await tx.execute("analyze opportunity, feed_item")
    finally:
        await matching.app.database.pool.close()


async def _number(matching: Connected) -> None:
    some = True
    while some:
        async with matching.transaction() as tx:
            some = await feeds.catch_up(tx)
