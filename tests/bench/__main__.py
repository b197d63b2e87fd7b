"""Measure the network beside bare scripts: `python -m tests.bench [--quick] [name…]`; writes RESULTS.md when whole."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from services.chassis.settings import Settings
from services.cli.local.servers import LocalServers, Servers
from tests.bench import drain, latency, writes
from tests.bench.figures import Figure
from tests.bench.ground import ground
from tests.bench.scale import FULL, QUICK, Scale

STATE = Path(__file__).parents[2] / ".pln" / "bench"
MEASURES: dict[str, Callable[[Settings, Scale], Iterator[Figure]]] = {
    "latency": latency.measure,
    "mirrors": drain.mirrors,
    "reactions": drain.reactions,
    "writes": writes.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []], help="which measures; all when none is named")
    parser.add_argument("--quick", action="store_true", help="a quick look: one round, short")
    chosen = parser.parse_args()
    scale = QUICK if chosen.quick else FULL
    local = LocalServers(STATE, say=print, durable=True)
    servers = local.start()
    try:
        asyncio.run(run(servers, chosen.names or list(MEASURES), scale))
    finally:
        local.stop()
    return 0


async def run(servers: Servers, names: list[str], scale: Scale) -> list[Figure]:
    figures: list[Figure] = []
    for name in names:
        began = time.monotonic()
        async with ground(servers, STATE) as settings:
            for figure in MEASURES[name](settings, scale):
                figures.append(figure)
                print("  ".join(cell for cell in figure.cells if cell), flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
