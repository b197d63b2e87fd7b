"""One network to break for all fault tests of a worker, with a writer at its doors."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.network import GIVEN, running_network
from tests.faults.storm import Weather, open_weather


@pytest.fixture(scope="session")
async def weather() -> AsyncIterator[Weather]:
    """Its servers are its own, so that they can be killed while other tests go on."""
    if any(name in os.environ for name in GIVEN):
        pytest.skip(f"servers that {' or '.join(GIVEN)} names are not ours to kill")
    async with running_network(_state()) as network:
        yield await open_weather(network)


def _state() -> Path:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "one")
    return ROOT / os.environ.get("PLN_TEST_STATE", ".pln/test") / f"faults-{worker}"
