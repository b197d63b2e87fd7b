"""One network to break for all fault tests of a worker, with a writer at its doors. It ends when they have ended."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.forker import forking
from tests.faults.network import GIVEN, running_network
from tests.faults.storm import Weather, open_weather


@pytest.fixture(scope="package")
def forker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The door of the one that has the services' code loaded and starts them as forks of itself."""
    with forking(tmp_path_factory.mktemp("forker")) as door:
        yield door


@pytest.fixture
async def weather(anywhere: Weather) -> Weather:
    """With its services straight at their servers, as they were before a test put something between."""
    if anywhere.network.moved:
        await anywhere.network.move({})
    return anywhere


@pytest.fixture(scope="package")
async def anywhere(forker: Path) -> AsyncIterator[Weather]:
    """The network, wherever its services were moved. Its servers are its own, to be killed while other tests go on."""
    if any(name in os.environ for name in GIVEN):
        pytest.skip(f"servers that {' or '.join(GIVEN)} names are not ours to kill")
    async with running_network(_state(), forker) as network:
        yield await open_weather(network)


def _state() -> Path:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "one")
    return ROOT / os.environ.get("PLN_TEST_STATE", ".pln/test") / f"faults-{worker}"
