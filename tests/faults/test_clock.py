"""The clock of the services jumps by hours, forward and back, while the servers' clocks stay."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from services import NAMES
from tests.faults.doors import Caller
from tests.faults.forker import forking
from tests.faults.long import only_in_the_long_form
from tests.faults.storm import Weather

pytestmark = [pytest.mark.timeout(600), only_in_the_long_form]

JUMPS = (timedelta(hours=3), timedelta(hours=-3), timedelta(0))
FOR_SECONDS = 3.0
Jump = Callable[[timedelta], None]


def _libfaketime() -> Path | None:
    """Debian: apt-get install libfaketime."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@pytest.fixture(scope="module")
async def jump(anywhere: Weather) -> AsyncIterator[Jump]:
    """Sets the clock of all services this far from the true time."""
    library, network = _libfaketime(), anywhere.network
    if library is None:
        pytest.skip("libfaketime is not on this machine (Debian: apt-get install libfaketime)")
    clock = network.state / "clock"
    clock.write_text("+0")
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with forking(network.state, faked) as door:
        await network.move(faked, door=door)
        yield lambda by: _write(clock, by)
        await network.move({})


def _write(clock: Path, by: timedelta) -> None:
    clock.write_text(f"{by.total_seconds():+.0f}")


async def test_nothing_is_lost_when_the_clock_jumps_forward_and_back(anywhere: Weather, jump: Jump) -> None:
    async def jumps() -> None:
        await anywhere.until_written()
        for number, by in enumerate(JUMPS):
            jump(by)
            await asyncio.sleep(FOR_SECONDS)
            await Caller(anywhere.doors, "Robin", f"robin@clock{number}.example").sign_in()

    outcome = await anywhere.storm(jumps)
    async with anywhere.network.database() as connection:
        ahead = [await connection.fetchval(_AHEAD.replace("{service}", name)) for name in NAMES]
    outcome.must_have_kept_all()
    assert sum(ahead) > 0, "nothing was done while the clock was ahead"


_AHEAD = "select count(*) from {service}.outbox where happened_at > written_at + interval '1 hour'"
