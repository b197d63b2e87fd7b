"""Programs of others read every topic after the tour, an erasure and the daily roll: the CloudEvents SDK reads each
record, and a validator fetches the schema that the event names from the network itself.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event

from schemas.contracts import plan, types
from services import load
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.kafka.client import ADMIN, PARTNER, client_options
from services.chassis.operate import maintenance
from services.chassis.postgres.connections import open_pool
from services.chassis.postgres.transaction import Database
from services.cli.clients.records import partitions_of
from services.cli.demo.journey import Journey
from tests.journeys.network import Network
from tests.journeys.part_way import ACCOUNT_MADE, OFFERED, SCREENED, TOLD_BY_MAIL, sign_on_paper
from tests.journeys.tour import Toured
from tests.support import until, wait_until

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

pytestmark = pytest.mark.timeout(240)
TOPICS: dict[str, dict[str, Any]] = plan()["topics"]
PUBLIC = [topic for topic, about in TOPICS.items() if about.get("public")]
JOINING = ("Apply through the gateway", SCREENED, "Say what would fit, and subscribe")
SAID_ELSEWHERE = "identity.to_do"
"""Roles that wait for the network's yes: nobody grants them back and forth here; tests/payments/test_four_hands.py."""
PEOPLE = ("identity.account", "recruitment.profile", "payments.details_change")
"""Topics on which somebody is who has a profile, and gave another account to be paid into."""


@dataclass(frozen=True)
class Foreign:
    """A record as others have it: where it was, and the event that the SDK makes of it."""

    topic: str
    partition: int
    offset: int
    event: BaseCloudEvent

    @property
    def data(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.event.get_data())

    def says(self, attribute: str) -> Any:
        return self.event.get_attributes().get(attribute)


async def read(settings: Settings, who: str, topics: list[str]) -> list[Foreign]:
    """Everything on these topics, in the order of each partition."""
    consumer: Any = AIOKafkaConsumer(**client_options(settings, who), group_id=None)
    await consumer.start()
    try:
        places = partitions_of(topics, settings.topic_prefix)
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends: dict[TopicPartition, int] = await consumer.end_offsets(places)
        found: list[Any] = []
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
    finally:
        await consumer.stop()
    return [_foreign(record, settings.topic_prefix) for record in found]


def _foreign(record: Any, prefix: str) -> Foreign:
    event = from_kafka_event(KafkaMessage(dict(record.headers), record.key, record.value))
    return Foreign(record.topic.removeprefix(prefix), record.partition, record.offset, event)


def forget_somebody(network: Network) -> str:
    """Somebody joins, says what would fit them and where to pay, and asks to be forgotten. Their id."""
    journey = Journey(network.base_url, network.mailbox_url)
    for step in journey.steps():
        if step.name in (ACCOUNT_MADE, *JOINING):
            step.do()
    person = journey.person
    for number in ("66374958", "83710469"):
        details = {"payee_name": "N Body", "sort_code": "08-99-99", "account_number": number}
        person.write("PUT", "payments", "/mine/payee-details", details)
    person.post("identity", "/mine/forget")
    return person.account_id


async def roll(settings: Settings) -> None:
    """What each service does once a day."""
    for service in load():
        pool = await open_pool(settings, service.name)
        database = Database(service.name, pool)
        async with database.transaction(SYSTEM) as tx:
            await maintenance.say_again(tx, service.topics)

        async def said(database: Database = database) -> bool:
            async with database.transaction(SYSTEM) as tx:
                waits = "exists (select from said_again) or exists (select from outbox where published_at is null)"
                return not await tx.fetchval(f"select {waits}")

        await until(said)
        await pool.close()


def write_and_say_no(network: Network) -> None:
    """Somebody is offered a place, writes to the organisation, and says no: it is not told yet."""
    journey = Journey(network.base_url, network.mailbox_url)
    for step in journey.steps():
        if step.name == SCREENED:
            sign_on_paper(network)
        if step.name not in TOLD_BY_MAIL:
            step.do()
        if step.name == OFFERED:
            break
    person = journey.person
    [mine] = wait_until(lambda: person.get("engagements", "/mine/engagements")["engagements"])
    asked = {"words": "Is there parking near the door?"}
    person.post_until_accepted("notifications", f"/mine/conversations/engagement/{mine['id']}/messages", asked)
    person.post("engagements", f"/mine/engagements/{mine['id']}/decline")


