"""Who began with a name alone shows that it is them by how we reach them: from any page that asks for it, and back."""

import re
from datetime import UTC, datetime

import httpx
import pytest

from services.chassis.base.hands import SYSTEM
from services.chassis.postgres.transaction import new_id
from services.notifications.domain.contact import Channel, Contact
from services.notifications.domain.knowing import NothingToShow, NotWhatYouGave, asks_for, check_known
from tests.support import Database, hidden
from tests.town import Somebody, Town, refusal, town

NOW = datetime.now(UTC)
MINE, SHOWN = "/messages/mine", "/messages/mine/shown"


def contact(channel: Channel, address: str) -> Contact:
    id = new_id()
    return Contact(id, channel, address, None, NOW, id)


RIGHT = [
    ("phone", "07700900982", "+44 (0)7700 900982"),
    ("sms", "+447700900982", "07700 900 982"),
    ("phone", "+33123456789", "+33 1 23 45 67 89"),
    ("phone", "+33123456789", "0033 1 23 45 67 89"),
    ("phone", "00447700900982", "07700 900982"),
    ("email", "sam@people.example", "Sam@People.example"),
    ("post", "Sam Example\n1 High Street\nHove\nBN3 1AA", "bn31aa"),
]
WRONG = [
    ("phone", "07700900982", ""),
    ("phone", "07700900982", "900982"),
    ("email", "sam@people.example", "sam@people"),
    ("post", "Sam Example\n1 High Street\nHove\nBN3 1AA", "1 High Street"),
]


@pytest.mark.parametrize(("channel", "kept", "typed"), RIGHT)
def test_what_they_gave_is_known_however_it_is_typed(channel: Channel, kept: str, typed: str) -> None:
    check_known(contact(channel, kept), typed)


@pytest.mark.parametrize(("channel", "kept", "typed"), WRONG)
def test_anything_else_is_not(channel: Channel, kept: str, typed: str) -> None:
    with pytest.raises(NotWhatYouGave):
        check_known(contact(channel, kept), typed)


def test_a_place_to_meet_shows_nobody() -> None:
    meets = contact("meet", "At the library in Hove, on a Tuesday")
    assert asks_for(meets) is asks_for(contact("post", "The Old Barn")) is None
    with pytest.raises(NothingToShow):
        check_known(meets, "At the library in Hove, on a Tuesday")


async def begin(network: Town, **reached: str) -> Somebody:
    network.rooms.now = datetime.now(UTC)
    made = await network.must(None, "identity", "/start", {"called": "Ida"})
    who = Somebody(made["account_id"], made["token"])
    if reached:
        assert (await network.ask(who, "PUT", "notifications", "/mine/contact", reached)).is_success
    return who


async def an_hour_later(network: Town, who: Somebody) -> None:
    """The session goes on, and nobody has shown since who they are."""
    async with network.rooms.apps["identity"].database.transaction(SYSTEM) as tx:
        await tx.execute("update session set started_at = started_at - interval '1 hour', shown_at = null")
    async with network.browser("identity", who) as browser:
        who.token = (await browser.get("/sign-in/renew?to=/home")).cookies["pln"]


async def led(browser: httpx.AsyncClient, page: str) -> str:
    answer = await browser.get(page)
    return answer.headers.get("location", str(answer.status_code))


