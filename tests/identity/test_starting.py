"""Beginning to join with a name and nothing else: by page and by API, and what a stranger cannot do with it."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client import REGISTRY

from schemas.identity import Account
from services.chassis.base.access import Token, verify
from services.chassis.base.hands import VISITOR
from services.chassis.postgres.transaction import new_id
from services.identity import limits
from services.identity.commands import starting
from services.identity.domain.account import NotAName, check_called
from services.identity.domain.sign_in import SAME_CLICK
from tests.identity.desk import Desk, is_signed_in, send
from tests.identity.test_sign_in_pages import follow_link
from tests.support import form_key, hidden

START, NEXT = "/sign-in/start", "/messages/mine/first"
NOT_NAMES = (
    "sam@people.example",
    "Sam (sam.lee@nhs.example)",
    "https://win.example/prize",
    "www.win.example",
    "Cheap pills pills4you.com",
    "Ring Sam 07700 900 982",
    "+44 (0)1632 960001",
    "bit.ly/x",
)
NAMES = ("Sam", "J.R.", "Dr. No", "St.John", "Sam 2", "Ana-María O'Neil", "李", "عمر", "@lex", "R2-D2", "Born 1961")


async def accounts(desk: Desk) -> list[tuple[str, bool]]:
    async with desk.identity.transaction() as tx:
        rows = await tx.fetch("select called, came_to_join_at is not null as came from account order by id")
    return [(row["called"], row["came"]) for row in rows]


async def start(desk: Desk, browser: httpx.AsyncClient, called: str = "Sam") -> httpx.Response:
    """As a browser does it, which then has the session; and the other rooms hear of it."""
    answer = await send(browser, START, called=called)
    await desk.echo()
    return answer


def started() -> float:
    return REGISTRY.get_sample_value("pln_people_started_total") or 0.0


async def test_whoever_began_is_counted_once_that_stands_and_not_before(desk: Desk) -> None:
    await desk.start()
    before = started()
    with suppress(LookupError):
        async with desk.identity.transaction(VISITOR) as tx:
            await starting.start(tx, "Sam")
            raise LookupError
    assert started() == before
    async with desk.browser() as browser:
        await start(desk, browser)
    assert started() == before + 1


async def test_a_name_is_enough_to_begin_and_what_the_network_does_with_it_stands_beside_the_question(
    desk: Desk,
) -> None:
    await desk.start()
    async with desk.browser() as browser:
        asked = (await browser.get(START)).text
        assert "The police, the immigration service, a benefits office" in asked
        assert asked.index("Who might ask us about you") < asked.index("Continue"), "before anything is given"
        answer = await start(desk, browser)
        assert (answer.status_code, answer.headers["location"]) == (303, NEXT)
        assert is_signed_in(answer)
        assert "Sam" in (await browser.get("/sign-in/mine")).text
        assert "None yet" in (await browser.get("/sign-in/mine")).text
    assert (await accounts(desk))[-1] == ("Sam", True)
    async with desk.identity.transaction() as tx:
        state = Account.model_validate_json(await tx.fetchval("select value from outbox order by seq desc limit 1"))
        assert await tx.fetchval("select count(*) from address") == 1, "Ada's own"
    assert state.came_to_join_at
    assert not state.can_sign_in


async def test_the_session_goes_on_while_it_is_used_and_nobody_signs_in_to_the_account_anew(desk: Desk) -> None:
    async with desk.browser() as browser:
        await start(desk, browser)
        assert is_signed_in(await browser.get("/sign-in/renew?to=/home"))
        async with desk.identity.transaction() as tx:
            account_id = await tx.fetchval("select id from account")
        async with desk.api() as api:
            again = await api.post("/demo/sign-in", json={"account_id": str(account_id)})
            assert again.json()["type"] == "/developers/problems#cannot-sign-in"
        await send(browser, "/sign-out")
        await desk.echo()
        assert (await browser.get("/sign-in/mine")).status_code == 303


async def test_a_double_click_is_one_person_and_a_form_found_later_in_the_browser_lets_nobody_in(desk: Desk) -> None:
    async with desk.browser() as browser, desk.browser() as library:
        form = hidden((await browser.get(START)).text) | {"called": "Sam"}
        library.cookies.update(browser.cookies)
        first, second = [await library.post(START, data=form), await browser.post(START, data=form)]
        assert is_signed_in(first)
        assert is_signed_in(second)
        assert await accounts(desk) == [("Sam", True)]
        async with desk.identity.transaction() as tx:
            await tx.execute(
                "update spent_key set spent_at = spent_at - $1::interval", SAME_CLICK + timedelta(seconds=1)
            )
        library.cookies.delete("pln")
        found = await library.post(START, data=form)
        assert found.status_code == 409
        assert not is_signed_in(found)
        assert 'value="Sam"' in found.text
        corrected = await library.post(START, data={**hidden(found.text), "called": "Sami"})
        assert is_signed_in(corrected)
    assert await accounts(desk) == [("Sam", True), ("Sami", True)]


async def test_other_answers_under_a_spent_key_make_nobody(desk: Desk) -> None:
    async with desk.browser() as browser:
        form = hidden((await browser.get(START)).text)
        await browser.post(START, data=form | {"called": "Sam"})
        browser.cookies.delete("pln")
        assert (await browser.post(START, data=form | {"called": "Mallory"})).status_code == 409
    assert await accounts(desk) == [("Sam", True)]


async def test_a_second_tab_and_a_second_start_in_the_same_browser_lead_on_and_make_nobody(desk: Desk) -> None:
    async with desk.browser() as browser:
        other_tab = hidden((await browser.get(START)).text) | {"called": "Sam again"}
        await start(desk, browser)
        led = await browser.post(START, data=other_tab)
        assert (led.status_code, led.headers["location"]) == (303, START)
        shown = (await browser.get(START)).text
        assert "You are signed in as Sam" in re.sub(r"<[^>]+>", "", shown)
        assert f'href="{NEXT}"' in shown
    pat = await desk.add_person("Pat")
    async with desk.browser(pat) as browser:
        assert 'href="/join"' in (await browser.get(START)).text
    assert await accounts(desk) == [("Sam", True), ("Pat", False)]


@pytest.mark.parametrize("called", NOT_NAMES)
async def test_a_name_is_no_address_and_leads_nowhere_at_whichever_door_it_is_typed(desk: Desk, called: str) -> None:
    with pytest.raises(NotAName):
        check_called(called)
    pat = await desk.add_person("Pat")
    async with desk.browser() as stranger, desk.browser(pat) as browser, desk.api() as api:
        refused = await send(stranger, START, called=called)
        assert refused.status_code == 422
        assert "Leave out e-mail addresses" in refused.text
        assert (await send(stranger, "/sign-in/new", called=called, email="a@b.example", to="")).status_code == 422
        assert (await send(browser, "/sign-in/mine/name", called=called)).status_code == 422
        assert (await api.post("/start", json={"called": called})).status_code == 422
    assert await accounts(desk) == [("Pat", False)]


@pytest.mark.parametrize("called", NAMES)
def test_people_are_called_what_they_are_called(called: str) -> None:
    assert check_called(called) == called


async def test_a_program_begins_for_somebody_by_the_api_and_nobody_who_is_signed_in_does(desk: Desk) -> None:
    ada = await desk.start()
    async with desk.api() as api, desk.api(ada) as signed_in:
        made = await api.post("/start", json={"called": "Sam"})
        assert made.status_code == 201
        assert made.json()["called"] == "Sam"
        await desk.echo()
        mine = await api.get("/mine", headers={"authorization": f"Bearer {made.json()['token']}"})
        assert (mine.json()["called"], mine.json()["email"]) == ("Sam", None)
        machine = await signed_in.post("/organisations/QZZ/machines", json={"called": "Rota", "roles": ["coordinator"]})
        token = (await api.post("/tokens", json={"secret": machine.json()["secret"]})).json()["token"]
        await desk.echo()
        for who in (token, desk.token(ada)):
            refused = await api.post("/start", json={"called": "Bot"}, headers={"authorization": f"Bearer {who}"})
            assert (refused.status_code, refused.json()["type"]) == (409, "/developers/problems#here-already")
    assert [called for called, came in await accounts(desk) if came] == ["Sam"]


async def test_somebody_who_slips_many_times_may_still_begin(desk: Desk) -> None:
    async with desk.browser() as browser:
        for slip in ("", " ", "sam@people.example", "07700 900 982", "x" * 81) * 2:
            assert (await send(browser, START, called=slip)).status_code == 422
        assert (await send(browser, START, called="Sam")).status_code == 303


async def test_a_script_makes_a_few_people_and_then_reads_in_words_to_wait_with_what_it_typed(desk: Desk) -> None:
    """A thousand names: a new visit each time, from one address; then one visit."""
    most = limits.START_TO_JOIN
    async with desk.browser() as browser:
        answers: list[httpx.Response] = []
        for n in range((most.address or 0) + 1):
            browser.cookies.clear()
            answers.append(await send(browser, START, called=f"Name {n}"))
        assert [one.status_code for one in answers] == [303] * (most.address or 0) + [429]
        assert f'value="Name {most.address}"' in answers[-1].text
        assert "Nothing was changed" in answers[-1].text
        async with desk.identity.transaction() as tx:
            await tx.execute("update request_count set used = 1 where scope <> 'visitor'")
        browser.cookies.clear()
        for _ in range(most.visitor + 1):
            browser.cookies.delete("pln")
            answers.append(await send(browser, START, called="Sam"))
        assert answers[-1].status_code == 429
    assert len(await accounts(desk)) == (most.address or 0) + most.visitor


async def test_whoever_began_with_a_name_adds_an_address_by_one_yes_and_signs_in_with_it(desk: Desk) -> None:
    async with desk.browser() as browser, desk.browser() as phone:
        await start(desk, browser)
        asked = await send(browser, "/sign-in/mine/address", email="sam@people.example")
        assert asked.headers["location"] == "/sign-in/mine"
        [letter] = await desk.letters("sam@people.example")
        assert "Sam" not in letter, "it may be a stranger's mailbox"
        assert "both" not in letter
        assert "both" not in (await browser.get("/sign-in/mine")).text
        token = await desk.newest_link("sam@people.example")
        said = await send(phone, f"/sign-in/address?token={token}", "/sign-in/address/yes", token=token)
        assert "Sam can sign in with" in re.sub(r"<[^>]+>", "", (await phone.get(said.headers["location"])).text)
        await desk.echo()
        assert (await browser.get("/sign-in/mine")).status_code == 200, "the browser where it began goes on"
        await send(phone, "/sign-in", email="sam@people.example", to="/home")
        assert is_signed_in(await follow_link(desk, phone, "sam@people.example"))
        await an_hour_later(desk, browser)
        second = await browser.get("/sign-in/mine/address")
        assert second.headers["location"].startswith("/sign-in/again")
        again = await browser.get(second.headers["location"])
        assert "Send me a link" in again.text, "from now on there is a mailbox to prove it by"
    async with desk.identity.transaction() as tx:
        state = Account.model_validate_json(
            await tx.fetchval("select value from outbox where type = 'AccountChanged' order by seq desc limit 1")
        )
    assert state.can_sign_in
    assert state.came_to_join_at


async def an_hour_later(desk: Desk, browser: httpx.AsyncClient) -> None:
    """The session went on, and nobody has shown since who they are."""
    async with desk.identity.transaction() as tx:
        await tx.execute("update session set started_at = started_at - interval '1 hour', shown_at = null")
    browser.cookies.delete("pln_visit")
    await browser.get("/sign-in/renew?to=/home")


async def test_the_yes_in_the_browser_that_began_is_a_proof_too(desk: Desk) -> None:
    async with desk.browser() as browser:
        await start(desk, browser)
        await send(browser, "/sign-in/mine/address", email="sam@people.example")
        token = await desk.newest_link("sam@people.example")
        await an_hour_later(desk, browser)
        assert (await browser.get("/sign-in/mine/forget")).status_code == 303
        said = await send(browser, f"/sign-in/address?token={token}", "/sign-in/address/yes", token=token)
        assert is_signed_in(said)
        await desk.echo()
        assert (await browser.get("/sign-in/mine/forget")).status_code == 200


async def test_after_ten_minutes_nobody_adds_an_address_or_forgets_somebody_without_showing_who_they_are(
    desk: Desk,
) -> None:
    async with desk.browser() as browser:
        await start(desk, browser)
        form = hidden((await browser.get("/sign-in/mine/address")).text)
        await an_hour_later(desk, browser)
        for page in ("/sign-in/mine/address", "/sign-in/mine/forget", "/sign-in/mine/data"):
            asked = await browser.get(page)
            assert (asked.status_code, asked.headers["location"]) == (303, f"/sign-in/again?to={page}")
            on = await browser.get(asked.headers["location"])
            assert (on.status_code, on.headers["location"]) == (303, f"/messages/mine/shown?to={page}")
        sent = await browser.post("/sign-in/mine/address", data={**form, "email": "mallory@people.example"})
        assert sent.status_code != 303
        assert await desk.letters("mallory@people.example") == []
        made_up = {**hidden((await browser.get("/sign-out")).text), "shown": "e30.x", "to": "/home"}
        assert (await browser.post("/sign-in/again/shown", data=made_up)).status_code == 409


async def test_a_session_on_a_shared_computer_ends_soon_and_one_says_that_one_is_finished_on_each_page(
    desk: Desk,
) -> None:
    async with desk.browser() as library, desk.browser() as own:
        await send(library, START, called="Sam", shared="yes")
        await start(desk, own, "Ida")
        for browser in (library, own):
            assert ">I am finished</a>" in (await browser.get("/sign-in/mine")).text
        leaving = (await library.get("/sign-out")).text
        assert "Are you finished?" in leaving
        assert "cannot come back here by yourself" in leaving
        async with desk.identity.transaction() as tx:
            await tx.execute("update session set renewed_at = renewed_at - interval '16 minutes'")
        assert is_signed_in(await own.get("/sign-in/renew?to=/home"))
        assert not is_signed_in(await library.get("/sign-in/renew?to=/home"))
        assert (await library.get("/sign-in/mine")).status_code == 303
        await send(own, "/sign-out")
        await desk.echo()
        assert (await own.get("/sign-in/mine")).status_code == 303


async def test_on_a_shared_computer_no_token_outlives_the_hour_and_nobody_who_goes_on_is_sent_away(desk: Desk) -> None:
    async with desk.browser() as library:
        await send(library, START, called="Sam", shared="yes")
        await desk.echo()
        async with desk.identity.transaction() as tx:
            await tx.execute("update session set started_at = started_at - interval '56 minutes'")
        renewed = (await library.get("/sign-in/renew?to=/home")).cookies["pln"]
        keys, now = desk.identity.app.site.public_keys, datetime.now(UTC)
        token = verify(renewed, keys, now)
        assert token
        assert token.expires_at <= now + timedelta(minutes=4)
        assert (await library.get("/sign-in/mine")).status_code == 200
        assert verify(renewed, keys, now + timedelta(minutes=5)) is None


@pytest.mark.parametrize(
    ("life", "old", "new"), [(30, 11, 9), (15, 6, 4), (4, 2, 1), (1, 2, 0)], ids=["whole", "shared", "last", "nearly"]
)
def test_a_shorter_token_is_renewed_sooner_and_the_last_one_of_a_session_not_at_each_page(
    life: int, old: int, new: int
) -> None:
    now = datetime.now(UTC)
    token = Token(new_id(), 1, new_id(), now, now + timedelta(minutes=life))
    assert token.is_old(now + timedelta(minutes=old))
    assert not token.is_old(now + timedelta(minutes=new))


async def test_an_address_that_is_somebodys_gives_the_same_answer_and_no_way_in(desk: Desk) -> None:
    await desk.add_person("Pat")
    async with desk.browser() as browser:
        await start(desk, browser)
        asked = await send(browser, "/sign-in/mine/address", email="pat@people.example")
        assert asked.headers["location"] == "/sign-in/mine"
        assert "/address?token=" not in (await desk.letters("pat@people.example"))[-1]
        stopped = await send(browser, "/sign-in/mine", "/sign-in/mine/address/stop")
        assert stopped.status_code == 303
        assert "not in use yet" not in (await browser.get("/sign-in/mine")).text


async def test_whoever_is_forgotten_right_after_the_name_is_gone_and_their_session_with_them(desk: Desk) -> None:
    async with desk.browser() as browser, desk.browser() as other_tab:
        await start(desk, browser)
        other_tab.cookies.update(browser.cookies)
        gone = await send(browser, "/sign-in/mine/forget", loses_pence="0")
        assert gone.status_code == 303
        await desk.echo()
        assert (await other_tab.get("/sign-in/mine")).headers["location"].startswith("/sign-in?")
    assert await accounts(desk) == []


async def test_the_network_changes_what_stands_beside_the_question(desk: Desk) -> None:
    ada = await desk.start()
    page = "/organisations/for/QZZ/policies/who_may_ask"
    async with desk.browser(ada) as browser, desk.browser() as visitor:
        assert "Who might ask about people" in (await browser.get("/organisations/for/QZZ/policies")).text
        shown = await browser.get(page)
        assert "beside the first question" in shown.text
        assert form_key(shown.text)
        assert "Who might ask us about you" in (await visitor.get("/about/privacy")).text
        assert (await visitor.get(page)).status_code == 303
    async with desk.identity.transaction(VISITOR) as tx:
        assert await tx.fetchval("select count(*) from policy_edition where kind = 'who_may_ask'") == 1
