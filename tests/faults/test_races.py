"""Two at once, at the doors of two instances of one service: exactly one wins, and the other is told so.

What one instance does about its own races stands with its service: two approvers and three runs in tests/payments
(test_claims, test_runs), places in tests/engagements/test_places and tests/training/test_commands, two screeners in
tests/recruitment/test_commands, a form sent ten times with and without its key in tests/chassis/test_http_door.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from schemas.recruitment import LeaderApproved
from services.chassis.kafka.relay import Relay
from services.chassis.work.scheduler import Clock, Job, Scheduler
from tests.chassis.test_kafka_door import records
from tests.engagements.world import leader, make
from tests.matching.world import leader as matching_leader
from tests.matching.world import post, subscribe
from tests.payments.support import RATE, a_trust, said
from tests.support import Connected, Database, Person, member, organisation, registered, until

Two = list[Connected]
AGAIN = 5
"""So many rounds of each race."""


@pytest.fixture
async def payments_twice(database: Database) -> Two:
    return [await database.connect("payments") for _ in range(2)]


@pytest.fixture
async def engagements_twice(database: Database) -> Two:
    return [await database.connect("engagements") for _ in range(2)]


@pytest.fixture
async def matching_twice(database: Database) -> Two:
    return [await database.connect("matching") for _ in range(2)]


async def posted(one: Connected, person: Person, path: str, *, key: str = "", **body: object) -> tuple[int, str]:
    """The status of a POST and what it said."""
    async with one.api(person) as api:
        headers = {"idempotency-key": key} if key else {}
        answer = await api.post(path, json=body or None, headers=headers)
        return answer.status_code, answer.text


async def test_of_two_approvers_at_two_doors_one_approves(payments_twice: Two) -> None:
    one, other = payments_twice
    trust = await a_trust(one)
    for _ in range(AGAIN):
        claim = await trust.sent(Person())
        path = f"/organisations/RX2/claims/{claim.id}/approve"
        answers = await asyncio.gather(posted(one, trust.approver, path), posted(other, trust.both, path))
        assert sorted(status for status, _ in answers) == [200, 409], answers
    assert (await said(one)).count("ClaimApproved") == AGAIN


async def test_of_runs_at_two_doors_at_once_each_claim_is_in_exactly_one(payments_twice: Two) -> None:
    trust = await a_trust(payments_twice[0])
    paid = 0
    for _ in range(AGAIN):
        for _ in range(3):
            await trust.approved(Person())
        paid += 3
        runs = [posted(one, trust.finance, "/organisations/RX2/runs") for one in payments_twice * 2]
        assert Counter(status for status, _ in await asyncio.gather(*runs)) == {201: 1, 409: 3}
    assert (await said(payments_twice[0])).count("ClaimPaid") == paid
    async with payments_twice[0].transaction() as tx:
        assert await tx.fetchval("select sum(amount_pence) from payment") == paid * RATE
        assert await tx.fetchval("select sum(amount_pence) from entry") == 0


async def test_a_place_accepted_and_given_back_at_once_is_free_or_taken_and_never_both(engagements_twice: Two) -> None:
    one, other = engagements_twice
    world = await make(one, places=50)
    for round_ in range(AGAIN):
        person = await world.approved(f"Sam {round_}")
        id = await world.offered(person)
        path = f"/mine/engagements/{id}"
        answers = await asyncio.gather(posted(one, person, f"{path}/accept"), posted(other, person, f"{path}/withdraw"))
        assert 200 in {status for status, _ in answers}, answers
        assert {status for status, _ in answers} <= {200, 409}, answers
        assert (await world.intake()).places_taken == await places_taken(one), answers


async def places_taken(engagements: Connected) -> int:
    """By the engagements themselves: accepted and not ended."""
    async with engagements.transaction() as tx:
        return await tx.fetchval("select count(*) from engagement where state ->> 'status' = 'accepted'")


async def test_a_hundred_people_who_accept_five_places_at_two_doors_get_five(engagements_twice: Two) -> None:
    world = await make(engagements_twice[0], places=5)
    people = [Person(called=f"Person {n}") for n in range(100)]
    await world.engagements.hears_and_settles(*(p.opened for p in people), *(LeaderApproved(leader(p)) for p in people))
    offers = [(person, await world.offered(person)) for person in people]
    answers = await asyncio.gather(
        *(
            posted(engagements_twice[n % 2], person, f"/mine/engagements/{id}/accept")
            for n, (person, id) in enumerate(offers)
        )
    )
    assert Counter(status for status, _ in answers) == {200: 100}, "a late yes is one to the reserve list"
    assert (await world.intake()).places_taken == await places_taken(world.engagements) == 5


async def test_the_same_write_sent_ten_times_at_once_is_done_once_and_answered_alike(engagements_twice: Two) -> None:
    world = await make(engagements_twice[0], places=5)
    body = {"opportunity_id": str(world.o.id), "why": "I know these letters.", "needs": ""}
    sent = [posted(one, world.person, "/mine/interests", key="the same", **body) for one in engagements_twice * 5]
    answers = await asyncio.gather(*sent)
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert (await world.facts()).count("InterestShown") == 1


async def test_without_a_key_none_of_ten_is_done_and_each_is_told_what_to_send(engagements_twice: Two) -> None:
    world = await make(engagements_twice[0], places=5)
    before = await world.everything()
    body = {"opportunity_id": str(world.o.id), "why": "I know these letters.", "needs": ""}
    headers = {"authorization": f"Bearer {world.person.token(world.engagements.app.settings)}"}

    async def bare(one: Connected) -> tuple[int, str]:
        async with one.browser() as http:
            answer = await http.post("/api/engagements/v1/mine/interests", json=body, headers=headers)
            return answer.status_code, answer.json()["detail"]

    for status, words in await asyncio.gather(*(bare(one) for one in engagements_twice * 5)):
        assert status == 400
        assert "Idempotency-Key" in words
    assert await world.everything() == before


async def test_two_instances_that_react_to_the_same_news_make_each_match_once(matching_twice: Two) -> None:
    one, other = matching_twice
    trust, people = organisation(), [Person() for _ in range(10)]
    staff = member(trust, "coordinator")
    await one.hears_and_settles(*registered(trust), staff.opened)
    for person in people:
        await subscribe(one, person)
    for _ in range(3):
        await post(one, trust, staff)
    await one.hears(*(LeaderApproved(matching_leader(person)) for person in people))
    await asyncio.gather(*(each.settle() for each in (one, other) * 3))
    made = [key for name, key in await one.said() if name == "MatchMade"]
    assert len(made) == len(set(made)) == 3 * len(people)


async def test_of_two_relays_one_sends_each_event_once_and_in_order(living: Database) -> None:
    matching = await living.connect("matching")
    trust = organisation()
    staff = member(trust, "coordinator")
    await matching.hears(*registered(trust), staff.opened)
    relays = [Relay(living.settings, "matching") for _ in range(2)]
    for relay in relays:
        relay.start()
    try:
        posted_ids = [await post(matching, trust, staff) for _ in range(40)]
        await until(lambda: nothing_unpublished(matching), seconds=30)
        assert await holders(living) == 1
        found = await records(living, "matching.opportunity", 40)
    finally:
        await asyncio.gather(*(relay.stop() for relay in relays))
    per_thing = Counter(UUID(str(state["id"])) for _, state in found)
    assert per_thing == Counter(posted_ids)


async def test_a_job_runs_once_for_all_instances_and_again_at_once_only_when_it_was_cut_off(
    matching_twice: Two,
) -> None:
    ran: list[str] = []
    other_turned_away = asyncio.Event()

    async def count(clock: Clock) -> None:
        ran.append(clock.service)
        async with asyncio.timeout(20):
            await other_turned_away.wait()

    job = Job("count", timedelta(days=1), count)
    schedulers = [Scheduler([job], one.app.database, one.app.settings) for one in matching_twice]

    async def try_it(one: Scheduler) -> bool:
        did = await one.run_if_due(job)
        if not did:
            other_turned_away.set()
        return did

    assert sorted(await asyncio.gather(*(try_it(one) for one in schedulers))) == [False, True]
    assert not await try_it(schedulers[0])
    other_turned_away.clear()
    async with matching_twice[0].transaction() as tx:
        await tx.execute("update job set ended_at = null where name = 'count'")  # as a kill leaves it
    assert sorted(await asyncio.gather(*(try_it(one) for one in schedulers))) == [False, True]
    assert len(ran) == 2


async def test_the_server_is_asked_to_miss_a_vanished_client_within_seconds(matching: Connected) -> None:
    async with matching.transaction() as tx:
        asked = {name: await tx.fetchval("select current_setting($1)", name) for name in GONE}
    assert asked == GONE


GONE = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "client_connection_check_interval": "2s",
}


async def nothing_unpublished(matching: Connected) -> bool:
    async with matching.transaction() as tx:
        return not await tx.fetchval("select count(*) from outbox where published_at is null")


async def holders(living: Database) -> int:
    connection = await asyncpg.connect(living.settings.admin_dsn())
    try:
        return await connection.fetchval(
            "select count(*) from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory'"
            " and l.granted and a.datname = current_database() and a.application_name = 'pln-matching-relay'"
        )
    finally:
        await connection.close()
