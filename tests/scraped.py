"""What Prometheus reads of a room, by its own address, after what waits was measured."""

from collections.abc import Callable

import httpx
from prometheus_client.parser import text_string_to_metric_families

from services.chassis.base import metrics
from services.chassis.runner import OpsPort
from tests.support import Connected

Figures = Callable[..., float]
"""By the name of a sample and its labels; 0 of what was not said. Of the page, which is long, it reads those lines."""


async def scraped(room: Connected) -> Figures:
    """Without the times of requests: of all the routes of all rooms that a worker's tests have been to, they are most
    of the page."""
    metrics.HTTP_SECONDS.clear()
    await room.app.health.measure()
    port = httpx.ASGITransport(app=OpsPort([room.app]))
    async with httpx.AsyncClient(transport=port, base_url="http://ops") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    lines = answer.text.splitlines()

    def figure(name: str, **labels: str) -> float:
        said = "\n".join(line for line in lines if line.startswith(name))
        samples = [one for family in text_string_to_metric_families(said) for one in family.samples]
        return next((one.value for one in samples if one.name == name and one.labels == labels), 0.0)

    return figure
