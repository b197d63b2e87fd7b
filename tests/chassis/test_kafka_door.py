"""The chassis on real Kafka: what is said arrives once, what cannot be read is parked, a mirror can be rebuilt."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from schemas.event import AnyEvent, Envelope, Erased
from schemas.identity import AccountErased, Organisation, OrganisationRegistered
from schemas.matching import Opportunity
from schemas.recruitment import LeaderApproved
from services.chassis.kafka import refill
from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.kafka.decoding import ROLL_KEY
from tests.matching.world import leader, matches, post, subscribe
from tests.support import Connected, Database, Person, member, mirrored, organisation, record_of, started, until


@asynccontextmanager
async def kafka(database: Database) -> AsyncGenerator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(**client_options(database.settings, ADMIN), acks="all")
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def send(producer: AIOKafkaProducer, database: Database, *events: AnyEvent) -> None:
    for event in events:
        record = record_of(event, database.settings.topic_prefix)
        await producer.send_and_wait(record.topic, key=record.key, value=record.value, headers=record.headers)


async def records(database: Database, topic: str, count: int) -> list[tuple[str, dict[str, object]]]:
    """The first `count` events of a topic, by name and state."""
    consumer = AIOKafkaConsumer(
        database.settings.topic_prefix + topic,
        **client_options(database.settings, ADMIN),
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        found: list[Any] = []
        while len(found) < count:
            record = cast("Any", await consumer.getone())
            found += [record] if record.key != ROLL_KEY else []
    finally:
        await consumer.stop()
    return [(Envelope.read(r.headers).name, json.loads(r.value)) for r in found]


async def rebuild(connected: Connected, topic: str) -> int:
    app = connected.app
    return await refill.rebuild(app.database, app.settings, app.service.reactions.mirrors[topic])


async def has(connected: Connected, of: type, id: UUID) -> bool:
    return await mirrored(connected, of, id) is not None


async def is_erased(connected: Connected, id: UUID) -> bool:
    async with connected.transaction() as tx:
        return await tx.fetchval("select erased from mirror_account where id = $1", id) is True


async def test_what_a_command_says_is_on_its_topic(living: Database) -> None:
    trust = organisation()
    staff = member(trust, "coordinator")
    async with started(living, "matching") as matching, kafka(living) as producer:
        await send(producer, living, OrganisationRegistered(trust), staff.opened)
        await until(lambda: has(matching, Organisation, trust.id))
        id = await post(matching, trust, staff)
        [(name, state)] = await records(living, "matching.opportunity", 1)
    assert name == "OpportunityPosted"
    assert state["id"] == str(id)
    assert Opportunity.model_validate(state).version == 1


async def test_what_was_said_by_a_clock_that_was_hours_ahead_goes_out_at_once(living: Database) -> None:
    """Kafka refuses a record whose own time is more than an hour ahead; everything behind it would wait for that."""
    trust = organisation()
    async with started(living, "identity") as identity:
        async with identity.transaction() as tx:
            tx.now += timedelta(hours=3)
            await tx.emit(OrganisationRegistered(trust))
        await until(lambda: has(identity, Organisation, trust.id))


MOST_A_WEEK = 7
"""Roles that the network tells somebody of: its policy, edition 1."""


async def test_an_opportunity_posted_and_a_person_approved_at_the_same_moment_always_match(living: Database) -> None:
    trust = organisation()
    staff = member(trust, "coordinator")
    people = [Person() for _ in range(20)]
    async with started(living, "matching") as matching, kafka(living) as producer:
        await send(producer, living, OrganisationRegistered(trust), staff.opened)
        await until(lambda: has(matching, Organisation, trust.id))
        for person in people:
            await subscribe(matching, person)
        for person in people:
            await asyncio.gather(
                post(matching, trust, staff, places=1),
                send(producer, living, LeaderApproved(leader(person))),
            )
        wanted = len(people) * MOST_A_WEEK

        async def all_matched() -> bool:
            return len(await matches(matching)) == wanted

        await until(all_matched, seconds=30)
        assert await matches(matching) == ["MatchMade"] * wanted


async def test_a_record_that_cannot_be_read_is_parked_and_the_good_ones_go_on(living: Database) -> None:
    good, late = organisation("RX2"), organisation("RYR")
    topic = living.settings.topic_prefix + "identity.organisation"
    sound = record_of(OrganisationRegistered(organisation("RR8")))
    headers = [(n, v or b"") for n, v in sound.headers]
    bad: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]] = [
        (b"x", b"{not json", headers),
        (sound.key, b"\xff\xfe{}", headers),
        (sound.key, sound.value, []),
        (sound.key, b'{"id": "no"}', headers),
        (b"somebody else", sound.value, headers),
        (sound.key, None, headers),
        (sound.key, (sound.value or b"").replace(b"Sussex", b"Suss\\u0000ex"), headers),
        (sound.key, sound.value, [(n, b"\xff" if n == "ce_type" else v) for n, v in headers]),
    ]
    async with started(living, "matching") as matching, kafka(living) as producer:
        await send(producer, living, OrganisationRegistered(good))
        for key, value, its_headers in bad:
            await producer.send_and_wait(topic, key=key, value=value, headers=its_headers, partition=0)
        await producer.send_and_wait(topic, key=ROLL_KEY, value=None, partition=0)
        await send(producer, living, OrganisationRegistered(late))
        await until(lambda: has(matching, Organisation, late.id))
        assert await has(matching, Organisation, good.id)

        async def parked() -> list[str]:
            async with matching.transaction() as tx:
                return [row["error"] for row in await tx.fetch('select error from parked order by "offset"')]

        async def all_parked() -> bool:
            return len(await parked()) == len(bad)

        await until(all_parked)
        assert all(await parked())


async def test_an_unknown_name_and_unknown_fields_are_taken(living: Database) -> None:
    trust = organisation()
    record = record_of(OrganisationRegistered(trust), living.settings.topic_prefix)
    state = json.loads(record.value or b"") | {"a_field_of_tomorrow": {"deep": [1]}}
    headers = [(n, b"OrganisationCelebrated" if n == "ce_type" else v or b"") for n, v in record.headers]
    async with started(living, "matching") as matching, kafka(living) as producer:
        await producer.send_and_wait(record.topic, key=record.key, value=json.dumps(state).encode(), headers=headers)
        await until(lambda: has(matching, Organisation, trust.id))
        assert "a_field_of_tomorrow" in (await mirrored(matching, Organisation, trust.id) or "")


async def test_a_parked_record_that_can_be_read_later_is_taken_by_a_retry(living: Database) -> None:
    trust = organisation()
    record = record_of(OrganisationRegistered(trust), living.settings.topic_prefix)
    async with started(living, "matching") as matching, kafka(living) as producer:
        await producer.send_and_wait(record.topic, key=record.key, value=b"{broken", headers=record.headers)

        async def parked_id() -> UUID | None:
            async with matching.transaction() as tx:
                return await tx.fetchval("select id from parked")

        id: UUID = await until(parked_id)
        assert await matching.app.parked.retry(id, who="a test")
        async with matching.transaction() as tx:
            await tx.execute("update parked set value = $1", record.value)
        assert await matching.app.parked.retry(id, who="a test") is None
        assert await has(matching, Organisation, trust.id)


async def test_a_rebuilt_mirror_equals_the_one_it_replaces_and_sets_nothing_off(living: Database) -> None:
    trust = organisation()
    staff, people = member(trust, "coordinator"), [Person() for _ in range(5)]
    async with started(living, "matching") as matching, kafka(living) as producer:
        await send(producer, living, OrganisationRegistered(trust), staff.opened)
        await until(lambda: has(matching, Organisation, trust.id))
        for person in people:
            await subscribe(matching, person)
        await post(matching, trust, staff)
        await send(producer, living, *(LeaderApproved(leader(person)) for person in people))

        async def all_matched_and_nothing_due() -> bool:
            async with matching.transaction() as tx:
                quiet = await tx.fetchval("select not exists (select from due)")
            return quiet and len(await matches(matching)) == len(people)

        await until(all_matched_and_nothing_due)
        dump = "select id, version, state, event_id, correlation_id, happened_at from mirror_leader order by id"
        async with matching.transaction() as tx:
            before = [tuple(row) for row in await tx.fetch(dump)]
            handled = await tx.fetch("select * from handled order by reaction, id")
            await tx.execute('update mirror_leader set state = state || \'{"called": "wrong"}\'')
        rows = await rebuild(matching, "recruitment.leader")
        async with matching.transaction() as tx:
            assert [tuple(row) for row in await tx.fetch(dump)] == before
            assert await tx.fetch("select * from handled order by reaction, id") == handled
            assert await tx.fetchval("select count(*) from due") == 0
        assert rows == len(people)
        assert len(await matches(matching)) == len(people)


async def test_what_is_heard_while_a_mirror_is_rebuilt_stays_in_it(living: Database) -> None:
    before, meanwhile = organisation("RX2"), organisation("RYR")
    async with started(living, "matching") as matching, kafka(living) as producer:
        await send(producer, living, OrganisationRegistered(before))
        await until(lambda: has(matching, Organisation, before.id))
        mirror = matching.app.service.reactions.mirrors["identity.organisation"]
        began, records = await refill.read_anew(matching.app.database, matching.app.settings, mirror)
        await matching.hears(OrganisationRegistered(meanwhile))
        assert await refill.replace(matching.app.database, mirror, records, began=began) == 2
        assert await has(matching, Organisation, before.id)
        assert await has(matching, Organisation, meanwhile.id)


async def test_a_service_that_was_away_hears_what_it_missed_and_nothing_twice(living: Database) -> None:
    first, second = organisation("RX2"), organisation("RYR")
    async with kafka(living) as producer:
        async with started(living, "matching") as matching:
            await send(producer, living, OrganisationRegistered(first))
            await until(lambda: has(matching, Organisation, first.id))
        await send(producer, living, OrganisationRegistered(second))
        async with started(living, "matching") as again:
            await until(lambda: has(again, Organisation, second.id))
            async with again.transaction() as tx:
                assert await tx.fetchval("select count(*) from mirror_organisation") == 2


async def test_an_erased_aggregate_stays_erased_when_its_topic_is_read_again(living: Database) -> None:
    person = Person()
    async with kafka(living) as producer:
        async with started(living, "matching") as matching:
            await send(producer, living, person.opened, AccountErased(Erased(id=person.id, version=2)), person.opened)

            await until(lambda: is_erased(matching, person.id))
            await rebuild(matching, "identity.account")
            assert await is_erased(matching, person.id)
            async with matching.transaction() as tx:
                await tx.execute("delete from mirror_account")  # in the order in which hearing locks
                await tx.execute("delete from position")
        async with started(living, "matching") as again:
            await until(lambda: is_erased(again, person.id))
            async with again.transaction() as tx:
                assert person.called not in (
                    await tx.fetchval("select state from mirror_account where id = $1", person.id)
                )
