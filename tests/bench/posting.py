"""How soon a role that was posted is seen on the feed by a read that no cache answers, at twenty posts a second."""

import asyncio
import time
from collections.abc import Iterator

import httpx

from services import load
from services.chassis.app import connect
from services.chassis.base.settings import Settings
from services.cli.local.ports import LOOPBACK, Ports
from tests.bench import serve
from tests.bench.figures import Aim, Figure, percentile
from tests.bench.programs import program
from tests.bench.scale import Scale
from tests.matching.world import a_trust, draft
from tests.support import Connected

POSTS_A_SECOND = 20
_POST = "/api/matching/v1/organisations/RX2/opportunities"


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """One process of the matching service. Beside it: the trivial route of a bare uvicorn, at the same rate."""
    token = asyncio.run(_seed(settings))
    free = Ports(settings.state_dir)
    ports = [free.choose(name) for name in ("bare", "bare_ops", "http", "ops")]
    bare = program(settings, "tests.bench.serve", "bare", str(ports[0]), ports=(ports[0], ports[1]), ready=False)
    with bare as alone, program(settings, "tests.bench.serve", ports=(ports[2], ports[3])) as ours:
        count = max(5, int(scale.while_seconds * scale.rounds * POSTS_A_SECOND))
        trivial, _ = asyncio.run(_at_the_rate(alone.port, "", count))
        seen, answered = asyncio.run(_at_the_rate(ours.port, token, count))
    at = f"at {POSTS_A_SECOND} posts/s"
    beside = percentile(trivial, 99) * 1000
    aim = Aim(100, "at most", "ours")
    yield Figure(f"answer of a post → seen on the feed {at}, p99", "ms", percentile(seen, 99) * 1000, beside, aim)
    yield Figure(f"answer of a post → seen on the feed {at}, p50", "ms", percentile(seen, 50) * 1000)
    yield Figure(f"sending a post → its answer {at}, p99", "ms", percentile(answered, 99) * 1000)


async def _at_the_rate(port: int, token: str, count: int) -> tuple[list[float], list[float]]:
    """Seconds until each is seen, and until each is answered; without a token, of the trivial route."""
    body = draft().model_dump(mode="json")
    async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", timeout=30) as client:

        async def one(number: int) -> tuple[float, float]:
            await asyncio.sleep(number / POSTS_A_SECOND)
            sent = time.perf_counter()
            if not token:
                await client.get(serve.OK)
                return time.perf_counter() - sent, 0.0
            title = f"Role {number} of {time.time_ns()}"
            headers = {"authorization": f"Bearer {token}", "idempotency-key": title}
            made = await client.post(_POST, json=body | {"title": title}, headers=headers)
            assert made.status_code == 201, made.text
            answered = time.perf_counter()
            while made.json()["id"] not in (read := await client.get("/opportunities", params={"words": title})).text:
                assert read.status_code == 200, read.text
            return time.perf_counter() - answered, answered - sent

        await one(0)  # not counted: connections are opened
        both = await asyncio.gather(*(one(number) for number in range(count)))
    return [one[0] for one in both], [one[1] for one in both]


async def _seed(settings: Settings) -> str:
    """The token of a coordinator."""
    service = load(["matching"])[0]
    await service.prepare(settings)
    matching = Connected(await connect(service, settings))
    try:
        _, staff = await a_trust(matching)
        return staff.token(settings)
    finally:
        await matching.app.database.pool.close()
