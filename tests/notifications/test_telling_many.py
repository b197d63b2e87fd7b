"""A role is withdrawn that many showed interest in: all are told, each once, each in their own way."""

import time
from collections import Counter

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from services.notifications.commands import sessions
from services.notifications.domain.message import WHO_RINGS
from tests.asking import FEW, asked
from tests.notifications.many import WAYS, many, told
from tests.support import Connected, registered

PLACES, WITHIN_SECONDS = 500, 5.0


async def test_all_are_told_each_in_their_own_way_however_many_batches_it_takes(
    notifications: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "TOLD_AT_ONCE", 7)
    role = await many(notifications, 40)
    await notifications.hears_and_settles(role.withdrawn)
    assert await told(notifications) == dict.fromkeys(WAYS, 10)
    said = Counter(name for name, _ in await notifications.said())
    assert said == {"MessageQueued": 40, "MessageSent": 10}, "what is only shown on the page is sent at once"
    assert await waiting_for_staff(notifications) == 20 * len(WHO_RINGS)
    assert await notifications.failing() == []


async def test_news_that_is_heard_again_or_of_each_tells_nobody_twice(notifications: Connected) -> None:
    role = await many(notifications, 12)
    await notifications.hears_and_settles(role.withdrawn)
    before = await notifications.said()
    async with notifications.transaction() as tx:
        await tx.execute("delete from handled")
    await notifications.hears_and_settles(role.withdrawn, *role.ended)
    async with notifications.transaction() as tx:
        await tx.due(sessions.tell_who_have_a_place, role.world.opportunity.id, 2)
    await notifications.settle()
    assert await told(notifications) == dict.fromkeys(WAYS, 3)
    assert await notifications.said() == before


async def test_who_was_erased_is_told_nothing_and_keeps_nobody_waiting(notifications: Connected) -> None:
    role = await many(notifications, 8)
    await notifications.hears(AccountErased(Erased(id=role.people[0].id, version=2)))
    await notifications.hears_and_settles(role.withdrawn)
    assert await told(notifications) == dict.fromkeys(WAYS, 2) | {"page": 1}
    assert await notifications.failing() == []


async def test_who_is_rung_waits_for_the_networks_organisation_and_nobody_else_does(notifications: Connected) -> None:
    role = await many(notifications, 8)
    async with notifications.transaction() as tx:
        network = await tx.fetchrow("delete from mirror_organisation where state ->> 'kind' = 'network' returning id")
    assert network
    await notifications.hears_and_settles(role.withdrawn)
    assert await told(notifications) == {"page": 2, "email": 2}
    assert [error.partition(":")[0] for error in await notifications.failing()] == ["NotYet"] * 4
    await notifications.hears(*registered(role.world.network))
    async with notifications.transaction() as tx:
        await tx.execute("update due set due_at = clock_timestamp()")
    await notifications.settle()
    assert await told(notifications) == dict.fromkeys(WAYS, 2)


async def test_many_are_told_by_few_statements(notifications: Connected) -> None:
    role = await many(notifications, 40)
    await notifications.hears(role.withdrawn)
    async with notifications.transaction() as tx:
        with asked() as found:
            assert await sessions.tell_who_showed_interest(tx, role.world.opportunity.id, None) is None
    assert len(found) <= FEW, "\n".join(found)
    assert sum((await told(notifications)).values()) == 40


async def test_a_moved_session_is_queued_for_five_hundred_within_five_seconds_each_once(
    notifications: Connected,
) -> None:
    """From the commit of its news to the last message queued; `make bench` says it of a quiet machine."""
    role = await many(notifications, PLACES, "accepted")
    with asked() as found:
        begun = time.perf_counter()
        await notifications.hears_and_settles(role.moved(2))
        took = time.perf_counter() - begun
    assert await told(notifications, "sessions_changed") == dict.fromkeys(WAYS, PLACES // len(WAYS))
    print(f"{PLACES} told of a moved session in {took:.2f} s by {len(found)} statements")
    assert took < WITHIN_SECONDS
    assert len(found) < PLACES // 4, "\n".join(found)
    assert await notifications.failing() == []


async def waiting_for_staff(notifications: Connected) -> int:
    async with notifications.transaction() as tx:
        return await tx.fetchval("select count(*) from waiting_item where topic = 'notifications.message'")
