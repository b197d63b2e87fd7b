"""A Kafka from before it asked for passwords: its folder comes over by itself, with topics, records and offsets."""

import asyncio
from dataclasses import dataclass
from string import Template
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError

from services.chassis.base.settings import Settings
from services.chassis.kafka.administrator import AccessRefused, Administrator, Kind, Operation, Rule
from services.chassis.kafka.client import ADMIN, client_options, connection_options
from services.chassis.network import make_topics
from services.cli.local.servers import LocalServers, Servers
from tests.chassis.test_access import cells
from tests.kafka_node import CLUSTER, Node, before_passwords, embedded, in_compose, node
from tests.support import until

__all__ = ["node"]
"""A fixture."""

pytestmark = pytest.mark.timeout(240)

TOPIC = "identity.organisation"
PLACE = TopicPartition(TOPIC, 0)
ADMIN_PASSWORD = {"kafka_security": "SASL_PLAINTEXT", "kafka_password": "only-for-the-demo"}


async def write(settings: Settings, *values: bytes) -> None:
    producer = AIOKafkaProducer(**client_options(settings, ADMIN), acks="all")
    await producer.start()
    for value in values:
        await producer.send_and_wait(TOPIC, value, key=value, partition=0)
    await producer.stop()


async def note_place(settings: Settings, offset: int) -> None:
    consumer = AIOKafkaConsumer(**client_options(settings, "matching"), group_id="matching", enable_auto_commit=False)
    await consumer.start()
    consumer.assign([PLACE])
    await consumer.commit({PLACE: offset})
    await consumer.stop()


async def found(settings: Settings) -> tuple[int, list[bytes]]:
    """What matching finds: its place, and the records."""
    consumer: Any = AIOKafkaConsumer(
        **client_options(settings, "matching"), group_id="matching", enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign([PLACE])
        end = (await consumer.end_offsets([PLACE]))[PLACE]
        consumer.seek(PLACE, 0)
        values: list[bytes] = []
        while await consumer.position(PLACE) < end:
            got = cast("dict[TopicPartition, list[Any]]", await consumer.getmany(PLACE, timeout_ms=5000))
            values += [record.value for records in got.values() for record in records]
        place = await until(lambda: consumer.committed(PLACE))  # a broker that has just started may say None
        return place, values
    finally:
        await consumer.stop()


async def is_open(settings: Settings) -> bool:
    """Whether anybody gets in."""
    stranger = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers)
    try:
        await stranger.start()
    except KafkaError:
        return False
    finally:
        await stranger.stop()
    return True


async def may_make_rules(port: int, settings: Settings, who: str) -> bool:
    """At the controller's port, which is for the node alone."""
    options = connection_options(settings, who)
    connection: Any = AIOKafkaConnection("127.0.0.1", port, request_timeout_ms=5000, **options)
    try:
        await connection.connect()
        rule = Rule("eve", Operation.ALL, Kind.TOPIC, "identity.account")
        await Administrator(StraightTo(connection)).allow([rule])  # pyright: ignore[reportArgumentType]
        return True
    except (KafkaError, AccessRefused):
        return False
    finally:
        connection.close()


@dataclass
class StraightTo:
    """Stands for aiokafka's administration client, at one connection."""

    connection: Any

    async def _send_to_controller(self, request: object) -> Any:
        return await self.connection.send(request)


async def test_a_state_folder_of_before_comes_over_and_could_go_back(
    node: Node, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLN_DATABASE_URL", servers.database_url)
    for name in servers.kafka:
        monkeypatch.delenv(name, raising=False)
    folder = node.state / "kafka"
    folder.mkdir()
    values = {"port": node.port, "advertised_port": node.port, "controller_port": node.controller_port}
    values |= {"folder": "kafka"}
    before = {name: Template(value).safe_substitute(values) for name, value in before_passwords(embedded()).items()}
    await asyncio.to_thread(node.format, before, "--standalone")
    (folder / "cluster.id").write_text(CLUSTER)
    with node.running(before) as unsecured:
        assert await is_open(unsecured)
        await make_topics(unsecured)
        assert await until(lambda: cells(unsecured, "matching"))  # a broker tells of a topic a moment after it was made
        assert set((await cells(unsecured, "matching")).values()) == {(True, True)}
        await write(unsecured, b"one", b"two")
        await note_place(unsecured, 1)
    with LocalServers(node.state, durable=False) as started:
        secured = Settings.from_environment(started.kafka)
        assert not await is_open(secured)
        await make_topics(secured)
        assert await found(secured) == (1, [b"one", b"two"])
        await write(secured, b"three")
        await note_place(secured, 2)
    assert (folder / "server.properties").stat().st_mode & 0o777 == 0o600
    with node.running(before) as unsecured:
        assert await found(unsecured) == (2, [b"one", b"two", b"three"])


async def test_a_folder_as_the_container_had_it_comes_over(node: Node) -> None:
    def here(settings: dict[str, str]) -> dict[str, str]:
        """The container's addresses and folder, on this machine."""
        changes = {"kafka:9092": f"127.0.0.1:{node.port}", "kafka:9093": f"127.0.0.1:{node.controller_port}"}
        changes |= {"://:9092": f"://127.0.0.1:{node.port}", "://:9093": f"://127.0.0.1:{node.controller_port}"}
        changes |= {"/var/lib/kafka/data": str(node.state / "data")}
        for was, now in changes.items():
            settings = {name: value.replace(was, now) for name, value in settings.items()}
        return settings

    before = here(before_passwords(in_compose()))
    await asyncio.to_thread(node.format, before)
    with node.running(before) as unsecured:
        await make_topics(unsecured)
        await write(unsecured, b"one", b"two")
        await note_place(unsecured, 1)
    with node.running(here(in_compose()), **ADMIN_PASSWORD) as secured:
        assert not await is_open(secured)
        await make_topics(secured)
        assert await found(secured) == (1, [b"one", b"two"])
        for who in ("matching", ADMIN):
            assert not await may_make_rules(node.controller_port, secured, who)
        assert not await may_make_rules(node.controller_port, Settings(kafka_bootstrap_servers="-"), ADMIN)
        itself = secured.model_copy(update={"kafka_admin": "broker"})
        assert await may_make_rules(node.controller_port, itself, ADMIN)
