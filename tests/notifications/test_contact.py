"""How a person says how to reach them, by page and by API, and shows that an address is theirs."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schemas.matching import MatchMade, OpportunityPosted
from schemas.payments import DetailsChange, DetailsChanged
from schemas.signed import VERIFIED_ADDRESS
from services.chassis.http.signed_values import sign
from services.chassis.postgres.transaction import new_id
from services.notifications.domain.contact import Wanted
from services.notifications.store import contact as store
from tests.addresses import SEVERAL_READINGS
from tests.mail_server import mail_server, words_of
from tests.notifications.support import World, a_world, send_now
from tests.support import Connected, Database, Person, form_key, hidden, led_to


async def kept(world: World, person: Person | None = None) -> tuple[str, str | None, bool] | None:
    async with world.service.transaction() as tx:
        contact = await store.get(tx, (person or world.person).id)
    return (contact.channel, contact.address, contact.verified) if contact else None


async def save(world: World, person: Person, **fields: str):
    async with world.service.browser(person) as browser:
        form = hidden((await browser.get("/messages/mine")).text)
        return await browser.post("/messages/mine", data={**form, **fields})


def signed(
    world: World, person: Person, address: str = "sam@people.example", *, purpose: str = VERIFIED_ADDRESS
) -> str:
    """What the front desk's page sends."""
    facts = {"email": address, "person_id": str(person.id)}
    return sign(world.service.app.site.form_secret, facts, purpose=purpose)


async def test_a_person_chooses_to_be_rung(notifications: Connected) -> None:
    world = await a_world(notifications)
    answer = await save(world, world.person, channel="phone", phone="01632 960 001")
    assert led_to(answer) == "/messages/mine"
    assert await kept(world) == ("phone", "01632960001", False)


