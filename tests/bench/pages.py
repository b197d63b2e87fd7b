"""Requests a second of pages and API beside the trivial route of the same stack, and that beside bare uvicorn."""

import asyncio
import json
from collections.abc import Iterator

from services import load
from services.chassis.app import connect
from services.chassis.base.settings import Settings
from services.cli.local.ports import Ports
from tests.bench import serve
from tests.bench.figures import Aim, Figure, at_least, median
from tests.bench.load import FRESH, Asked, requests_a_second
from tests.bench.programs import Running, program
from tests.bench.scale import Scale
from tests.matching.world import a_trust, post
from tests.support import Connected

POSTED = 40
_API = "/api/matching/v1"
_WANTED = json.dumps({"strands": [], "modes": ["remote"], "paid_only": False, "active": True})


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """One process of the matching service with forty opportunities on the feed; sixteen visitors at once."""
    token = asyncio.run(_seed(settings))
    free = Ports(settings.state_dir)
    ports = [free.choose(name) for name in ("bare", "bare_ops", "http", "ops")]
    bare = program(settings, "tests.bench.serve", "bare", str(ports[0]), ports=(ports[0], ports[1]), ready=False)
    with bare as alone, program(settings, "tests.bench.serve", ports=(ports[2], ports[3])) as ours:
        found: dict[str, list[float]] = {}
        for _ in range(scale.rounds):
            for name, asked in {"bare": Asked(serve.OK), **_asked(ours, token)}.items():
                port = alone.port if name == "bare" else ours.port
                found.setdefault(name, []).append(requests_a_second(port, asked, seconds=scale.while_seconds / 2))
    rates = {name: median(values) for name, values in found.items()}
    bare_rate, trivial = rates.pop("bare"), rates["the trivial route"]
    yield Figure("the trivial route, beside a bare uvicorn's", "requests/s", rates.pop("the trivial route"), bare_rate)
    for name, rate in rates.items():
        yield Figure(f"{name}, beside the trivial route", "requests/s", rate, trivial, _AIMS.get(name))


_AIMS: dict[str, Aim] = {
    "feed page, 304 by ETag": at_least(0.8),
    "feed page, kept": at_least(0.5),
}


def _asked(ours: Running, token: str) -> dict[str, Asked]:
    tag = ours.get("/opportunities")["etag"]
    signed_in = {"Authorization": f"Bearer {token}"}
    as_json = signed_in | {"Content-Type": "application/json"}
    return {
        "the trivial route": Asked(serve.OK),
        "feed page, 304 by ETag": Asked("/opportunities", {"If-None-Match": tag}, status=304),
        "feed page, kept": Asked("/opportunities"),
        "feed page, kept and compressed": Asked("/opportunities", {"Accept-Encoding": "gzip"}),
        "feed page, made anew each time": Asked(f"/opportunities?x={FRESH}"),
        "JSON feed, kept": Asked("/feeds/opportunities.json"),
        "API read, one page of the feed": Asked(f"{_API}/opportunities"),
        "API read, signed in": Asked(f"{_API}/mine/subscription", signed_in),
        "API write, signed in": Asked(f"{_API}/mine/subscription", as_json, "PUT", _WANTED),
    }


async def _seed(settings: Settings) -> str:
    """Post what is on the feed; the token of a member of staff."""
    service = load(["matching"])[0]
    await service.prepare(settings)
    matching = Connected(await connect(service, settings))
    try:
        trust, staff = await a_trust(matching)
        for number in range(POSTED):
            await post(matching, trust, staff, title=f"A seat in the pain pathway team, group {number}")
        return staff.token(settings)
    finally:
        await matching.app.database.pool.close()
