"""Whom the network's staff ring or write to: they see how, nobody else does, and each is done once."""

import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from schemas.identity import AccountOpened, OrganisationClosed
from schemas.matching import MatchMade, OpportunityPosted
from schemas.recruitment import Leader, LeaderChanged
from services.notifications.domain.contact import Contact, Wanted
from services.notifications.store import contact as contact_store
from services.notifications.store.contact import network_office
from tests.notifications.support import World, a_world, status_of
from tests.support import Connected, Person, form_key, led_to, member

NUMBER = "01632960001"


async def somebody_to_ring(notifications: Connected) -> tuple[World, Person, UUID]:
    """A world in which somebody asked to be rung, a screener of the network, and the message's id."""
    world = await a_world(notifications)
    screener = member(world.network, "screener")
    await world.reach(Wanted("phone", NUMBER))
    await notifications.hears_and_settles(
        screener.opened, OpportunityPosted(world.opportunity), MatchMade(world.match())
    )
    [message] = await world.messages()
    assert (message.channel, message.status) == ("phone", "queued")
    return world, screener, message.id


async def test_the_network_rings_people_until_its_last_day_ends_in_london(notifications: Connected) -> None:
    world = await a_world(notifications)
    closes = world.network.model_copy(update={"version": 2, "valid_to": date(2026, 6, 30)})
    await notifications.hears_and_settles(OrganisationClosed(closes))
    async with notifications.transaction() as tx:
        tx.now = datetime(2026, 6, 30, 22, 59, tzinfo=UTC)
        assert await network_office(tx)
        tx.now = datetime(2026, 6, 30, 23, 1, tzinfo=UTC)  # a minute past midnight in London
        assert await network_office(tx) is None


def on_the_phone(person: Person) -> AccountOpened:
    return AccountOpened(person.account.model_copy(update={"can_sign_in": False}))


async def test_staff_see_whom_to_ring_and_done_sends_it_and_says_who_did(notifications: Connected) -> None:
    _, screener, id = await somebody_to_ring(notifications)
    async with notifications.api(screener) as api:
        [waiting] = (await api.get("/organisations/QZZ/home")).json()["waiting"]
        assert (waiting["what"], waiting["link"]) == ("contact_by_phone_or_post", "/messages/for/QZZ")
    async with notifications.browser(screener) as browser:
        page = await browser.get("/messages/for/QZZ")
        assert NUMBER in page.text
        assert "Sam: An opportunity fits you" in page.text
        form = {"form_key": form_key(page.text)}
        first, second = [await browser.post(f"/messages/for/QZZ/{id}/done", data=form) for _ in range(2)]
        assert led_to(first) == led_to(second) == "/messages/for/QZZ"
        page = await browser.get("/messages/for/QZZ")
        assert NUMBER not in page.text, "a number is shown only while there is something to tell"
    assert (await status_of(notifications, id))[0] == "sent"
    assert [name for name, key in await notifications.said() if key == id] == ["MessageQueued", "MessageSent"]
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select done_by from message where id = $1", id) == screener.id
    async with notifications.api(screener) as api:
        assert (await api.get("/organisations/QZZ/home")).json()["waiting"] == []
        answer = await api.post(f"/organisations/QZZ/messages/{id}/done")
        assert (answer.status_code, answer.json()["type"]) == (409, "/developers/problems#already-told")


async def test_nobody_else_sees_or_does_it(notifications: Connected) -> None:
    world, screener, id = await somebody_to_ring(notifications)
    stranger = member(world.trust, "screener", "coordinator", called="Cy")
    finance = member(world.network, "finance", called="Fay")
    await notifications.hears_and_settles(stranger.opened, finance.opened)
    async with notifications.browser(stranger) as browser, notifications.api(stranger) as api:
        for path in ("/messages/for/RX2", "/messages/for/QZZ", f"/messages/for/RX2/people/{world.person.id}"):
            assert (await browser.get(path)).status_code == 404, path
        assert (await api.get("/organisations/RX2/messages")).status_code == 404
        for ods in ("RX2", "QZZ"):
            assert (await api.post(f"/organisations/{ods}/messages/{id}/done")).status_code == 404
    async with notifications.browser(finance) as browser:
        assert (await browser.get("/messages/for/QZZ")).status_code == 403
    async with notifications.transaction(stranger.acting(world.trust)) as tx:
        assert await tx.fetchval("select count(*) from contact_point") == 0
        assert await tx.fetchval("select count(*) from message") == 0
    async with notifications.browser(screener) as browser:
        answer = await browser.post(f"/messages/for/QZZ/{id}/done", data={"form_key": "forged.00"})
        assert answer.status_code == 403
        key = form_key((await browser.get("/messages/for/QZZ")).text)
        answer = await browser.post(f"/messages/for/QZZ/{world.person.id}/done", data={"form_key": key})
        assert answer.status_code == 404
    assert (await status_of(notifications, id))[0] == "queued"


