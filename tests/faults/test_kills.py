"""Services are killed at every failpoint and at random while people go from an application to their pay."""

import asyncio

import pytest

from services.chassis.base.failpoints import FAILPOINTS
from tests.faults.killer import Killer, coverage, kill_migrations
from tests.faults.storm import Weather

pytestmark = pytest.mark.timeout(400)

KILLS = 40
LONGEST_HEAL_SECONDS = 60


async def test_nothing_is_lost_or_done_twice_when_services_are_killed_at_every_point(weather: Weather) -> None:
    deaths = weather.network.deaths

    async def kill() -> None:
        killer = Killer(weather.network, seed=1)
        await asyncio.gather(kill_migrations(weather.network, killer.steps()), killer.kill(KILLS))

    outcome = await weather.storm(kill)
    print(coverage(weather.network))
    outcome.must_have_kept_all()
    assert outcome.kills >= KILLS
    assert outcome.paid > 0
    assert outcome.longest_heal < LONGEST_HEAL_SECONDS
    assert not deaths.by_themselves, "services ended without being killed"
    never = [point for point in FAILPOINTS if not any(point == passed for passed, _ in deaths.at_failpoint)]
    assert not never, "nobody was killed there"
