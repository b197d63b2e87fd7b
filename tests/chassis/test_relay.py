"""The relay: what is committed goes to Kafka at once, in order, wherever it was committed and whoever sends it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from schemas.event import AnyEvent
from schemas.identity import Organisation, OrganisationChanged, OrganisationRegistered
from services.chassis.kafka import relay
from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.kafka.relay import Relay
from services.chassis.postgres.outbox import MAX_EVENT_BYTES
from services.chassis.postgres.transaction import Row, new_id
from tests.conftest import ROOT
from tests.support import Connected, Database, organisation, record_of, until

LONG = "x" * (MAX_EVENT_BYTES // 2)
"""A name with which a dozen events are more than a batch of Kafka's can hold."""


async def say(connected: Connected, *events: AnyEvent) -> None:
    async with connected.transaction() as tx:
        for event in events:
            await tx.emit(event)


async def unsent(connected: Connected) -> int:
    async with connected.transaction() as tx:
        return await tx.fetchval("select count(*) from outbox where published_at is null")


async def all_sent(connected: Connected) -> None:
    async def none() -> bool:
        return not await unsent(connected)

    await until(none)


async def in_kafka(connected: Connected) -> dict[UUID, list[int]]:
    """Every version that the topic of organisations has of each, in its order there."""
    topic = f"{connected.app.settings.topic_prefix}identity.organisation"
    consumer: Any = AIOKafkaConsumer(**client_options(connected.app.settings, ADMIN), auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(6)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        found: dict[UUID, list[int]] = {}
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    state = json.loads(record.value)
                    found.setdefault(UUID(state["id"]), []).append(state["version"])
        return found
    finally:
        await consumer.stop()


async def test_versions_stand_in_their_order_however_many_batches_they_fill(living: Database) -> None:
    identity = await living.connect("identity")
    large = [organisation().model_copy(update={"name": LONG}) for _ in range(2)]
    await say(identity, *(OrganisationRegistered(one) for one in large))
    for version in range(2, 9):
        await say(identity, *(OrganisationChanged(one.model_copy(update={"version": version})) for one in large))
    identity.app.relay.start()
    await all_sent(identity)
    await identity.app.relay.stop()
    said = await in_kafka(identity)
    for one in large:
        assert list(dict.fromkeys(said[one.id])) == list(range(1, 9))


def test_without_asserts_too_events_that_fill_more_than_one_batch_are_all_sent() -> None:
    command = [sys.executable, "-O", "-m", "tests.chassis.batching", "20"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    batches, events = done.stdout.split()
    assert int(batches) > 1
    assert int(events) == 20


async def test_what_is_committed_beside_a_relay_that_waits_is_told_to_the_one_that_sends(living: Database) -> None:
    sending, waiting = await living.connect("identity"), await living.connect("identity")
    sending.app.relay.start()
    await say(sending, OrganisationRegistered(organisation()))
    await all_sent(sending)
    waiting.app.relay.start()
    told = asyncio.Event()

    def tell(*_: object) -> None:
        told.set()

    listener = await asyncpg.connect(living.settings.service_dsn("identity"))
    try:
        await listener.add_listener("pln_outbox_identity", tell)

        async def heard() -> bool:
            await say(waiting, OrganisationRegistered(organisation()))
            return told.is_set()

        await until(heard)
        await all_sent(sending)
    finally:
        await listener.close()
        await waiting.app.relay.stop()
        await sending.app.relay.stop()


class CutOff(Relay):
    """Does not come back from a send, as when its database or its Kafka goes away."""

    sends_left = 0

    async def _send(self, producer: AIOKafkaProducer, rows: Sequence[Row]) -> None:
        if not self.sends_left:
            await asyncio.Event().wait()
        self.sends_left -= 1
        await super()._send(producer, rows)


async def cut_off_after(sends: int, connected: Connected) -> CutOff:
    relay = CutOff(connected.app.settings, connected.app.name)
    relay.sends_left = sends
    relay.start()
    await until(lambda: not relay.sends_left)
    return relay


async def late(connected: Connected, state: Organisation) -> None:
    """A record of a holder that was cut off, which arrives only now."""
    record = record_of(OrganisationRegistered(state), connected.app.settings.topic_prefix)
    producer = AIOKafkaProducer(**client_options(connected.app.settings, ADMIN), acks="all")
    await producer.start()
    await producer.send_and_wait(record.topic, record.value, key=record.key, headers=record.headers)
    await producer.stop()


@pytest.fixture
async def said_twice(living: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Connected, Organisation]:
    """Two versions of an organisation are to be said; events go one by one, and what may come late does within 1 s."""
    monkeypatch.setattr(relay, "REQUEST_TIMEOUT_SECONDS", 1)
    monkeypatch.setattr(relay, "BATCH", 1)
    identity, one = await living.connect("identity"), organisation()
    await say(identity, OrganisationRegistered(one))
    await say(identity, OrganisationChanged(one.model_copy(update={"version": 2})))
    return identity, one


async def test_what_was_said_last_stands_last_though_a_holder_before_wrote_late(
    said_twice: tuple[Connected, Organisation],
) -> None:
    identity, one = said_twice
    relay = await cut_off_after(2, identity)
    await late(identity, one)
    assert (await in_kafka(identity))[one.id][-1] == 1
    relay.sends_left = 10
    await until(lambda: relay.sends_left == 8)
    await relay.stop()
    assert (await in_kafka(identity))[one.id][-1] == 2


async def test_a_relay_that_is_cut_off_while_it_says_again_leaves_the_rest_to_the_next(
    said_twice: tuple[Connected, Organisation],
) -> None:
    identity, one = said_twice
    relay = await cut_off_after(3, identity)
    await relay.stop()
    assert (await in_kafka(identity))[one.id][-1] == 1
    async with identity.transaction() as tx:
        await tx.execute("update outbox set published_at = published_at - interval '1 hour'")
    identity.app.relay.start()
    await all_sent(identity)
    await identity.app.relay.stop()
    assert (await in_kafka(identity))[one.id][-1] == 2


async def test_a_transaction_that_rolls_back_says_nothing(living: Database) -> None:
    identity = await living.connect("identity")
    identity.app.relay.start()
    refused = new_id()
    try:
        async with identity.transaction() as tx:
            await tx.emit(OrganisationRegistered(organisation().model_copy(update={"id": refused})))
            raise LookupError
    except LookupError:
        pass
    await say(identity, OrganisationRegistered(organisation()))
    await all_sent(identity)
    await identity.app.relay.stop()
    assert refused not in await in_kafka(identity)
