"""PostgreSQL and Kafka are killed, stopped and run out of disk while people go from an application to their pay."""

import asyncio

import pytest

from tests.faults.breaking import SERVERS, keep_servers, kill_server, small_disk, stop_server, why_no_small_disk
from tests.faults.long import LONG, only_in_the_long_form
from tests.faults.network import Room
from tests.faults.storm import Weather

pytestmark = pytest.mark.timeout(600)

KILLS_OF_EACH = 3 if LONG else 1
STOPPED_SECONDS = 60.0
FULL_SECONDS = 6.0
ROOM_BYTES = 24 * 1024 * 1024


def test_a_service_is_healing_only_while_its_servers_go() -> None:
    was_ready, was_healing, ended_meanwhile = (Room(name, http=0, ops=0, ready=True) for name in "abc")
    was_healing.is_down(99.0)
    ended_meanwhile.is_down(130.0)
    for room in (was_ready, was_healing, ended_meanwhile):
        room.server_stood_still(100.0, 160.0)
        assert not room.ready, "it is asked anew"
        room.is_down(161.0)
    assert [room.is_ready(162.0) for room in (was_ready, was_healing, ended_meanwhile)] == [2.0, 3.0, 2.0]
    assert was_healing.is_ready(163.0) is None, "it was ready already"


async def test_nothing_is_lost_when_the_servers_are_killed(weather: Weather) -> None:
    async def kill() -> None:
        for _ in range(KILLS_OF_EACH):
            for name in SERVERS:
                await weather.until_written()
                await kill_server(weather.network, name)

    (await weather.storm(kill)).must_have_kept_all()


@only_in_the_long_form
async def test_nothing_is_lost_when_the_servers_stop_for_a_while_without_a_word(weather: Weather) -> None:
    async def stop() -> None:
        for name in SERVERS:
            await weather.until_written()
            await stop_server(weather.network, name, seconds=STOPPED_SECONDS)

    (await weather.storm(stop)).must_have_kept_all()


@only_in_the_long_form
async def test_nothing_is_lost_when_the_disk_of_the_database_is_full(weather: Weather) -> None:
    if why := why_no_small_disk():
        pytest.skip(why)
    async with small_disk(weather.network, room_bytes=ROOM_BYTES) as disk:
        keeping = asyncio.create_task(keep_servers(weather.network))

        log = weather.network.state / "logs" / "postgres.log"
        before = log.stat().st_size

        async def fill() -> None:
            await weather.until_written()
            disk.fill()
            try:
                await asyncio.sleep(FULL_SECONDS)
            finally:
                disk.empty()
            weather.network.forget_ready()

        try:
            (await weather.storm(fill)).must_have_kept_all()
            assert b"No space left on device" in log.read_bytes()[before:], "it was not full"
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