async def test_a_verified_address_from_the_front_desk_is_kept_as_verified_and_leads_on(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    proof = signed(world, world.person)
    answer = await save(world, world.person, channel="email", verified_address=proof, to="/join")
    assert (answer.status_code, answer.headers["location"]) == (303, "/join")
    assert await kept(world) == ("email", "sam@people.example", True)
    assert await notifications.said() == [], "no link is sent to an address that is known to be theirs"


async def test_an_address_elsewhere_is_never_gone_to(notifications: Connected) -> None:
    world = await a_world(notifications)
    for to in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        answer = await save(world, world.person, channel="page", to=to)
        assert led_to(answer) == "/messages/mine", to


async def test_a_proof_that_is_old_forged_or_another_persons_is_refused_and_changes_nothing(
    notifications: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await a_world(notifications)
    good = signed(world, world.person)
    with monkeypatch.context() as clock:
        six_minutes_ago = time.time() - 6 * 60
        clock.setattr(time, "time", lambda: six_minutes_ago)
        old = signed(world, world.person)
    of_another_kind = signed(world, world.person, purpose="confirm-address")
    for proof in (old, of_another_kind, signed(world, Person()), good[:-2] + "00", "nonsense", "a.b"):
        answer = await save(world, world.person, channel="email", verified_address=proof)
        assert answer.status_code == 422, proof
        assert "five minutes" in answer.text
    assert await kept(world) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"channel": "email", "email": "nobody"},
        {"channel": "phone", "phone": "12"},
        {"channel": "post", "post": ""},
        {"channel": "pigeon"},
        {"phone": "01632960001"},
    ],
)
async def test_what_cannot_be_used_is_refused_in_words_and_changes_nothing(
    notifications: Connected, fields: dict[str, str]
) -> None:
    world = await a_world(notifications)
    answer = await save(world, world.person, **fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert await kept(world) is None


async def test_a_form_without_a_good_key_changes_nothing(notifications: Connected) -> None:
    world = await a_world(notifications)
    async with notifications.browser(Person(id=world.person.id)) as other_session:
        foreign = form_key((await other_session.get("/messages/mine")).text)
    async with notifications.browser(world.person) as browser:
        for key in ("", "forged.0000", foreign):
            answer = await browser.post("/messages/mine", data={"form_key": key, "channel": "page"})
            assert answer.status_code == 403, key
    assert await kept(world) is None


async def test_a_double_click_sends_one_link(notifications: Connected) -> None:
    world = await a_world(notifications)
    async with notifications.browser(world.person) as browser:
        form = {"form_key": form_key((await browser.get("/messages/mine")).text), "channel": "email"}
        form |= {"email": "sam@people.example"}
        first, second = [await browser.post("/messages/mine", data=form) for _ in range(2)]
    assert led_to(first) == led_to(second) == "/messages/mine"
    assert [name for name, _ in await notifications.said()] == ["MessageQueued"]


async def test_a_typed_address_is_used_only_after_the_link_that_was_mailed_to_it(database: Database) -> None:
    async with mail_server() as server:
        notifications = await database.connect("notifications", smtp_url=server.url)
        world = await a_world(notifications)
        await save(world, world.person, channel="email", email="sam@people.example")
        await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
        await send_now(notifications)
        [(to, content)] = server.taken
        assert to == ["sam@people.example"], "only the link goes to an address that nobody has shown to be theirs"
        text = words_of(content)
        assert "Sam" not in text.splitlines()[0], "the address may be a stranger's"
        found = re.search(r"(/messages/mine/confirm\?token=\S+)", text)
        assert found
        async with notifications.browser(world.person) as browser:
            page = await browser.get(found[1])
            assert await kept(world) == ("email", "sam@people.example", False), "opening the link confirms nothing"
            token = page.text.split('name="token" value="')[1].split('"')[0]
            form = {"form_key": form_key(page.text), "token": token}
            answer = await browser.post("/messages/mine/confirm", data=form)
        assert led_to(answer) == "/messages/mine"
        assert await kept(world) == ("email", "sam@people.example", True)


async def test_the_link_is_not_to_be_read_on_a_page_or_in_the_api(notifications: Connected) -> None:
    world = await a_world(notifications)
    await save(world, world.person, channel="email", email="sam@people.example")
    [(_, id)] = await notifications.said()
    async with notifications.browser(world.person) as browser:
        for page in ("/home", "/messages/mine/data"):
            assert "token" not in (await browser.get(page)).text
        assert (await browser.get(f"/messages/mine/{id}")).status_code == 404
    async with notifications.api(world.person) as api:
        assert (await api.get("/mine/messages")).json() == {"messages": [], "more": False, "next": None}
        assert (await api.get(f"/mine/messages/{id}")).status_code == 404
        assert "token" not in (await api.get("/mine/data")).text
        answer = await api.put("/mine/contact", json={"channel": "email", "address": "sam@people.example"})
        reached = {"channel": "email", "address": "sam@people.example", "verified": False}
        assert reached.items() <= answer.json().items()


async def test_a_link_of_another_person_or_for_another_address_is_refused(notifications: Connected) -> None:
    world = await a_world(notifications)
    await save(world, world.person, channel="email", email="other@people.example")
    async with notifications.api(world.person) as api:
        for token in (signed(world, world.person), signed(world, Person(), "other@people.example"), "nonsense"):
            answer = await api.post("/mine/contact/confirm", json={"token": token})
            assert (answer.status_code, answer.json()["type"]) == (409, "/developers/problems#link-not-good")
    assert await kept(world) == ("email", "other@people.example", False)


async def test_the_sixth_link_in_an_hour_is_refused(notifications: Connected) -> None:
    world = await a_world(notifications)
    async with notifications.api(world.person) as api:
        answers = [
            (await api.put("/mine/contact", json={"channel": "email", "address": f"sam{n}@people.example"})).status_code
            for n in range(6)
        ]
    assert answers == [200] * 5 + [429]
    assert await kept(world) == ("email", "sam4@people.example", False)


async def test_nobody_reads_or_changes_how_another_person_is_reached(notifications: Connected) -> None:
    world = await a_world(notifications)
    other = Person("Ola")
    await notifications.hears_and_settles(other.opened)
    await save(world, world.person, channel="phone", phone="01632 960 001")
    async with notifications.browser(other) as browser:
        assert "01632960001" not in (await browser.get("/messages/mine")).text
    async with notifications.transaction(other.acting()) as tx:
        assert await tx.fetchval("select count(*) from contact_point") == 0
        await tx.execute("update contact_point set address = '0999999999'")
    assert await kept(world) == ("phone", "01632960001", False)


async def test_the_page_asks_to_sign_in_first(notifications: Connected) -> None:
    async with notifications.browser() as visitor:
        for path in ("/home", "/messages/mine", "/messages/mine/confirm"):
            answer = await visitor.get(path)
            assert answer.headers["location"].startswith("/sign-in?to="), path


async def test_an_address_that_has_several_readings_is_not_taken_by_page_or_api(database: Database) -> None:
    notifications = await database.connect("notifications", limits_times=100)
    world = await a_world(notifications)
    taken: list[str] = []
    async with notifications.api(world.person) as api, notifications.browser(world.person) as browser:
        key = form_key((await browser.get("/messages/mine")).text)
        for why, typed in SEVERAL_READINGS.items():
            by_page = await browser.post("/messages/mine", data={"form_key": key, "channel": "email", "email": typed})
            by_api = await api.put("/mine/contact", json={"channel": "email", "address": typed})
            taken += [why for answer in (by_page, by_api) if answer.status_code != 422]
    assert taken == []
    assert await notifications.said() == []


async def test_whose_e_mails_are_refused_for_good_reads_it_on_their_pages_until_one_arrives(
    database: Database,
) -> None:
    async with mail_server() as server:
        notifications = await database.connect("notifications", smtp_url=server.url)
        world = await a_world(notifications)
        await save(world, world.person, channel="email", verified_address=signed(world, world.person))
        server.of_recipients["sam@people.example"] = "550 no such mailbox"
        await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
        await send_now(notifications)
        async with notifications.browser(world.person) as browser:
            assert "did not reach you" in (await browser.get("/home")).text
            page = (await browser.get("/messages/mine")).text
            assert "did not reach sam@people.example" in page
            await save(
                world, world.person, channel="email", verified_address=signed(world, world.person, "s@x.example")
            )
            assert "did not reach" not in (await browser.get("/messages/mine")).text
            assert "did not reach" not in (await browser.get("/home")).text


async def test_a_change_asks_for_a_proof_and_is_told_at_the_old_address_too(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    await world.reach_by_verified_email("old@people.example")
    long_ago = replace(world.person, proved_at=datetime.now(UTC) - timedelta(minutes=11))
    async with notifications.api(long_ago) as api:
        refused = await api.put("/mine/contact", json={"channel": "page"})
        assert refused.json()["type"].endswith("#prove-it-is-you")
    await world.reach(Wanted("email", "OLD@people.example"))
    assert await world.kinds() == [], "the same address in other letters is no other"
    await world.reach(Wanted("phone", "01632 960 001"))
    async with notifications.transaction() as tx:
        rows = await tx.fetch("select channel, address, body from message where kind = 'contact_changed' order by 1")
    assert [(row["channel"], row["address"]) for row in rows] == [("email", "OLD@people.example"), ("page", None)]
    assert all("If this was not you, change it back" in row["body"] for row in rows)


async def test_whoever_gives_bank_details_is_told_so(notifications: Connected) -> None:
    world = await a_world(notifications)
    change = DetailsChange(id=new_id(), version=1, person_id=world.person.id, changed_at=datetime.now(UTC))
    await notifications.hears_and_settles(DetailsChanged(change))
    [message] = await world.messages()
    assert (message.news.kind, message.news.link) == ("details_changed", "/payments/mine/details")
    assert "put in your own details now" in message.news.body


async def test_the_page_says_of_the_link_only_what_is_so(notifications: Connected) -> None:
    world = await a_world(notifications)
    answer = await save(world, world.person, channel="email", email="sam@people.example")
    assert led_to(answer) == "/messages/mine"
    states = (
        ("update message set sent_at = null", "We are sending a link to it"),
        ("update message set status = 'sent', sent_at = now()", "We sent a link to it on"),
        ("update message set status = 'failed', sent_at = null", "Our link did not get there"),
        (
            "update message set status = 'sent', sent_at = now(), good_until = now()",
            "The link that we sent has run out",
        ),
    )
    for change, words in states:
        async with notifications.transaction() as tx:
            await tx.execute(change)
        async with notifications.browser(world.person) as browser:
            shown = (await browser.get("/messages/mine")).text
        assert [said for _, said in states if said in shown] == [words]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"channel": "phone", "phone": "01632 960 001"}, "From now on we ring you."),
        ({"channel": "page"}, "We send you nothing."),
    ],
)
async def test_what_is_saved_is_said_as_it_was_chosen(
    notifications: Connected, chosen: dict[str, str], words: str
) -> None:
    world = await a_world(notifications)
    async with notifications.browser(world.person) as browser:
        form = hidden((await browser.get("/messages/mine")).text)
        answer = await browser.post("/messages/mine", data={**form, **chosen})
        assert words in (await browser.get(answer.headers["location"])).text
        assert words not in (await browser.get(answer.headers["location"])).text
