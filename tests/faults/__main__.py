"""`make faults KILLS=1000`: kills services at every failpoint and at random, and the servers between, and sees it heal.

`make faults` runs the other fault tests in their long form before it: servers out of disk, slow wires, jumping clocks.
"""

import argparse
import asyncio
import itertools
import os
import sys
import time
import traceback
from pathlib import Path

from services.cli.local.folders import CHECKOUT
from tests.faults.breaking import SERVERS, kill_server, stop_server
from tests.faults.forker import forking
from tests.faults.killer import Killer, coverage, kill_migrations
from tests.faults.network import GIVEN, Network, running_network
from tests.faults.storm import Weather, open_weather

KILLS_AT_ONCE = 100
"""Then everything heals and the checker looks, before it goes on: a broken promise is seen near its cause."""
TELL_SECONDS = 15.0
STOPPED_SECONDS = 60.0
"""So long each server stands still, once."""


async def run(state: Path, *, kills: int, seed: int) -> bool:
    """Whether every promise was kept."""
    with forking(state.with_name("forker")) as door:
        async with running_network(state, door) as network:
            weather = await open_weather(network)
            telling = asyncio.create_task(_tell(weather, time.monotonic()))
            try:
                return await _storms(weather, kills=kills, seed=seed)
            finally:
                telling.cancel()


async def _storms(weather: Weather, *, kills: int, seed: int) -> bool:
    network, missed = weather.network, 0
    for number in itertools.count():
        done = network.deaths.kills
        killer = Killer(network, seed=seed + done)

        async def fault(
            killer: Killer = killer, wanted: int = min(kills, done + KILLS_AT_ONCE), number: int = number
        ) -> None:
            await kill_migrations(network, killer.steps())
            await killer.kill(wanted)
            await _break_servers(network, number)

        outcome = await weather.storm(fault)
        missed += killer.missed.total()
        print(outcome.line(), flush=True)
        if not outcome.kept or outcome.kills >= kills:
            print(coverage(network), f"{missed} aims were not reached in time", *outcome.broken, sep="\n")
            print(f"Ended by themselves, to be started again: {', '.join(network.deaths.by_themselves) or 'none'}")
            print(outcome.line())
            return outcome.kept
    raise AssertionError("it never ends by itself")


async def _break_servers(network: Network, number: int) -> None:
    """In the second and third round each server in turn stands still; in the others both are killed."""
    if number in (1, 2):
        await stop_server(network, SERVERS[number - 1], seconds=STOPPED_SECONDS)
        return
    for name in SERVERS:
        await kill_server(network, name)
        await network.until_ready()


async def _tell(weather: Weather, began: float) -> None:
    while True:
        await asyncio.sleep(TELL_SECONDS)
        deaths, writer = weather.network.deaths, weather.writer
        print(
            f"{time.monotonic() - began:>6.0f} s: {deaths.kills} kills, {len(weather.doors.acknowledged):,} commands"
            f" acknowledged, {weather.doors.repeated:,} repeated, {len(writer.paid)} people paid",
            flush=True,
        )


def main() -> int:
    words = argparse.ArgumentParser(prog="make faults", description="Kill the network's services and see it heal.")
    words.add_argument("--kills", type=int, default=300)
    words.add_argument("--seed", type=int, default=1, help="the order in which is aimed")
    given = words.parse_args()
    if any(name in os.environ for name in GIVEN):
        print(f"The fault tests kill servers. Unset {' and '.join(GIVEN)}: servers of their own are started.")
        return 2
    state = CHECKOUT / ".pln" / "faults"
    try:
        kept = asyncio.run(run(state, kills=given.kills, seed=given.seed))
    except (AssertionError, ExceptionGroup):
        traceback.print_exc()
        kept = False
    print("Every promise was kept." if kept else f"A promise was broken. Logs: {state / 'logs'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
