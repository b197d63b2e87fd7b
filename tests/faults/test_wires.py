"""What lies between the services and their servers is slow, falls silent, is cut, and loses the answer to a COMMIT."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from tests.faults.long import LONG, only_in_the_long_form
from tests.faults.proxy import Proxy, proxy_to
from tests.faults.storm import Weather
from tests.support import until

pytestmark = pytest.mark.timeout(600)

SLOW_SECONDS = 0.05
"""Each way, for each piece of data."""
FOR_SECONDS = 4.0
CUTS = 3
EVERY = 7
"""The answer to so many commits arrives once less."""
LOST = 10
"""So many answers are lost, at least."""


class Wires:
    """The two proxies, between the services and PostgreSQL, and between them and Kafka."""

    def __init__(self, weather: Weather, postgres: Proxy, kafka: Proxy) -> None:
        self.weather, self.postgres, self.both = weather, postgres, (postgres, kafka)


@pytest.fixture(scope="package")
async def wires(anywhere: Weather) -> AsyncIterator[Wires]:
    """Every service goes through them: it is given their ports, and Kafka tells its clients the proxy's.

    The short form leaves Kafka's alone. The services stay there until another test wants them back.
    """
    network = anywhere.network
    database, broker = urlsplit(network.given.database_url), network.given.kafka_bootstrap.rpartition(":")[2]
    async with proxy_to(database.port or 0) as postgres, proxy_to(int(broker)) as kafka:
        through = database.netloc.replace(f":{database.port}", f":{postgres.port}")
        changes = {"PLN_DATABASE_URL": database._replace(netloc=through).geturl()}
        if LONG:
            changes["PLN_KAFKA_BOOTSTRAP_SERVERS"] = f"127.0.0.1:{kafka.port}"
            network.servers.advertise(kafka.port)
            await asyncio.to_thread(network.servers.restart, "kafka")
        await network.move(changes)
        yield Wires(anywhere, postgres, kafka)


@only_in_the_long_form
async def test_nothing_is_lost_when_the_wires_are_slow_and_silent_and_cut(wires: Wires) -> None:
    async def break_wires() -> None:
        for wire in wires.both:
            wire.delay_seconds = SLOW_SECONDS
            await asyncio.sleep(FOR_SECONDS)
            wire.delay_seconds = 0
        for _ in range(CUTS):
            for wire in wires.both:
                await until(lambda wire=wire: wire.carries, seconds=30)
                wire.cut_all()
        for wire in wires.both:
            wire.stall()
            await asyncio.sleep(FOR_SECONDS)
            wire.go_on()
        wires.weather.network.forget_ready()

    (await wires.weather.storm(break_wires)).must_have_kept_all()


async def test_a_command_whose_commit_got_no_answer_is_found_done(wires: Wires) -> None:
    weather = wires.weather
    commits, repeated = 0, weather.doors.repeated

    def lost(piece: bytes) -> bool:
        nonlocal commits
        if b"commit" not in piece.lower():
            return False
        commits += 1
        return commits % EVERY == 0

    async def lose_answers() -> None:
        wires.postgres.cut_reply_to = lost
        await until(lambda: wires.postgres.cuts >= LOST and weather.doors.repeated > repeated, seconds=60)
        wires.postgres.cut_reply_to = None
        weather.network.forget_ready()

    (await weather.storm(lose_answers)).must_have_kept_all()
