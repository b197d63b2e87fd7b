"""Measure the network beside bare scripts: `python -m tests.bench [--quick] [name…]`; a whole run writes RESULTS.md."""

import argparse
import asyncio
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from services.chassis.base.settings import Settings
from services.cli.local.servers import LocalServers, Servers
from tests.bench import (
    calendars,
    drain,
    feeds,
    footprint,
    latency,
    matching,
    pages,
    posting,
    results,
    roundups,
    telling,
    writes,
)
from tests.bench.figures import Figure
from tests.bench.ground import ground
from tests.bench.scale import FULL, QUICK, Scale

STATE = Path(__file__).parents[2] / ".pln" / "bench"
MEASURES: dict[str, Callable[[Settings, Scale], Iterator[Figure]]] = {
    "latency": latency.measure,
    "mirrors": drain.mirrors,
    "reactions": drain.reactions,
    "timers": drain.timers,
    "writes": writes.measure,
    "telling": telling.measure,
    "roundups": roundups.measure,
    "calendars": calendars.measure,
    "pages": pages.measure,
    "posting": posting.measure,
    "feeds": feeds.measure,
    "matching": matching.measure,
    "footprint": footprint.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"only these of {', '.join(MEASURES)}")
    parser.add_argument("--quick", action="store_true", help="a quick look: one round, short")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(MEASURES):
        parser.error(f"there is no measure {', '.join(sorted(unknown))}")
    load_at_start = results.load_now()
    local = LocalServers(STATE, say=print, durable=True)
    servers = local.start()
    found: dict[str, list[Figure]] = {}
    failed: list[str] = []
    try:
        for name in chosen.names or list(MEASURES):
            try:
                found |= measure(servers, [name], QUICK if chosen.quick else FULL, state=STATE)
            except Exception:  # the others are measured all the same
                failed.append(name)
                traceback.print_exc()
        if not chosen.names and not chosen.quick:
            about = asyncio.run(results.facts(servers, load_at_start=load_at_start))
            results.write(found, about | ({"not measured": ", ".join(failed)} if failed else {}))
            print(f"Written to {results.FILE.relative_to(Path.cwd())}")
    finally:
        local.stop()
    short = [figure.what for figures in found.values() for figure in figures if figure.holds is False]
    print(f"{len(short)} fall short" + "".join(f"\n  {what}" for what in short))
    if failed:
        print(f"Not measured: {', '.join(failed)}")
    return 1 if failed else 0


def measure(servers: Servers, names: Sequence[str], scale: Scale, *, state: Path) -> dict[str, list[Figure]]:
    """The figures of each measure, printed as they are found; each measure has a ground of its own."""
    found: dict[str, list[Figure]] = {}
    for name in names:
        began = time.monotonic()
        with ground(servers, state) as settings:
            found[name] = []
            for figure in MEASURES[name](settings, scale):
                found[name].append(figure)
                print("  ".join(cell for cell in figure.cells if cell), flush=True)
        print(f"({name}: {time.monotonic() - began:.0f} s, load {results.load_now()})", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