async def test_staff_enter_how_somebody_who_cannot_sign_in_is_reached(notifications: Connected) -> None:
    world = await a_world(notifications)
    screener, caller = member(world.network, "screener"), Person("Cal")
    await notifications.hears_and_settles(screener.opened, on_the_phone(caller))
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match(caller)))
    path = f"/messages/for/QZZ/people/{caller.id}"
    async with notifications.browser(screener) as browser:
        page = (await browser.get("/messages/for/QZZ")).text
        assert "Not known yet" in page
        assert path in page
        form = {"form_key": form_key((await browser.get(path)).text), "channel": "phone", "phone": "01632 960 001"}
        assert led_to(await browser.post(path, data=form)) == "/messages/for/QZZ"
        page = (await browser.get("/messages/for/QZZ")).text
    assert NUMBER in page
    assert path not in page
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select entered_by from contact_point") == screener.id


async def test_a_mailbox_is_told_when_staff_change_how_its_owner_is_reached_and_the_page_says_who_did(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    sam, sal = world.person, member(world.network, "coordinator", called="Sal")
    now = datetime.now(UTC)
    leader = Leader(
        id=sam.id,
        version=9,
        called="Sam",
        reference="PL-7K3Q",
        status="approved",
        rung="feedback",
        approved_at=now,
        coordinator_id=sal.id,
    )
    await notifications.hears_and_settles(sal.opened, LeaderChanged(leader))
    async with notifications.transaction() as tx:
        await contact_store.save(tx, Contact(sam.id, "email", "sam@people.example", now, now, entered_by=sam.id))
    path = f"/messages/for/QZZ/people/{sam.id}"
    async with notifications.browser(sal) as browser:
        shown = (await browser.get(path)).text
        assert "by themselves" in shown
        form = {"form_key": form_key(shown), "channel": "phone", "phone": "01632 960 009"}
        saw = re.search(r'name="saw" value="([^"]+)"', shown)
        led_to(await browser.post(path, data=form | ({"saw": saw[1]} if saw else {})))
        assert "by you" in (await browser.get(path)).text
    async with notifications.transaction() as tx:
        told = await tx.fetch("select channel, address from message where kind = 'contact_changed' order by channel")
    assert [tuple(row) for row in told] == [("email", "sam@people.example"), ("page", None)]


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"channel": "email", "address": "cal@people.example"}, "phone-or-post"),
        ({"channel": "phone", "address": "1"}, "phone-needed"),
        ({"channel": "post"}, "post-needed"),
    ],
)
async def test_staff_cannot_enter_what_would_not_reach_them(
    notifications: Connected, body: dict[str, str], slug: str
) -> None:
    world = await a_world(notifications)
    screener, caller = member(world.network, "screener"), Person("Cal")
    await notifications.hears_and_settles(screener.opened, on_the_phone(caller))
    async with notifications.api(screener) as api:
        answer = await api.put(f"/organisations/QZZ/people/{caller.id}/contact", json=body)
        assert (answer.status_code, answer.json()["type"]) == (422, f"/developers/problems#{slug}")
        for someone in (world.person.id, screener.id):
            good = {"channel": "phone", "address": NUMBER}
            answer = await api.put(f"/organisations/QZZ/people/{someone}/contact", json=good)
            assert answer.status_code == 404, "who can sign in says it themselves"
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select count(*) from contact_point") == 0
