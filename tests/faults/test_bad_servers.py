"""What a service does while PostgreSQL or Kafka is away, stalls, or is another one: pages, health, stop, and after."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.chassis.base.settings import Settings
from services.chassis.kafka import binding
from services.chassis.network import make_topics
from services.cli.local.ports import Ports
from services.cli.local.servers import LocalServers, Name
from tests.faults.breaking import stalled
from tests.faults.long import only_in_the_long_form
from tests.faults.network import GIVEN
from tests.faults.place import Place, ends_in_order, pages_answer
from tests.faults.rooms import Starter
from tests.support import Database, kafka_fields

pytestmark = [pytest.mark.timeout(240), only_in_the_long_form]


class Servers(LocalServers):
    """PostgreSQL and Kafka of our own, to stop, to stall and to exchange."""

    @asynccontextmanager
    async def away(self, name: Name) -> AsyncGenerator[None]:
        """Killed, and started again."""
        self.kill(name)
        try:
            yield
        finally:
            await asyncio.to_thread(self.restart, name)

    async def exchange_kafka(self) -> None:
        """Another cluster, without any topic, answers at the same address."""
        await asyncio.to_thread(self.stop)
        shutil.rmtree(self.state / "kafka")
        await asyncio.to_thread(self.start)


@pytest.fixture(scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    own = Servers(tmp_path_factory.mktemp("servers"), durable=False)
    with pytest.MonkeyPatch.context() as patch:
        for name in GIVEN:
            patch.delenv(name, raising=False)
        yield own
        await asyncio.to_thread(own.stop)


@pytest.fixture(scope="module")
async def place(own: Servers, forker: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """Prepared on those servers."""
    given = await asyncio.to_thread(own.start)
    home = tmp_path_factory.mktemp("place")
    settings = Settings(
        profile="test",
        database_url=given.database_url,
        **kafka_fields(given),
        state_dir=home / "state",
    )
    with Starter(home, forker) as starter:
        place = Place(settings, starter, Ports(home))
        prepared = place.start("prepare")
        assert await prepared.end() == 0, prepared.said
        yield place


async def test_while_kafka_is_away_pages_answer_and_what_is_said_waits(own: Servers, place: Place) -> None:
    async with own.away("kafka"):
        room = place.start("prepare", "run", "identity", "matching")
        other = place.start("matching")
        away = f"broker: no answer from {place.settings.kafka_bootstrap_servers}"
        await room.says(f"identity: {away}", f"matching: {away}")
        assert await room.alive()
        await pages_answer(room, "/sign-in", 200)
        await pages_answer(room, "/opportunities", 200)
        await place.say("AAA")
        await other.says(away)
        await ends_in_order(other)
        alone = place.start("prepare", "identity")
        assert await alone.end() == 1
        assert "Not prepared: Kafka: no answer from 127.0.0.1:" in alone.said
    await place.heard("AAA")
    await room.is_ready()
    await ends_in_order(room)
    assert "Traceback" not in room.said


async def test_while_kafka_stalls_it_is_told_and_a_stop_is_in_order(own: Servers, place: Place) -> None:
    room, other = place.start("identity", "matching"), place.start("matching")
    await room.is_ready()
    with stalled(own.pid("kafka")):
        await room.says("broker: no answer from 127.0.0.1:")
        await pages_answer(room, "/sign-in", 200)
        await place.say("BAA")
        await ends_in_order(other)
    await place.heard("BAA")
    await room.is_ready()
    await ends_in_order(room)


async def test_while_the_database_is_away_pages_rest_and_it_goes_on_by_itself(own: Servers, place: Place) -> None:
    async with own.away("postgres"):
        room, other = place.start("identity", "matching"), place.start("matching")
        await room.says("identity: database: it does not answer", "matching: database: it does not answer")
        assert await room.alive()
        await pages_answer(room, "/sign-in", 503)
        await ends_in_order(other)
        alone = place.start("prepare", "identity")
        assert await alone.end() == 1
        assert "Not prepared: the database of PLN_DATABASE_URL: it does not answer." in alone.said
    await room.is_ready()
    await pages_answer(room, "/sign-in", 200)
    async with own.away("postgres"):
        await room.says("identity: database: it does not answer")
        await pages_answer(room, "/opportunities", 503)
        await pages_answer(room, "/api/matching/v1/opportunities", 503)
    await place.say("CAA")
    await place.heard("CAA")
    await room.is_ready()
    await ends_in_order(room)


async def test_while_the_database_stalls_it_is_told_and_a_stop_is_in_order(own: Servers, place: Place) -> None:
    room, other = place.start("identity", "matching"), place.start("matching")
    await room.is_ready()
    with stalled(own.pid("postgres")):
        await room.says("identity: database: no answer")
        assert await room.alive()
        await ends_in_order(other)
    await room.is_ready()
    await ends_in_order(room)


async def test_another_kafka_at_the_same_address_is_refused_until_an_operator_takes_it(
    own: Servers, place: Place
) -> None:
    room = place.start("identity", "matching")
    await room.is_ready()
    await own.exchange_kafka()
    await make_topics(place.settings)
    await place.say("DAA")
    said = await room.says("identity: broker: this is Kafka cluster ", "matching: broker: this is Kafka cluster ")
    assert "and this database belongs to cluster" in said and "`pln restate`" in said
    await pages_answer(room, "/sign-in", 200)
    other = place.start("prepare", "run", "identity")
    await other.says("this is Kafka cluster ", "nothing is heard from it or sent to it")
    await ends_in_order(other)
    assert await place.unpublished() >= 1

    await take_this_kafka(place)
    await place.heard("DAA")
    await room.is_ready()
    assert await place.unpublished() == 0
    await ends_in_order(room)


async def take_this_kafka(place: Place) -> None:
    """What `pln restate` notes for each service, before it says everything again."""
    for name in ("identity", "matching"):
        service = await Database(place.settings).connect(name)
        async with service.transaction() as tx:
            await binding.forget_kafka(tx)
        await service.app.database.pool.close()
