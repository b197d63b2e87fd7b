"""Attacks on Kafka from inside the network: whoever reaches the port forges no role and reads nobody's health."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.identity import Account, AccountOpened, Membership
from services.chassis.kafka.decoding import Record
from services.chassis.postgres.transaction import new_id
from tests.support import Database, mirrored, record_of, started

pytestmark = pytest.mark.timeout(120)


def forged(prefix: str) -> tuple[UUID, Record]:
    """An account with a role that nobody gave."""
    role = Membership(organisation_id=uuid4(), ods_code="RX2", roles=("coordinator",), valid_from=date(2020, 1, 1))
    eve = Account(id=new_id(), version=1, called="Eve", memberships=(role,))
    return eve.id, record_of(AccountOpened(eve), prefix)


async def test_whoever_reaches_the_port_forges_no_role_and_reads_nobodys_health(living: Database) -> None:
    """As anybody's script does it: no user and no password."""
    where, prefix = {"bootstrap_servers": living.settings.kafka_bootstrap_servers}, living.settings.topic_prefix
    id, record = forged(prefix)
    async with started(living, "payments") as payments:
        with pytest.raises(KafkaError):
            await produce(record, where)
        assert await mirrored(payments, Account, id) is None
    with pytest.raises(KafkaError):
        await read(f"{prefix}recruitment.profile", where)


async def produce(record: Record, options: dict[str, Any]) -> None:
    producer = AIOKafkaProducer(**options, acks="all")
    try:
        await producer.start()
        headers = [(name, value or b"") for name, value in record.headers]
        await producer.send_and_wait(record.topic, key=record.key, value=record.value, headers=headers)
    finally:
        await producer.stop()


async def read(topic: str, options: dict[str, Any]) -> bytes:
    """The first record that is found there; the topic has one."""
    consumer: Any = AIOKafkaConsumer(topic, **options, group_id=None, auto_offset_reset="earliest")
    try:
        await consumer.start()
        return (await consumer.getone()).value
    finally:
        await consumer.stop()
