"""Another address to sign in with: changed when both mailboxes have said yes, and by nothing else."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import Person
from services.chassis.http.limits import TooOften
from services.identity import limits
from services.identity.commands import address_change
from services.identity.commands.sessions import SignedIn
from services.identity.domain import address_change as domain
from services.identity.jobs import delete_what_is_over
from tests.identity.desk import LETTERS, Desk, is_signed_in, send
from tests.identity.test_pages_for_all import clock_of
from tests.identity.test_sign_in_pages import follow_link
from tests.mail_server import NOWHERE
from tests.support import form_key

OLD, NEW, KIMS = "pat@people.example", "pat@new.example", "kim@people.example"
ASK = "/sign-in/mine/address"


def own(who: SignedIn) -> Person:
    return Person(person_id=who.account_id, by=who.account_id, session_id=who.session_id)


async def ask(desk: Desk, who: SignedIn, email: str = NEW) -> None:
    async with desk.identity.transaction(own(who)) as tx:
        await address_change.ask(tx, EmailAddress.read(email), LETTERS)


async def answer(desk: Desk, browser: httpx.AsyncClient, mailbox: str, yes: bool = True) -> httpx.Response:
    """Open the newest letter in a mailbox, and press a button of its page."""
    token = await desk.newest_link(mailbox)
    action = f"/sign-in/address/{'yes' if yes else 'no'}"
    return await send(browser, f"/sign-in/address?token={token}", action, token=token)


async def address_of(desk: Desk, who: SignedIn) -> str:
    async with desk.identity.transaction() as tx:
        return await tx.fetchval("select email from address where account_id = $1", who.account_id)


@pytest.mark.parametrize(("first", "second"), [(NEW, OLD), (OLD, NEW)])
async def test_the_address_changes_when_both_mailboxes_have_said_yes_and_not_before(
    desk: Desk, first: str, second: str
) -> None:
    pat = await desk.add_person("Pat")
    elsewhere = await desk.sign_in(pat.account_id)
    async with desk.browser(pat) as browser, desk.browser() as another, desk.browser(elsewhere) as left_open:
        asked = await send(browser, ASK, email=" Pat@New.Example ")
        assert asked.headers["location"] == "/sign-in/mine"
        [to_new], [to_old] = await desk.letters("Pat@new.example"), await desk.letters(OLD)
        assert not re.search(r"\bPat\b", to_new), "it may be a stranger's mailbox: nothing in it was typed by anybody"
        assert "Pat@new.example" in to_old
        shown = (await browser.get("/sign-in/mine")).text
        assert "Pat@new.example" in shown
        assert shown.count("still missing") == 2
        mailboxes = {NEW: "Pat@new.example"}
        one = await answer(desk, another, mailboxes.get(first, first))
        assert "One more yes is missing" in (await another.get(one.headers["location"])).text
        assert (await browser.get("/sign-in/mine")).text.count("still missing") == 1
        assert await address_of(desk, pat) == OLD
        both = await answer(desk, browser, mailboxes.get(second, second))
        assert "Your address is changed" in (await another.get(both.headers["location"])).text
        key = form_key((await browser.get("/sign-out")).text)
        token = both.headers["location"].partition("token=")[2]
        twice = await browser.post("/sign-in/address/yes", data={"form_key": key, "token": token})
        assert twice.headers["location"] == both.headers["location"], "a double click"
        assert await address_of(desk, pat) == "Pat@new.example"
        await desk.echo()
        page = (await browser.get("/sign-in/mine")).text
        assert "Pat@new.example" in page, "whoever said the last yes stays signed in"
        assert "waits" not in page
        assert (await left_open.get("/sign-in/mine")).status_code == 303, "everybody else does not"
    assert "was changed" in (await desk.letters(OLD))[-1]
    assert "new.example" not in (await desk.letters(OLD))[-1], "somebody else may read it by now"


async def test_from_then_on_the_new_address_signs_in_and_the_old_one_is_nobodys(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email=OLD, to="/home")
        of_before = await desk.newest_link(OLD)
        await change(desk, pat)
        assert (await browser.get(f"/sign-in/link?token={of_before}")).status_code == 410
        await send(browser, "/sign-in", email=NEW, to="/home")
        assert "Sign in as Pat:" in (await desk.letters(NEW))[-1]
        assert is_signed_in(await follow_link(desk, browser, NEW))
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email=OLD, to="/home")
        assert "It has no account" in (await desk.letters(OLD))[-1]


async def change(desk: Desk, who: SignedIn) -> None:
    """To NEW, with both yeses."""
    await ask(desk, who)
    async with desk.browser() as browser:
        await answer(desk, browser, NEW)
        said = await answer(desk, browser, OLD)
        assert "Your address is changed" in (await browser.get(said.headers["location"])).text


async def test_neither_address_is_in_any_event_or_line_of_the_log(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    pat = await desk.add_person("Pat")
    await change(desk, pat)
    async with desk.identity.transaction() as tx:
        said = [row["value"] for row in await tx.fetch("select value from outbox order by seq")]
    written = capsys.readouterr().out
    assert "SessionEnded" in [name for name, _ in await desk.identity.said()]
    assert not [text for text in [*said, written] if "@" in text]
    whats = re.findall(r"user_updated.*?(address-[a-z-]+)", written)
    assert whats == ["address-asked", "address-proved-new", "address-changed"]


async def test_nothing_that_opens_a_link_says_yes_but_the_button(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    await ask(desk, pat)
    async with desk.browser() as scanner:
        for mailbox in (OLD, NEW):
            page = f"/sign-in/address?token={await desk.newest_link(mailbox)}"
            for headers in ({}, {"sec-purpose": "prefetch"}, {"user-agent": "mail scanner"}):
                assert (await scanner.get(page, headers=headers)).status_code == 200
                await scanner.head(page, headers=headers)
            key = form_key((await scanner.get(page)).text)
            async with desk.browser() as without_cookie:
                for action in ("yes", "no"):
                    posted = await without_cookie.post(
                        f"/sign-in/address/{action}", data={"form_key": key, "token": await desk.newest_link(mailbox)}
                    )
                    assert posted.status_code == 403
    async with desk.identity.transaction(own(pat)) as tx:
        change = await address_change.store.waiting(tx, pat.account_id)
    assert change
    assert (change.new_proved_at, change.old_proved_at) == (None, None)


async def test_the_answer_the_rows_and_the_work_are_the_same_whether_the_new_address_has_an_account(desk: Desk) -> None:
    pat, lou = await desk.add_person("Pat"), await desk.add_person("Lou")
    await desk.add_person("Kim")
    async with desk.browser(pat) as browser:
        asked = [await send(browser, ASK, email=email) for email in (KIMS, NEW)]
        assert {(one.status_code, one.headers["location"]) for one in asked} == {(303, "/sign-in/mine")}
    async with desk.browser(lou) as browser:
        await send(browser, ASK, email=KIMS)
        assert (await browser.get("/sign-in/mine")).text.count("still missing") == 2
    [told] = await desk.letters(KIMS)
    assert "token=" not in told
    assert "You have an account with it already" in told
    assert not re.search(r"\b(Pat|Lou)\b", told)
    assert await statements_of(desk, pat, KIMS) == await statements_of(desk, pat, NEW)


async def statements_of(desk: Desk, who: SignedIn, email: str) -> list[str]:
    said: list[str] = []
    async with desk.identity.transaction(own(who)) as tx:
        tx.connection.add_query_logger(lambda query: said.append(query.query))
        await address_change.ask(tx, EmailAddress.read(email), LETTERS)
    return [" ".join(one.split())[:60] for one in said]


async def test_a_link_works_once_and_no_more_when_it_is_old_asked_for_anew_or_stopped(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    await ask(desk, pat)
    first = await desk.newest_link(NEW)
    await ask(desk, pat)
    async with desk.browser() as browser, desk.browser(pat) as pats:
        assert "does not work any more" in (await browser.get(f"/sign-in/address?token={first}")).text
        page = f"/sign-in/address?token={await desk.newest_link(NEW)}"
        tab = form_key((await browser.get(page)).text)
        await answer(desk, browser, NEW)
        again = await browser.get(page)
        assert "One more yes is missing" in again.text
        assert "/sign-in/address/yes" not in again.text
        posted = await browser.post(
            "/sign-in/address/yes", data={"form_key": tab, "token": await desk.newest_link(NEW)}
        )
        assert posted.headers["location"].startswith("/sign-in/address?token="), "twice is once"
        of_old = f"/sign-in/address?token={await desk.newest_link(OLD)}"
        key = form_key((await pats.get("/sign-in/mine")).text)
        stopped = await pats.post(f"{ASK}/stop", data={"form_key": key})
        assert stopped.headers["location"] == "/sign-in/mine"
        for link in (page, of_old):
            shown = (await browser.get(link)).text
            assert "Your address stays as it is" in shown
            assert "/sign-in/address/" not in shown
        late = await browser.post("/sign-in/address/yes", data={"form_key": tab, "token": of_old.partition("=")[2]})
        assert "Your address stays as it is" in (await browser.get(late.headers["location"])).text
        invented = await browser.post("/sign-in/address/no", data={"form_key": tab, "token": "invented"})
        assert (await browser.get(invented.headers["location"])).status_code == 410
        assert "still missing" not in (await pats.get("/sign-in/mine")).text
        await ask(desk, pat)
        await later(desk, domain.LIFE)
        assert (await browser.get(f"/sign-in/address?token={await desk.newest_link(OLD)}")).status_code == 410
        assert "still missing" not in (await pats.get("/sign-in/mine")).text
    await delete_what_is_over(clock_of(desk, NOWHERE))
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select count(*) from address_change") == 0
    assert await address_of(desk, pat) == OLD


async def later(desk: Desk, by: timedelta) -> None:
    async with desk.identity.transaction() as tx:
        await tx.execute("update address_change set expires_at = expires_at - $1::interval", by)


async def test_a_no_from_the_old_mailbox_signs_the_account_out_everywhere_and_one_from_the_new_does_not(
    desk: Desk,
) -> None:
    """The one who asked was in the account, and it was not its owner."""
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser, desk.browser(pat) as thief:
        await ask(desk, pat)
        said = await answer(desk, browser, NEW, yes=False)
        assert "Both links have stopped working" in (await browser.get(said.headers["location"])).text
        assert (await thief.get("/sign-in/mine")).status_code == 200
        await ask(desk, pat)
        await answer(desk, browser, NEW)
        said = await answer(desk, browser, OLD, yes=False)
        assert "signed the account out everywhere" in (await browser.get(said.headers["location"])).text
        await desk.echo()
        assert (await thief.get("/sign-in/mine")).status_code == 303
    assert await address_of(desk, pat) == OLD


async def test_whoever_asks_has_a_limit_that_nobody_else_can_use_up(desk: Desk) -> None:
    pat, lou = await desk.add_person("Pat"), await desk.add_person("Lou")
    async with desk.browser(pat) as browser:
        for _ in range(limits.CHANGE_ADDRESS.visitor):
            assert (await send(browser, ASK, email=NEW)).status_code == 303
        refused = await send(browser, ASK, email=NEW)
        assert refused.status_code == TooOften.status
        assert re.search(r"Wait (2[0-4]|1?\d) hours|Wait \d+ minutes", refused.text)
    async with desk.browser(lou) as browser:
        assert (await send(browser, ASK, email=NEW)).status_code == 303


async def test_what_cannot_be_an_address_is_ones_own_or_cannot_be_written_to_is_said_in_words(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser(pat) as browser:
        for typed, words in (
            ("", "name@example.org"),
            (OLD.upper(), "already"),
            ("x", "name@example.org"),
        ):
            shown = await send(browser, ASK, email=typed)
            assert (shown.status_code, words in shown.text) == (422, True), typed
        async with desk.identity.transaction() as tx:
            await tx.execute("update address set email = 'pİt@people.example', email_key = null")
        shown = await send(browser, ASK, email=NEW)
        assert "no e-mail address that we could write to" in shown.text


async def test_an_address_that_got_an_account_meanwhile_stays_with_it_and_nothing_is_half_done(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser, desk.browser() as stranger:
        await ask(desk, pat)
        await answer(desk, browser, NEW)
        await send(stranger, "/sign-in/new", called="Pip", email=NEW, to="/home")
        token = await desk.newest_link(NEW)
        await send(stranger, f"/sign-in/link?token={token}", "/sign-in/link", token=token, called="Pip")
        refused = await answer(desk, browser, OLD)
        assert (refused.status_code, "Somebody uses this e-mail address already" in refused.text) == (409, True)
    assert await address_of(desk, pat) == OLD
    async with desk.browser(pat) as browser:
        assert "still missing" in (await browser.get("/sign-in/mine")).text
    assert "was changed" not in "".join(await desk.letters(OLD))


@asynccontextmanager
async def api(desk: Desk, who: SignedIn) -> AsyncGenerator[httpx.AsyncClient]:
    async with desk.api(who) as client:
        yield client


async def test_the_api_changes_it_too_and_says_what_is_missing(desk: Desk) -> None:
    pat = await desk.add_person("Pat")

    async def post(client: httpx.AsyncClient, path: str, body: Mapping[str, Any] | None = None) -> Any:
        answered = await client.post(f"/mine/address{path}", json=body)
        assert answered.status_code in (200, 202), answered.text
        return answered.json()

    async with api(desk, pat) as client:
        asked = await post(client, "", {"email": NEW})
        assert (asked["email"], asked["new_proved_at"], asked["old_proved_at"]) == (NEW, None, None)
        assert await post(client, "/stop") == {"stopped": True}
        assert (await client.post("/mine/address/stop")).status_code == 409
        await post(client, "", {"email": NEW})
        assert await post(client, "/no", {"secret": await desk.newest_link(NEW)}) == {"mailbox": "new"}
        await post(client, "", {"email": NEW})
        said = await post(client, "/yes", {"secret": await desk.newest_link(NEW)})
        assert said == {"mailbox": "new", "changed": False}
        assert (await client.get("/mine")).json()["address_change"]["new_proved_at"]
        said = await post(client, "/yes", {"secret": await desk.newest_link(OLD)})
        assert said == {"mailbox": "old", "changed": True}
        mine = (await client.get("/mine")).json()
        assert (mine["email"], mine["address_change"]) == (NEW, None)
        gone = await client.post("/mine/address/yes", json={"secret": "invented"})
        assert gone.json()["type"] == "/developers/problems#change-over"


async def test_a_machine_and_whoever_signed_in_long_ago_are_not_let_in(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    async with desk.api(ada) as admin, desk.api() as nobody:
        machine = {"called": "Rota", "roles": ["coordinator"]}
        made = (await admin.post("/organisations/RX2/machines", json=machine)).json()
        await desk.echo()
        token = (await nobody.post("/tokens", json={"secret": made["secret"]})).json()["token"]
        await desk.echo()
        headers = {"authorization": f"Bearer {token}"}
        for path, body in (("/mine/address", {"email": NEW}), ("/mine/sessions/end-others", None)):
            refused = await nobody.post(path, json=body, headers=headers)
            assert refused.json()["type"] == "/developers/problems#prove-it-is-you"
        found = (await nobody.get("/mine/sessions", headers=headers)).json()
        assert found == {"sessions": [], "more": False, "next": None}