async def test_by_page_one_question_leads_back_to_the_page_that_asked(database: Database) -> None:
    async with town(database) as network:
        ida = await begin(network, channel="phone", address="07700 900 982")
        async with network.browser("notifications", ida) as browser:
            assert "07700900982" in (await browser.get("/messages/mine/started")).text
            assert "07700900982" in (await browser.get(MINE)).text
        await an_hour_later(network, ida)
        async with network.browser("identity", ida) as desk, network.browser("notifications", ida) as browser:
            for one in (desk, browser):
                one.headers["sec-fetch-site"] = "same-origin"
            assert "900982" not in (await browser.get("/messages/mine/started")).text
            again = await led(browser, MINE)
            assert again.startswith("/sign-in/again?to=")
            asks = await led(desk, again)
            assert asks == f"{SHOWN}?to={MINE}"
            page = (await browser.get(asks)).text
            assert "The phone number that you gave us" in page
            [typed] = re.findall(r'<input[^>]* name="typed"[^>]*>', page)
            assert 'autocomplete="off"' in typed, "the browser may have kept what its person typed"
            assert "900982" not in page
            wrong = await browser.post(SHOWN, data={**hidden(page), "typed": "07700 900 983", "to": MINE})
            assert (wrong.status_code, "This is not what you gave us" in wrong.text) == (422, True)
            right = await browser.post(SHOWN, data={**hidden(wrong.text), "typed": "+44 7700 900982", "to": MINE})
            shown = await desk.get(right.headers["location"])
            assert "Thank you" in shown.text
            proof = httpx.URL(right.headers["location"]).params["shown"]
            done = await desk.post("/sign-in/again/shown", data={**hidden(shown.text), "shown": proof, "to": MINE})
            assert (done.status_code, done.headers["location"]) == (303, MINE)
            ida.token = done.cookies["pln"]
        async with network.browser("identity", ida) as desk, network.browser("notifications", ida) as browser:
            assert "07700900982" in (await browser.get(MINE)).text
            assert await led(desk, "/sign-in/mine/forget") == "200"

        mallory = await begin(network)
        refused = await network.post(mallory, "identity", "/mine/shown", {"shown": proof})
        assert refusal(refused) == "shown-too-late", "it is good in the session alone in which it was shown"
        ann = await network.person("Ann")
        assert refusal(await network.post(ann, "notifications", "/mine/shown", {"typed": "x"})) == "shown-by-link"
        async with network.browser("notifications", ann) as browser:
            assert await led(browser, f"{SHOWN}?to={MINE}") == f"/sign-in/again?to={MINE}"


async def test_by_the_api_too_and_a_guesser_is_stopped(database: Database) -> None:
    async with town(database) as network:
        ida = await begin(network, channel="post", address="Ida Example\n1 High Street\nHove\nBN3 1AA")
        await an_hour_later(network, ida)
        hidden_now = await network.ask(ida, "GET", "notifications", "/mine/contact")
        assert refusal(hidden_now) == "prove-it-is-you"
        assert refusal(await network.post(ida, "identity", "/mine/forget")) == "prove-it-is-you"
        said = await network.must(ida, "notifications", "/mine/shown", {"typed": "bn3 1aa"})
        fresh = await network.must(ida, "identity", "/mine/shown", said)
        stale, ida.token = ida.token, fresh["token"]
        assert "BN3" in (await network.ask(ida, "GET", "notifications", "/mine/contact")).text
        guesses = [(await network.post(stale, "notifications", "/mine/shown", {"typed": "BN1 1AA"})) for _ in range(6)]
        assert [one.status_code for one in guesses] == [422] * 5 + [429]
        assert (await network.post(ida, "identity", "/mine/forget", {"loses_pence": 0})).is_success

        ann = await begin(network)
        await an_hour_later(network, ann)
        said = await network.must(ann, "notifications", "/mine/shown", {})
        ann.token = (await network.must(ann, "identity", "/mine/shown", said))["token"]
        gone = await network.post(ann, "identity", "/mine/forget", {"loses_pence": 0})
        assert gone.is_success, "a name alone is forgotten by whoever typed it"


async def test_who_is_met_reads_whom_to_ring(database: Database) -> None:
    async with town(database) as network:
        ida = await begin(network, channel="meet", address="At the library in Hove")
        await an_hour_later(network, ida)
        async with network.browser("notifications", ida) as browser:
            page = (await browser.get(f"{SHOWN}?to=/home")).text
        assert "you told us where to meet you" in page
        assert "Continue" not in page
        assert refusal(await network.post(ida, "notifications", "/mine/shown", {"typed": "library"})) == (
            "nothing-to-show"
        )
