"""One network with the demo region for all journeys, one Chromium, and what people have left in it.

Of the package, not the session: what other tests of this worker have no use for ends before they begin.
"""

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from services.cli.local.chromium import find_chromium
from services.cli.local.servers import Servers
from tests.journeys.helped import help_in_every_room
from tests.journeys.ids import Ids, gather_ids
from tests.journeys.network import Network, RunningNetwork
from tests.journeys.part_way import PartWay, go_part_way
from tests.journeys.tour import Toured, Touring, start_tour


@pytest.fixture(scope="package")
def network(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """A network of its own with the demo region. In the end it stops by SIGTERM, in order and without a complaint."""
    running = RunningNetwork(servers, tmp_path_factory.mktemp("network"))
    try:
        yield running.start()
    finally:
        codes = running.stop()
    assert set(codes.values()) == {0}, f"exit codes after SIGTERM: {codes}"


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """Chromium: the one named in CHROMIUM, else one that is found on this machine or fetched."""
    flags = ["--disable-dev-shm-usage"]  # in a container /dev/shm is too small
    if os.getuid() == 0:
        flags.append("--no-sandbox")  # as root it does not start
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        yield browser
        await browser.close()


@pytest.fixture(scope="package")
def touring(network: Network) -> Touring:
    """A tour that has been started, so that it goes on while others prepare."""
    return start_tour(network)


@pytest.fixture(scope="package")
def part_way(network: Network, touring: Touring) -> PartWay:
    """A main job that has stopped where a claim waits for its approval; made while the tour goes on."""
    return go_part_way(network)


@pytest.fixture(scope="package")
def toured(touring: Touring, part_way: PartWay) -> Toured:
    """What `pln tour --json` came to. Its pages are there afterwards: a paid claim, a run, what changed."""
    return touring.finish()


@pytest.fixture(scope="package")
def helped(network: Network, part_way: PartWay, toured: Toured) -> None:
    """A helper of the network has done one thing in each room for the patient leader of the part-way job."""
    help_in_every_room(network, part_way)


@pytest.fixture(scope="package")
def ids(network: Network, part_way: PartWay, toured: Toured) -> Ids:
    """Ids of what the tour and the part-way job have left, and of a machine."""
    assert toured.code == 0, toured.said
    return gather_ids(network, part_way)
