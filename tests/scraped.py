"""What Prometheus reads of a room, by its own address, after what waits was measured."""

from collections.abc import Callable

import httpx
from prometheus_client.parser import text_string_to_metric_families

from services.chassis.runner import OpsPort
from tests.support import Connected

Figures = Callable[..., float]
"""By the name of a sample and its labels; 0 of what was not said."""


async def scraped(room: Connected) -> Figures:
    await room.app.health.measure()
    port = httpx.ASGITransport(app=OpsPort([room.app]))
    async with httpx.AsyncClient(transport=port, base_url="http://ops") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    found = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }

    def figure(name: str, **labels: str) -> float:
        return found.get((name, frozenset(labels.items())), 0.0)

    return figure
