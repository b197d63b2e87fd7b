"""One message to everybody who has a place in a role: seen once more, then once in each one's own conversation."""

import time

import pytest

from schemas.engagements import EngagementRestated
from services.chassis.base.cursors import before_all
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import erasing_conversations, writing_to_all
from services.notifications.store import conversation_lists
from tests.asking import FEW, asked
from tests.chassis.sent_files import photo
from tests.notifications.many import WAYS, Many, many, told
from tests.notifications.support import NOW
from tests.notifications.talks import SetOff
from tests.support import Connected, Person, hidden, led_to, member, organisation, registered

LINK = "https://recordings.example/room-4"
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
        assert "Write a message, choose a file" in (await browser.post(page, data=hidden(form))).text
        with_file = {"file": ("the plan.jpg", photo(), "image/jpeg")}
        typed = {"words": WORDS, "link": LINK, "had_file": "yes"}
        looks = await browser.post(page, data=hidden(form) | typed | {"had_file": ""}, files=with_file)
        assert 'name="had_file" value="yes"' in looks.text and 'name="had_file"' not in form
        assert "Choose the file again" in looks.text and "With a recording at recordings.example" in looks.text
        assert looks.status_code == 422 and "Send it to 8 people" in looks.text and WORDS in looks.text
        assert await written(notifications) == (0, 0)
        stale = hidden(looks.text) | typed | {"sure": "yes", "seen": "7"}
        assert "Another number of people" in (await browser.post(page, data=stale, files=with_file)).text
        lost = await browser.post(page, data=hidden(looks.text) | typed | {"sure": "yes"})
        assert lost.status_code == 422 and "You chose a file before" in lost.text, "it never goes without it unseen"
        done = await browser.post(page, data=hidden(looks.text) | typed | {"sure": "yes"}, files=with_file)
        assert led_to(done) == page, done.text
        again = await browser.post(page, data=hidden(looks.text) | typed | {"sure": "yes"}, files=with_file)
        assert led_to(again) == page, "sent twice, done once"
    await notifications.settle()
    assert await written(notifications) == (8, 8)
    assert await told(notifications, "message_written") == dict.fromkeys(WAYS, 2)
    kim = role.people[0]
    mine = f"/messages/mine/conversations/engagement/{role.interested[0].id}"
    async with notifications.browser(kim) as browser:
        page = (await browser.get(mine)).text
    assert WORDS in page and "To everybody who has a place" in page and "Sam 1" not in page
    assert f'href="{LINK}"' in page
    await its_file_is_kept_once(role, cora, page)
    assert await notifications.failing() == []


async def its_file_is_kept_once(role: Many, cora: Person, page: str) -> None:
    """Whoever got the message opens it, and so do the staff who answer; nobody else. It goes with the last message."""
    service, [kim, lea, *_], [mine, *_] = role.world.service, role.people, role.interested
    said = page.split(f"/engagement/{mine.id}/files/")[1].split('"')[0]
    at = f"conversations/engagement/{mine.id}/files/{said}"
    late = Person("Late")  # who has a place since then, and got nothing
    place = mine.model_copy(update={"id": new_id(), "person_id": late.id, "version": 1})
    await service.hears_and_settles(late.opened, EngagementRestated(place))
    opens = ((kim, "/messages/mine/", 200), (cora, "/messages/for/RX2/", 200), (lea, "/messages/mine/", 404))
    for who, room, status in (*opens, (late, "/messages/mine/", 404)):
        async with service.browser(who) as browser:
            assert (await browser.get(room + at)).status_code == status, (who.called, room)
    for who, sees in ((kim, 1), (lea, 1), (late, 0)):
        async with service.transaction(who.acting()) as tx:
            assert await tx.fetchval("select count(*) from file") == sees, "row-level security says the same"
    async with service.transaction() as tx:
        assert await tx.fetchval("select count(*) from file") == 1
        await tx.execute("update said set said_at = said_at - interval '800 days' where person_id <> $1", kim.id)
        await erasing_conversations.erase_old(tx)
        assert await tx.fetchval("select count(*) from file") == 1, "somebody still has it"
        await tx.execute("update said set said_at = said_at - interval '800 days' where person_id = $1", kim.id)
        await erasing_conversations.erase_old(tx)
        assert await tx.fetchval("select count(*) from file") == 0


async def test_five_hundred_are_queued_within_five_seconds_each_once_wherever_it_is_killed(
    notifications: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = await many(notifications, PLACES, "accepted")
    cora = await coordinator(role)
    async with notifications.api(cora) as api:
        at = f"/organisations/RX2/roles/{role.world.opportunity.id}/write"
        answer = await api.post(at, json={"words": WORDS, "seen": str(PLACES), "sure": "yes"})
        assert answer.status_code == 201, answer.text
        assert "other-number-of-people" in (await api.post(f"{at}/file?seen={PLACES - 1}", content=photo())).text
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
        planned, took = (float(row[0].split(": ")[1].removesuffix(" ms")) for row in rows if " Time: " in row[0])
        page = await conversation_lists.of_staff(tx, Asked(counted=True), "waits", "Sam")
    ours = "/messages/for/RX2/conversations"
    for address, most in ((ours, MOST_OF_A_LIST), (f"{ours}/engagement/{role.interested[0].id}", MOST_OF_A_PAGE)):
        async with notifications.browser(cora) as browser:
            with asked() as found:
                shown = await browser.get(address)
        assert shown.status_code == 200 and len(shown.content) < MOST_BYTES
        assert len(found) <= most, "\n".join(found)
    assert len(page.items) == 20 and page.count == PLACES
    print(f"the list of {PLACES}: planned in {planned:.1f} ms, read in {took:.1f} ms")