@pytest.fixture(scope="module")
async def settings(network: Network) -> Settings:
    return Settings.from_environment(network.environment)


@pytest.fixture(scope="module")
async def everything(network: Network, toured: Toured, helped: None, settings: Settings) -> list[Foreign]:
    """What is on all topics after the tour, help in each room, an erasure and a roll."""
    assert toured.code == 0, toured.said
    await asyncio.to_thread(write_and_say_no, network)
    forgotten = await asyncio.to_thread(forget_somebody, network)

    async def is_forgotten() -> bool:
        found = [one for one in await read(settings, ADMIN, list(PEOPLE)) if "erased" in one.data]
        return forgotten in {one.says("subject") for one in found} and {one.topic for one in found} == {*PEOPLE}

    await until(is_forgotten, every=0.5)
    await roll(settings)
    return await read(settings, ADMIN, list(TOPICS))


@pytest.fixture(scope="module")
def schema(network: Network) -> "Callable[[str], Draft202012Validator]":
    from jsonschema import Draft202012Validator  # two seconds of each worker, for one test

    @cache
    def fetched(address: str) -> Draft202012Validator:
        """The validator of what the network serves at an address, formats included."""
        found = httpx.get(address, timeout=10).raise_for_status().json()
        Draft202012Validator.check_schema(found)
        return Draft202012Validator(found, format_checker=Draft202012Validator.FORMAT_CHECKER)

    return fetched


async def test_there_is_something_on_every_topic_and_an_erasure_and_a_repetition(everything: list[Foreign]) -> None:
    assert {one.topic for one in everything} == {*TOPICS} - {SAID_ELSEWHERE}
    assert {one.topic for one in everything if "erased" in one.data} >= {*PEOPLE}
    ids = [(one.says("source"), one.says("id")) for one in everything]
    assert len(ids) > len(set(ids)), "the roll says something again, as it was"


async def test_every_record_is_an_event_that_names_the_network_in_full(
    network: Network, everything: list[Foreign]
) -> None:
    for one in everything:
        owner = TOPICS[one.topic]["owner"]
        assert one.says("source") == f"{network.base_url}/{owner}"
        assert one.says("type").startswith(f"uk.patientnetwork.{one.topic}."), one.says("type")
        assert one.says("type") in types()
        assert one.says("datacontenttype") == "application/json"
        assert one.says("dataschema").startswith(f"{network.base_url}/developers/published/{one.topic}.v")
        assert one.says("time").utcoffset() is not None
        assert one.says("partitionkey") == one.says("subject") == one.data["id"]
        assert int(one.says("aggregateversion")) == one.data["version"]
        assert all(name.isascii() and name.isalnum() and name.islower() for name in one.event.get_attributes())


async def test_every_value_fits_the_schema_that_its_event_names(
    everything: list[Foreign], schema: "Callable[[str], Draft202012Validator]"
) -> None:
    wrong = [
        f"{one.topic} {one.partition}:{one.offset} {error.json_path}: {error.message[:200]}"
        for one in everything
        for error in schema(one.says("dataschema")).iter_errors(one.data)
    ]
    assert wrong == []


async def test_whoever_keeps_the_highest_version_of_each_id_has_the_newest_record_of_each_key(
    everything: list[Foreign],
) -> None:
    """So compaction, which keeps the last record, takes nothing from a reader who goes by the version."""
    highest, last = dict[tuple[str, str], int](), dict[tuple[str, str], int]()
    for one in everything:
        key = one.topic, str(one.says("subject"))
        highest[key] = max(highest.get(key, 0), one.data["version"])
        last[key] = one.data["version"]
    assert highest == last


async def test_a_partner_reads_the_same_on_the_public_topics(settings: Settings, everything: list[Foreign]) -> None:
    def ids(found: list[Foreign]) -> set[Any]:
        return {one.says("id") for one in found if one.topic in PUBLIC}

    assert ids(await read(settings, PARTNER, PUBLIC)) >= ids(everything)
