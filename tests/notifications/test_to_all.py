"""One message to everybody who has a place in a role: seen once more, then once in each one's own conversation."""

import time

import pytest

from services.chassis.base.cursors import before_all
from services.chassis.postgres.lists import Asked
from services.notifications.commands import writing_to_all
from services.notifications.store import conversation_lists
from tests.asking import FEW, asked
from tests.notifications.many import WAYS, Many, many, told
from tests.notifications.support import NOW
from tests.notifications.talks import SetOff
from tests.support import Connected, Person, hidden, led_to, member, organisation, registered

WORDS = "The room has changed: we meet in room 4."
PLACES = 500
MOST_OF_A_LIST, MOST_OF_A_PAGE, MOST_BYTES = 6, 12, 60_000


async def written(service: Connected) -> tuple[int, int]:
    """How many have it, and how many people they are."""
    async with service.transaction() as tx:
        row = await tx.fetchrow(
            "select count(*) as messages, count(distinct person_id) as people from said where to_all is not null"
        )
    assert row
    return row["messages"], row["people"]


async def coordinator(role: Many) -> Person:
    cora = member(role.world.trust, "coordinator", called="Cora")
    await role.world.service.hears_and_settles(cora.opened)
    return cora


async def test_staff_look_once_more_and_each_gets_it_in_their_own_conversation(notifications: Connected) -> None:
    role = await many(notifications, 8, "accepted")
    cora, page = await coordinator(role), f"/messages/for/RX2/roles/{role.world.opportunity.id}/write"
    other = organisation("RX9", name="Another trust")
    cara = member(other, "coordinator")
    await notifications.hears_and_settles(*registered(other), cara.opened)
    async with notifications.browser(cara) as browser:
        assert (await browser.get(page)).status_code == 404
        assert (await browser.get(page.replace("RX2", "RX9"))).status_code == 404
    async with notifications.browser(cora) as browser:
        form = (await browser.get(page)).text
        assert "8 people have a place" in form
        looks = await browser.post(page, data=hidden(form) | {"words": WORDS})
        assert looks.status_code == 422 and "Send it to 8 people" in looks.text and WORDS in looks.text
        assert await written(notifications) == (0, 0)
        stale = hidden(looks.text) | {"words": WORDS, "sure": "yes", "seen": "7"}
        assert "Another number of people" in (await browser.post(page, data=stale)).text
        done = await browser.post(page, data=hidden(looks.text) | {"words": WORDS, "sure": "yes"})
        assert led_to(done) == page, done.text
        again = await browser.post(page, data=hidden(looks.text) | {"words": WORDS, "sure": "yes"})
        assert led_to(again) == page, "sent twice, done once"
    await notifications.settle()
    assert await written(notifications) == (8, 8)
    assert await told(notifications, "message_written") == dict.fromkeys(WAYS, 2)
    kim = role.people[0]
    mine = f"/messages/mine/conversations/engagement/{role.interested[0].id}"
    async with notifications.browser(kim) as browser:
        page = (await browser.get(mine)).text
    assert WORDS in page and "To everybody who has a place" in page and "Sam 1" not in page
    assert await notifications.failing() == []


async def test_five_hundred_are_queued_within_five_seconds_each_once_wherever_it_is_killed(
    notifications: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = await many(notifications, PLACES, "accepted")
    cora = await coordinator(role)
    async with notifications.api(cora) as api:
        at = f"/organisations/RX2/roles/{role.world.opportunity.id}/write"
        answer = await api.post(at, json={"words": WORDS, "seen": str(PLACES), "sure": "yes"})
        assert answer.status_code == 201, answer.text
    id, after = answer.json()["id"], None
    with SetOff(monkeypatch) as killed:  # a batch that dies at each of its steps leaves nothing, and is done again
        for step in range(1, killed.STEPS + 1):
            killed.at(step)
            with pytest.raises(killed.Killed):
                async with notifications.transaction() as tx:
                    await writing_to_all.write_to_each(tx, id, None)
            assert await written(notifications) == (0, 0), step
    async with notifications.transaction() as tx:
        with asked() as found:
            after = await writing_to_all.write_to_each(tx, id, None)
        assert len(found) <= FEW + 6, "\n".join(found)
    assert after is not None and await written(notifications) == (100, 100)
    began = time.monotonic()
    await notifications.settle()  # from the start: the first hundred have it already
    took = time.monotonic() - began
    assert await written(notifications) == (PLACES, PLACES)
    assert await told(notifications, "message_written") == dict.fromkeys(WAYS, PLACES // len(WAYS))
    print(f"{PLACES} have it after {took:.2f} s")
    async with notifications.transaction() as tx:  # all of them answer, and wait at one desk
        await tx.execute(
            "update conversation set answer_since = $1, unread_since = $1,"
            " turn = extract(epoch from $1::timestamptz)::bigint",
            NOW,
        )
    async with notifications.transaction(cora.acting(role.world.trust)) as tx:
        [sort] = [one for one in conversation_lists.OURS.sorts if one.name == "waits"]
        given = (role.world.trust.id, ["engagement"], "waits", "Sam", *before_all(sort.by, descending=False), 21)
        rows = await tx.fetch("explain (analyze) " + sort.sql, *given)
        plan = [row[0] for row in rows]
        took = float(plan[-1].removeprefix("Execution Time: ").removesuffix(" ms")) / 1000
        page = await conversation_lists.of_staff(tx, Asked(counted=True), "waits", "Sam")
    ours = "/messages/for/RX2/conversations"
    for address, most in ((ours, MOST_OF_A_LIST), (f"{ours}/engagement/{role.interested[0].id}", MOST_OF_A_PAGE)):
        async with notifications.browser(cora) as browser:
            with asked() as found:
                shown = await browser.get(address)
        assert shown.status_code == 200 and len(shown.content) < MOST_BYTES
        assert len(found) <= most, "\n".join(found)
    assert len(page.items) == 20 and page.count == PLACES
    print(f"the list of {PLACES} took {took * 1000:.1f} ms in the database")
