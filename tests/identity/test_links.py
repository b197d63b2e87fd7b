"""Links by e-mail: who may ask for how many, what shows whether an address is known, what uses one up."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import VISITOR
from services.identity.commands import sign_in
from services.identity.domain import sign_in as domain
from tests.identity.desk import LETTERS, Desk, is_signed_in, send
from tests.identity.test_sign_in_pages import follow_link
from tests.support import form_key, led_to

PAT, NOBODY = "pat@people.example", "no@people.example"


async def later(desk: Desk, by: timedelta) -> None:
    """As if so much time had gone by since all links were asked for; their letters were sent."""
    async with desk.identity.transaction() as tx:
        await tx.execute("update sign_in_link set asked_at = asked_at - $1::interval, expires_at = expires_at - $1", by)


async def test_the_answer_the_rows_and_the_work_are_the_same_for_known_and_unknown_addresses(desk: Desk) -> None:
    await desk.add_person("Pat")
    async with desk.browser() as browser:
        known = await send(browser, "/sign-in", email=PAT, to="/home")
        unknown = await send(browser, "/sign-in", email=NOBODY, to="/home")
    assert [led_to(a) for a in (known, unknown)] == ["/sign-in/sent"] * 2
    assert "Sign in as Pat:" in (await desk.letters(PAT))[0]
    assert "It has no account" in (await desk.letters(NOBODY))[0]
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select count(*) from sign_in_link") == 2
    for _ in range(2 + domain.BY_ANYBODY.most):  # under every limit, at it, and over it
        assert await statements_of(desk, PAT) == await statements_of(desk, NOBODY)


async def statements_of(desk: Desk, email: str) -> list[str]:
    async with counted(desk) as said, desk.identity.transaction(VISITOR) as tx:
        tx.connection.add_query_logger(lambda query: said.append(query.query))
        await sign_in.ask_for_link(tx, sign_in.Asked(EmailAddress.read(email), "/home"), LETTERS)
    return [" ".join(one.split())[:60] for one in said if "release" not in one and "rollback" not in one]


@asynccontextmanager
async def counted(desk: Desk) -> AsyncGenerator[list[str]]:
    said: list[str] = []
    yield said


async def test_strangers_use_up_nothing_of_the_owners(desk: Desk) -> None:
    """Five requests of a stranger kept the owner out for the rest of the hour: links worked for 15 minutes of it."""
    pat = await desk.add_person("Pat")
    async with desk.browser() as stranger:
        for _ in range(8):
            await send(stranger, "/sign-in", email=PAT.upper(), to="/home")
            await later(desk, timedelta(minutes=5))
    letters = await desk.letters(PAT)
    assert len(letters) == domain.BY_ANYBODY.most
    async with desk.browser() as owner:  # any of them works while nobody gets another one
        assert is_signed_in(await follow_link(desk, owner, PAT))
    async with desk.browser(pat) as owner:
        await desk.echo()
        assert (await send(owner, "/sign-in/again", to="/home")).status_code == 303
    assert len(await desk.letters(PAT)) == len(letters) + 1, "somebody signed in has a limit of their own"
    assert domain.BY_ANYBODY.within <= domain.LINK_LIFE, "or the limit would be used up while no link works"


async def test_an_address_without_an_account_gets_three_letters_a_day_and_nobodys_words(desk: Desk) -> None:
    async with desk.browser() as stranger:
        for hour in range(6):
            typed = {"called": f"You won, see evil.example {hour}", "email": NOBODY, "to": "/home"}
            await send(stranger, "/sign-in/new", **typed)
            await later(desk, timedelta(hours=2))
    letters = await desk.letters(NOBODY)
    assert len(letters) == domain.OF_A_STRANGER.most
    assert "evil" not in "".join(letters)


async def test_nothing_that_opens_a_link_uses_it_up_but_the_button(desk: Desk) -> None:
    await desk.add_person("Pat")
    async with desk.browser() as browser, desk.browser() as scanner, desk.browser() as another:
        await send(browser, "/sign-in", email=PAT, to="/matches/mine")
        secret = await desk.newest_link(PAT)
        page = f"/sign-in/link?token={secret}"
        for headers in ({}, {"sec-purpose": "prefetch"}, {"purpose": "prefetch"}, {"user-agent": "mail scanner"}):
            assert (await scanner.get(page, headers=headers)).status_code == 200
            await scanner.head(page, headers=headers)
        seen = form_key((await scanner.get(page)).text)
        async with desk.browser() as without_cookie:
            posted = await without_cookie.post("/sign-in/link", data={"form_key": seen, "token": secret})
            assert (posted.status_code, is_signed_in(posted)) == (403, False)
            assert (await without_cookie.post(page)).status_code == 403
        waiting = form_key((await another.get(page)).text)
        shown = (await browser.get(page)).text
        assert "Sign in as Pat" in shown
        answer = await follow_link(desk, browser, PAT)
        assert is_signed_in(answer)
        assert answer.headers["location"] == "/matches/mine"
        used = await another.post("/sign-in/link", data={"form_key": waiting, "token": secret})
        assert used.status_code == 409
        assert "used already" in used.text
        assert not is_signed_in(used)


@pytest.mark.parametrize("fate", ["used", "too old"])
async def test_a_link_that_is_over_offers_a_new_one_to_the_same_address_and_place(desk: Desk, fate: str) -> None:
    await desk.add_person("Pat")
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email="Pat@People.Example", to="/claims/mine")
        old = await desk.newest_link(PAT)
        if fate == "used":
            await follow_link(desk, browser, PAT)
        else:
            await later(desk, domain.LINK_LIFE)
    async with desk.browser() as browser:
        page = f"/sign-in/link?token={old}"
        over = await browser.get(page)
        assert over.status_code == (409 if fate == "used" else 410)
        assert PAT not in over.text
        key = form_key(over.text)
        asked = await browser.post("/sign-in/link/new", data={"form_key": key, "token": old})
        assert led_to(asked) == "/sign-in/sent"
        assert len(await desk.letters(PAT)) == 2
        answer = await follow_link(desk, browser, PAT)
        assert is_signed_in(answer)
        assert answer.headers["location"] == "/claims/mine"
        for _ in range(9):
            data = {"form_key": form_key((await browser.get(page)).text), "token": old}
            await browser.post("/sign-in/link/new", data=data)
        with_links = [letter for letter in await desk.letters(PAT) if "token=" in letter]
        assert len(with_links) == 1 + domain.BY_OWNER.most
        unknown = await browser.get("/sign-in/link?token=invented")
        assert unknown.status_code == 410
        data = {"form_key": form_key(over.text), "token": "invented"}
        assert (await browser.post("/sign-in/link/new", data=data)).status_code in (403, 410, 422)


async def test_whoever_makes_an_account_says_on_its_page_what_they_are_called(desk: Desk) -> None:
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email=NOBODY, to="/join")
        secret = await desk.newest_link(NOBODY)
        page, action = f"/sign-in/link?token={secret}", "/sign-in/link"
        for called in ("", " ", "x" * 81, "a\u202eb"):
            again = await send(browser, page, action, token=secret, called=called)
            assert (again.status_code, is_signed_in(again)) == (422, False)
        made = await send(browser, page, action, token=secret, called="Nobody Known")
        assert is_signed_in(made)
        await desk.echo()
        assert "Nobody Known" in (await browser.get("/sign-in/mine")).text


async def test_two_people_at_one_mailbox_see_whose_account_a_link_is(desk: Desk) -> None:
    """A couple with one mailbox: the letter and its page name the one whose account it is."""
    await desk.add_person("Pat")
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email=PAT, to="/home")
        assert "as Pat" not in (await browser.get("/sign-in/sent")).text
        page = (await browser.get(f"/sign-in/link?token={await desk.newest_link(PAT)}")).text
    assert "Sign in as Pat" in (await desk.letters(PAT))[0]
    assert "Not Pat?" in page


async def test_an_address_is_unique_in_the_table_itself(desk: Desk) -> None:
    pat, kim = await desk.add_person("Pat"), await desk.add_person("Kim")
    assert datetime.now(UTC)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with desk.identity.transaction() as tx:
            await tx.execute("update address set email_key = $2 where account_id = $1", kim.account_id, PAT)
    assert pat.account_id != kim.account_id


async def test_signing_in_again_ends_the_session_that_the_browser_had(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    old = {"authorization": f"Bearer {desk.token(pat)}"}
    async with desk.browser(pat) as browser:
        assert (await browser.get("/api/identity/v1/mine", headers=old)).status_code == 200
        await send(browser, "/sign-in/again", to="/home")
        assert is_signed_in(await follow_link(desk, browser, PAT))
        await desk.echo()
        assert (await browser.get("/api/identity/v1/mine", headers=old)).status_code == 401
