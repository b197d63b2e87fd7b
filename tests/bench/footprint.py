"""What the whole network takes in one process: until it is ready, at rest, and under load."""

import subprocess
import sys
import time
from collections.abc import Iterator

from services.chassis.base.settings import Settings
from services.cli.local.ports import Ports
from tests.bench.figures import Aim, Figure
from tests.bench.load import FRESH, Asked, requests_a_second
from tests.bench.programs import CHECKOUT, environment, program
from tests.bench.scale import Scale

SETTLE_SECONDS = 45.0
"""What a start leaves to be done (first looks, caches, Kafka's groups) is over by then."""


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """All seven services, prepared before; then started, left alone, and asked as much as they can answer."""
    free = Ports(settings.state_dir)
    ports = free.choose("http"), free.choose("ops")
    told = environment(settings, http_port=ports[0], ops_port=ports[1])
    prepare = [sys.executable, "-m", "services", "prepare"]
    subprocess.run(prepare, cwd=CHECKOUT, env=told, check=True, stdout=subprocess.DEVNULL, timeout=120)
    with program(settings, "services", ports=ports) as network:
        yield Figure("all services in one process: start to ready", "s", network.ready_after)
        time.sleep(min(SETTLE_SECONDS, scale.while_seconds * 10))
        yield Figure("memory at rest", "MB", network.megabytes)
        cpu, began = network.cpu_seconds, time.monotonic()
        time.sleep(scale.while_seconds * 2)
        busy = (network.cpu_seconds - cpu) / (time.monotonic() - began) * 100
        yield Figure("CPU at rest", "% of a core", busy, aim=Aim(4, "at most", "ours"))
        for path in (f"/opportunities?x={FRESH}", "/api/matching/v1/opportunities", "/"):
            requests_a_second(network.port, Asked(path), seconds=scale.while_seconds / 2)
        yield Figure("memory after load", "MB", network.megabytes)
