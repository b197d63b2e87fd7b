"""A database and topics of a test's own, the processes started on them, and what can be done to either from outside."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from schemas.identity import Organisation, OrganisationRegistered
from services.chassis.base.settings import Settings
from services.chassis.kafka import cluster
from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.postgres.transaction import new_id
from services.cli.local.ports import Ports
from tests.faults.rooms import Room, Starter
from tests.support import Database, kafka_environment, organisation, record_of, until

ORGANISATION = Organisation.topic


@dataclass
class Place:
    """Where processes are started, and what they are given. `topic` is that of organisations, with its prefix."""

    settings: Settings
    starter: Starter
    ports: Ports

    @property
    def topic(self) -> str:
        return self.settings.topic_prefix + ORGANISATION

    def start(self, *words: str, **changes: str) -> Room:
        """`python -m services …`, with ports of its own; `changes` to the environment."""
        environment = {
            "PLN_PROFILE": "test",
            "PLN_DATABASE_URL": self.settings.admin_dsn(),
            **kafka_environment(self.settings),
            "PLN_TOPIC_PREFIX": self.settings.topic_prefix,
            "PLN_STATE_DIR": str(self.settings.state_dir),
            "PLN_HTTP_PORT": str(self.ports.choose(f"http-{new_id()}")),
            "PLN_OPS_PORT": str(self.ports.choose(f"ops-{new_id()}")),
        }
        return self.starter.start(*words, environment=environment | changes)

    async def execute(self, sql: str, *values: object, schema: str = "identity") -> list[asyncpg.Record]:
        """As the administrator."""
        connection = await asyncpg.connect(self.settings.admin_dsn(), server_settings={"search_path": schema})
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    async def say(self, *ods_codes: str) -> None:
        """Organisations that identity registered, in its outbox as its command puts them there."""
        identity = await Database(self.settings).connect("identity")
        try:
            async with identity.transaction() as tx:
                for code in ods_codes:
                    await tx.emit(OrganisationRegistered(organisation(code)))
        finally:
            await identity.app.database.pool.close()

    async def heard(self, *ods_codes: str) -> None:
        """Wait until matching has heard of them all."""

        async def all_there() -> bool:
            rows = await self.execute("select state ->> 'ods_code' as code from mirror_organisation", schema="matching")
            return {row["code"] for row in rows} >= set(ods_codes)

        await until(all_there, seconds=60, every=0.2)

    async def unpublished(self) -> int:
        """How many events wait in identity's outbox."""
        rows = await self.execute("select count(*) as n from outbox where published_at is null")
        return int(rows[0]["n"])

    async def produce(self, organisations: Sequence[Organisation]) -> None:
        """Said by somebody who ran before: the records are in the topic."""
        producer = AIOKafkaProducer(**client_options(self.settings, ADMIN), acks="all")
        await producer.start()
        try:
            for one in organisations:
                record = record_of(OrganisationRegistered(one), self.settings.topic_prefix)
                headers = [(name, value or b"") for name, value in record.headers]
                await producer.send_and_wait(record.topic, key=record.key, value=record.value, headers=headers)
        finally:
            await producer.stop()

    async def delete_topic(self) -> None:
        """It is gone when this returns."""
        await self._admin(lambda admin: admin.delete_topics([self.topic]))
        await until(lambda: self._partitions(0), every=0.2)

    async def make_topic(self, partitions: int) -> None:
        await self._admin(lambda admin: admin.create_topics([NewTopic(self.topic, partitions, 1)]))
        await until(lambda: self._partitions(partitions), every=0.2)

    async def _partitions(self, count: int) -> bool:
        there = (await cluster.describe(self.settings, ADMIN, [self.topic])).topics.get(self.topic)
        return (there.partitions if there else 0) == count

    async def _admin(self, act: Callable[[AIOKafkaAdminClient], Awaitable[object]]) -> None:
        admin = AIOKafkaAdminClient(**client_options(self.settings, ADMIN))
        await admin.start()
        try:
            await act(admin)
        finally:
            await admin.close()


async def ends_in_order(room: Room, code: int = 0) -> None:
    """SIGTERM ends it within seconds, with this exit code and without a traceback."""
    ended, seconds = await room.stop()
    assert ended == code, room.said
    assert seconds < IN_ORDER_SECONDS, f"{seconds:.0f} s\n{room.said}"
    assert "Traceback" not in room.said


IN_ORDER_SECONDS = 18
"""The supervisor waits for 20."""


async def pages_answer(room: Room, path: str, status: int) -> None:
    answer = await room.get(path)
    assert answer is not None and answer.status_code == status, answer and answer.text[:500]
