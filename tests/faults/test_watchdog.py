"""A consuming task that dies silently is noticed, said and started again, and nothing that it had in hand is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
import uvloop
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.admin import ApiVersionRequest
from prometheus_client import REGISTRY

from schemas.identity import Organisation, OrganisationRegistered
from services.chassis.kafka import subscriber
from services.chassis.kafka.decoding import Record
from services.chassis.kafka.subscriber import Subscriber
from services.cli.local.ports import LOOPBACK
from tests.faults.streams import producing
from tests.support import Connected, Database, mirrored, organisation, record_of, started, until

Fault = Callable[[Connected, pytest.MonkeyPatch], Awaitable[None]]


def its_subscriber(matching: Connected) -> Subscriber:
    assert matching.app.subscriber
    return matching.app.subscriber


async def a_stray_cancellation(matching: Connected, patch: pytest.MonkeyPatch) -> None:
    """Of the batch in hand: the task ends, and FastStream and its ping say that all is well."""
    inbox = matching.app.inbox
    take = inbox.take

    async def once(records: Sequence[Record]) -> None:
        patch.setattr(inbox, "take", take)
        raise asyncio.CancelledError

    patch.setattr(inbox, "take", once)


async def a_dead_coordinator(matching: Connected, patch: pytest.MonkeyPatch) -> None:
    """aiokafka's own task for the group's membership has ended: it would complain every five seconds for ever."""
    consumer: Any = its_subscriber(matching)._subscriber.consumer  # pyright: ignore[reportPrivateUsage]
    consumer._coordinator._coordination_task.cancel()


async def heartbeats_that_end(matching: Connected, patch: pytest.MonkeyPatch) -> None:
    """By an error of which aiokafka knows nothing: it says so once a second for ever, and sends none."""

    async def fails() -> None:
        raise RuntimeError

    consumer: Any = its_subscriber(matching)._subscriber.consumer  # pyright: ignore[reportPrivateUsage]
    consumer._coordinator._heartbeat_task = asyncio.ensure_future(fails())


async def a_poll_that_never_returns(matching: Connected, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(subscriber, "SILENT_SECONDS", 3.0)
    its = its_subscriber(matching)._subscriber  # pyright: ignore[reportPrivateUsage]
    get_msg = its.get_msg

    async def never(consumer: Any) -> Any:
        patch.setattr(its, "get_msg", get_msg)
        await asyncio.Event().wait()

    patch.setattr(its, "get_msg", never)


def revived() -> float:
    return REGISTRY.get_sample_value("pln_subscriber_revived_total", {"service": "matching"}) or 0.0


FAULTS = (a_stray_cancellation, a_dead_coordinator, heartbeats_that_end, a_poll_that_never_returns)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_consuming_task_that_dies_silently_is_started_again_and_loses_nothing(
    living: Database, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    before, first, later = revived(), organisation("RX2"), organisation("RYR")
    async with started(living, "matching") as matching, producing(living) as stream:
        prefix = living.settings.topic_prefix
        await until(its_subscriber(matching).assigned)
        await fault(matching, monkeypatch)
        await stream.append(record_of(OrganisationRegistered(first), prefix))
        await until(lambda: its_subscriber(matching).silence, seconds=20)
        assert any(reason.startswith("broker: ") for reason in await matching.app.unready())
        await until(lambda: mirrored(matching, Organisation, first.id), seconds=30)
        await until(lambda: revived() == before + 1, seconds=20)
        await stream.append(record_of(OrganisationRegistered(later), prefix))
        await until(lambda: mirrored(matching, Organisation, later.id), seconds=20)
        await until(lambda: is_ready(matching))


async def is_ready(matching: Connected) -> bool:
    return not await matching.app.unready()


async def test_a_second_silence_within_five_minutes_ends_the_process(
    living: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriber, "WATCH_SECONDS", 0.1)
    async with started(living, "matching") as matching:
        its = its_subscriber(matching)
        await until(its.assigned)
        await a_dead_coordinator(matching, monkeypatch)
        await until(lambda: not its.alive)
        await until(lambda: its.alive, seconds=30)
        assert not its.dead.is_set()
        await until(its.assigned)
        await a_dead_coordinator(matching, monkeypatch)
        await until(its.dead.is_set)


def test_a_connection_that_was_closed_a_moment_ago_is_one_that_is_lost() -> None:
    async def ask() -> None:
        server = await asyncio.start_server(lambda _reader, _writer: None, LOOPBACK, 0)
        port = server.sockets[0].getsockname()[1]
        options: dict[str, Any] = {}
        connection: Any = AIOKafkaConnection(LOOPBACK, port, **options)
        connection._reader, connection._writer = await asyncio.open_connection(LOOPBACK, port)
        connection._read_task = connection._create_reader_task()
        connection._writer.transport.abort()
        with suppress(ConnectionError):
            await connection._writer.wait_closed()
        with pytest.raises(KafkaConnectionError):
            await connection.send(ApiVersionRequest())
        server.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(ask())
