"""Somebody has begun to join with their name: one way to reach them, and a receipt that says who answers."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from schemas.event import Erased, Waiting
from schemas.identity import AccountErased, AccountOpened
from schemas.recruitment import ApplicationSent
from services.chassis.postgres.transaction import new_id
from services.notifications.web import first
from tests.mail_server import mail_server, words_of
from tests.notifications.support import NOW, World, a_world, link_in_mail, send_now
from tests.notifications.test_contact import kept, save
from tests.support import Connected, Database, Person, hidden, led_to, member

FIRST, STARTED = "/messages/mine/first", "/messages/mine/started"
NUMBER = "07700900982"
AT_HOME, CENTRE = "Sam\n1 High Street\nHove BN3 1AA", "the day centre, Tuesdays"
WAYS = {
    "phone": ({"phone": NUMBER}, ("phone", NUMBER, False), "We ring you, on"),
    "text": ({"phone": NUMBER}, ("phone", NUMBER, False), "We send you a text"),
    "post": ({"post": AT_HOME}, ("post", AT_HOME, False), "We send you letters"),
    "meet": ({"meet": CENTRE}, ("meet", CENTRE, False), "We meet you"),
    "email": ({"email": "sam@people.example"}, ("email", "sam@people.example", False), "Open it and press"),
}
"""What is typed, what is kept of it, and what the page says."""


@pytest.fixture(autouse=True)
def no_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first, "WAITS_SECONDS", 0.0)


async def a_start(service: Connected) -> tuple[World, Person]:
    """A world, and somebody who has given their name a moment ago."""
    world, sam = await a_world(service), Person("Sam")
    await service.hears_and_settles(began(sam))
    return world, sam


def began(person: Person) -> AccountOpened:
    return AccountOpened(person.account.model_copy(update={"can_sign_in": False, "came_to_join_at": NOW}))


def asked(world: World, person: Person) -> ApplicationSent:
    """What recruitment says once it has heard of the account."""
    id, until = new_id(), datetime(2026, 12, 7, 17, tzinfo=UTC)
    waits = Waiting(
        organisation_id=world.network.id,
        role="screener",
        what="screen_application",
        about=id,
        since=NOW,
        until=until,
        link=f"/people/for/QZZ/{id}",
    )
    return ApplicationSent(world.application("asked", id=id, person_id=person.id, waiting=(waits,)))


async def is_proved(world: World, person: Person) -> bool:
    found = await kept(world, person)
    return found is not None and found[2]


async def choose(browser: httpx.AsyncClient, way: str) -> httpx.Response:
    return await say(browser, channel=way, **WAYS[way][0])


async def say(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    return await browser.post(FIRST, data={**hidden((await browser.get(FIRST)).text), **fields})


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("application_first", [True, False])
async def test_one_way_is_enough_and_a_receipt_goes_that_way_as_soon_as_both_are_here(
    notifications: Connected, way: str, application_first: bool
) -> None:
    world, sam = await a_start(notifications)
    _, kept_as, shown_as = WAYS[way]
    event = asked(world, sam)
    if application_first:
        await notifications.hears_and_settles(event)
        assert await world.messages(sam) == [], "nobody is told who cannot be reached yet"
    async with notifications.browser(sam) as browser:
        assert led_to(await choose(browser, way)) == STARTED
        if not application_first:
            assert "We have your name" in (await browser.get(STARTED)).text
            await notifications.hears_and_settles(event)
        await notifications.settle()
        page = words((await browser.get(STARTED)).text)
    assert await kept(world, sam) == kept_as
    for said in (shown_as, "The welcome team of Example Network", "7 December 2026", event.state.reference):
        assert said in page, said
    receipts = [one for one in await world.messages(sam) if one.news.kind == "name_received"]
    assert [(one.channel, one.status) for one in receipts] == [(kept_as[0], "queued")]
    assert event.state.reference in receipts[0].news.body
    assert "by Monday 7 December 2026" in receipts[0].news.body
    await notifications.hears_and_settles(ApplicationSent(event.state.model_copy(update={"version": 2})))
    assert len([one for one in await world.messages(sam) if one.news.kind == "name_received"]) == 1


async def test_staff_see_whom_to_ring_text_or_meet_with_what_to_say(notifications: Connected) -> None:
    world, sam = await a_start(notifications)
    screener, others = member(world.network, "screener"), {"text": Person("Tess"), "meet": Person("Mo")}
    await notifications.hears_and_settles(screener.opened, *(began(one) for one in others.values()))
    for way, person in {"phone": sam, **others}.items():
        await notifications.hears_and_settles(asked(world, person))
        async with notifications.browser(person) as browser:
            await choose(browser, way)
    await notifications.settle()
    async with notifications.browser(screener) as browser, notifications.api(screener) as api:
        page = words((await browser.get("/messages/for/QZZ")).text)
        listed = (await api.get("/organisations/QZZ/messages")).json()["messages"]
    assert "the day centre, Tuesdays" in page
    for said in ("Ring", "Text or ring", "Meet", "Where and when", "Your reference is AP-"):
        assert said in page, said
    assert {one["called"]: (one["channel"], one["by_text"]) for one in listed} == {
        "Sam": ("phone", False),
        "Tess": ("phone", True),
        "Mo": ("meet", False),
    }


async def test_an_e_mail_waits_until_its_link_was_opened_on_any_machine_and_nothing_typed_goes_there_before(
    database: Database,
) -> None:
    async with mail_server() as server:
        notifications = await database.connect("notifications", smtp_url=server.url)
        world, sam = await a_start(notifications)
        await notifications.hears_and_settles(asked(world, sam))
        async with notifications.browser(sam) as browser:
            await choose(browser, "email")
            await notifications.settle()
            assert "We do not know yet that this e-mail address is yours" in (await browser.get(STARTED)).text
        for _ in range(2):
            await send_now(notifications)
        [(to, content)] = server.taken
        assert to == ["sam@people.example"]
        assert "Sam" not in words_of(content), "only the link goes there, and no word that anybody typed"
        link = re.search(r"(/messages/mine/confirm\?token=\S+)", words_of(content))
        assert link
        async with notifications.browser() as phone:
            opened = await phone.get(link[1])
            assert "Sam" not in opened.text
            assert not await is_proved(world, sam), "opening the link confirms nothing"
            token = opened.text.split('name="token" value="')[1].split('"')[0]
            pressed = await phone.post("/messages/mine/confirm", data={**hidden(opened.text), "token": token})
            assert led_to(pressed).partition("?")[0] == "/messages/mine/confirm"
            assert "From now on we write to this e-mail address" in (await phone.get(pressed.headers["location"])).text
            assert (await phone.get("/messages/mine/confirm")).status_code == 303, "said once"
        assert await is_proved(world, sam)
        await send_now(notifications)
        [_, (to, content)] = server.taken
        assert to == ["sam@people.example"]
        assert b"Subject: You asked to join" in content and b"We have your name." in content


async def test_the_link_of_somebody_who_can_sign_in_is_theirs_alone(notifications: Connected) -> None:
    world = await a_world(notifications)
    await save(world, world.person, channel="email", email="sam@people.example")
    other, staff = Person("Kim"), member(world.network, "screener")
    await notifications.hears_and_settles(other.opened, staff.opened)
    link = await link_in_mail(notifications, "confirm_address")
    async with notifications.browser() as stranger, notifications.browser(other) as kim:
        assert (await stranger.get(link)).headers["location"].startswith("/sign-in?")
        page = await kim.get(link)
        token = link.partition("token=")[2]
        refused = await kim.post("/messages/mine/confirm", data={**hidden(page.text), "token": token})
        assert refused.status_code == 409
    assert not await is_proved(world, world.person)


async def test_a_link_that_has_run_out_says_so_to_whoever_has_no_way_to_sign_in(notifications: Connected) -> None:
    _, sam = await a_start(notifications)
    async with notifications.browser(sam) as browser, notifications.browser() as phone:
        await choose(browser, "email")
        link = await link_in_mail(notifications, "confirm_address")
        assert (await phone.get(link)).status_code == 200
        broken = await phone.get(link[:-3])
    assert broken.status_code == 409
    assert "This link is out of date" in broken.text


async def test_where_the_network_sends_texts_by_itself_text_me_is_one_of_those(database: Database) -> None:
    service = await database.connect("notifications", notify_url="http://127.0.0.1:9")
    world, sam = await a_start(service)
    async with service.browser(sam) as browser:
        page = (await browser.get(FIRST)).text
        assert 'value="sms"' in page
        assert 'value="text"' not in page
        assert led_to(await say(browser, channel="sms", phone="07700 900 982")) == STARTED
    assert await kept(world, sam) == ("sms", NUMBER, False)


async def test_the_first_way_needs_no_fresh_proof_and_another_one_later_does(notifications: Connected) -> None:
    _, sam = await a_start(notifications)
    hours_ago = replace(sam, proved_at=datetime.now(UTC) - timedelta(hours=1))
    async with notifications.browser(hours_ago) as browser, notifications.api(hours_ago) as api:
        other_tab = hidden((await browser.get(FIRST)).text)
        assert led_to(await choose(browser, "phone")) == STARTED
        assert (await browser.get(FIRST)).headers["location"] == STARTED, "back leads on"
        late = await browser.post(FIRST, data={**other_tab, "channel": "phone", "phone": "01632960001"})
        assert late.status_code == 401
        assert "01632960001" in late.text, "what was typed is kept"
        refused = await api.put("/mine/contact", json={"channel": "phone", "address": "01632960001"})
        assert refused.status_code == 401
    async with notifications.browser(sam) as browser:
        both = await browser.post(FIRST, data={**other_tab, "channel": "phone", "phone": "01632960001"})
        assert both.status_code == 409, "two tabs: nothing is overwritten unseen"
        decided = {**hidden(both.text), "channel": "phone", "phone": "01632960001"}
        assert led_to(await browser.post(FIRST, data=decided)) == STARTED


async def test_a_program_says_it_by_the_api_with_the_token_of_the_start(notifications: Connected) -> None:
    world, sam = await a_start(notifications)
    async with notifications.api(sam) as api:
        said = await api.put("/mine/contact", json={"channel": "text", "address": "07700 900 982"})
        assert said.json().items() >= {"channel": "text", "address": NUMBER, "verified": False}.items()
        assert (await api.get("/mine/contact")).json()["channel"] == "text"
        no = await api.put("/mine/contact", json={"channel": "page"})
        assert (no.status_code, no.json()["type"]) == (422, "/developers/problems#page-needs-sign-in")
    assert await kept(world, sam) == ("phone", NUMBER, False)


async def test_a_machine_is_reached_by_nobody_and_has_no_letter_sent_to_anybody(notifications: Connected) -> None:
    await a_world(notifications)
    machine = replace(Person("Rota"), proved_at=datetime.now(UTC) - timedelta(hours=1))
    await notifications.hears_and_settles(AccountOpened(machine.account.model_copy(update={"kind": "machine"})))
    async with notifications.api(machine) as api:
        refused = await api.put("/mine/contact", json={"channel": "email", "address": "anybody@people.example"})
    assert (refused.status_code, refused.json()["type"]) == (401, "/developers/problems#prove-it-is-you")
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select count(*) from message") == 0


@pytest.mark.parametrize(
    ("typed", "words_said"),
    [
        ({"channel": "meet", "meet": " "}, "Say where and when"),
        ({"channel": "text", "phone": "12"}, "Enter a phone number"),
        ({"channel": "post", "post": ""}, "the postcode for letters"),
        ({"channel": "email", "email": "sam"}, "e-mail address"),
        ({"channel": "page"}, "how we can reach you"),
        ({}, "how we can reach you"),
    ],
)
async def test_what_reaches_nobody_is_refused_in_words_with_what_was_typed(
    notifications: Connected, typed: dict[str, str], words_said: str
) -> None:
    world, sam = await a_start(notifications)
    async with notifications.browser(sam) as browser:
        refused = await say(browser, **typed)
    assert refused.status_code == 422
    assert words_said in words(refused.text)
    assert await kept(world, sam) is None


async def test_a_page_before_its_account_is_on_its_way_and_one_after_it_was_forgotten_is_closed(
    notifications: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.chassis.http.entry.CATCH_UP_SECONDS", 0.1)
    await a_world(notifications)
    sam = Person("Sam")
    async with notifications.browser(sam) as browser, notifications.api(sam) as api:
        early = await browser.get(FIRST)
        assert early.status_code == 503
        assert "data-on-its-way" in early.text
        assert (await api.get("/mine/contact")).status_code == 503
        await notifications.hears_and_settles(began(sam))
        form = hidden((await browser.get(FIRST)).text)
        await notifications.hears_and_settles(AccountErased(Erased(id=sam.id, version=2)))
        gone = await browser.post(FIRST, data={**form, "channel": "phone", "phone": NUMBER})
        assert gone.status_code == 401
        assert (await browser.get(FIRST)).headers["location"].startswith("/sign-in?")
        assert (await api.get("/mine/contact")).status_code == 401
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select count(*) from contact_point") == 0


async def test_who_gave_a_name_and_left_is_on_no_list_and_an_address_that_nobody_proved_is(
    notifications: Connected,
) -> None:
    world, sam = await a_start(notifications)
    screener, left, caller = member(world.network, "screener"), Person("Lee"), Person("Cal")
    entered = AccountOpened(caller.account.model_copy(update={"can_sign_in": False}))
    await notifications.hears_and_settles(screener.opened, began(left), entered)
    async with notifications.browser(sam) as browser:
        await choose(browser, "email")
    async with notifications.api(screener) as api:
        listed = (await api.get("/organisations/QZZ/messages")).json()["unreached"]
    assert {one["called"] for one in listed} == {"Sam", "Cal"}


async def test_somebody_with_an_account_of_another_kind_is_led_where_they_belong(notifications: Connected) -> None:
    world = await a_world(notifications)
    async with notifications.browser(world.person) as browser:
        assert (await browser.get(STARTED)).headers["location"] == "/messages/mine"
        assert led_to(await choose(browser, "phone")) == STARTED
        assert (await browser.get(STARTED)).headers["location"] == "/join"
    assert await world.messages() == []
