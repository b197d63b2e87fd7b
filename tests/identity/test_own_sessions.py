"""Where somebody is signed in, as they see it, and signing out there."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from schemas.identity import Account
from services.identity.commands import sessions
from services.identity.commands.sessions import SignedIn
from services.identity.domain.browsers import browser_words
from services.identity.store.sessions import SESSIONS
from tests.identity.desk import Desk, is_signed_in, send
from tests.identity.test_address_change import own
from tests.identity.test_sign_in_pages import follow_link
from tests.support import form_key, next_page

HERE = "/sign-in/mine/sessions"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def is_let_in(desk: Desk, who: SignedIn) -> bool:
    async with desk.browser(who) as browser:
        return (await browser.get("/sign-in/mine")).status_code == 200


async def press(browser: httpx.AsyncClient, action: str) -> httpx.Response:
    key = form_key((await browser.get(HERE)).text)
    return await browser.post(action, data={"form_key": key})


async def test_each_place_is_listed_with_its_browser_and_one_is_signed_out_there(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser() as firefox, desk.browser(pat) as browser:
        await send(firefox, "/sign-in", email="pat@people.example", to="/home")
        firefox.headers["user-agent"] = FIREFOX
        assert is_signed_in(await follow_link(desk, firefox, "pat@people.example"))
        await desk.echo()
        shown = (await browser.get(HERE)).text
        assert "2 places" in shown
        assert "Firefox on Windows" in shown
        assert shown.count("You are here") == 1
        assert FIREFOX not in shown
        async with desk.identity.transaction() as tx:
            [there] = await tx.fetch("select id, browser from session where id <> $1", pat.session_id)
        assert there["browser"] == "Firefox on Windows", "a fixed set of words, nothing that it says itself"
        firefox.cookies.delete("pln")
        gone = await press(browser, f"{HERE}/{there['id']}/end")
        assert gone.headers["location"] == HERE
        await desk.echo()
        assert not await is_let_in(desk, replace(pat, session_id=there["id"]))
        assert await is_let_in(desk, pat)
        assert "Firefox" not in (await browser.get(HERE)).text
    async with desk.api(pat) as api:
        assert (await api.post(f"/mine/sessions/{there['id']}/end")).status_code == 200, "twice is once"
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select count(*) from session where browser is not null") == 0
    assert (await desk.identity.said()).count(("SessionEnded", pat.account_id)) == 1


async def test_everywhere_else_ends_them_all_by_one_event_and_only_ones_own(desk: Desk) -> None:
    pat, kim = await desk.add_person("Pat"), await desk.add_person("Kim")
    others = [await desk.sign_in(pat.account_id) for _ in range(3)]
    async with desk.browser(pat) as browser:
        assert (await press(browser, f"{HERE}/{kim.session_id}/end")).status_code == 404
        assert (await press(browser, f"{HERE}/end-others")).headers["location"] == HERE
        await desk.echo()
        assert "1 place<" in (await browser.get(HERE)).text
        assert f"{HERE}/end-others" not in (await browser.get(HERE)).text
    assert [await is_let_in(desk, one) for one in (pat, kim, *others)] == [True, True, False, False, False]
    assert (await desk.identity.said()).count(("SessionEnded", pat.account_id)) == 1
    async with desk.identity.transaction() as tx:
        value = await tx.fetchval("select value from outbox where type = 'SessionEnded'")
    ended = Account.model_validate_json(value).ended_sessions
    assert {one.session_id for one in ended} == {one.session_id for one in others}


async def test_what_has_ended_or_run_out_is_not_listed_and_a_long_list_goes_on(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    many = [await desk.sign_in(pat.account_id) for _ in range(SESSIONS.size + 2)]
    for ended, column, ago in (
        (many[0], "started_at", timedelta(hours=12, minutes=1)),
        (many[1], "renewed_at", timedelta(minutes=31)),
    ):
        async with desk.identity.transaction() as tx:
            await tx.execute(
                f"update session set {column} = {column} - $2::interval where id = $1", ended.session_id, ago
            )
    async with desk.browser(pat) as browser, desk.api(pat) as api:
        first = (await browser.get(HERE)).text
        assert f"{SESSIONS.size + 1} places" in first
        assert "You are here" not in first, "the oldest is on the next page"
        assert "You are here" in (await browser.get(next_page(first))).text
        page = (await api.get("/mine/sessions")).json()
        rest = (await api.get("/mine/sessions", params={"after": page["next"]})).json()
        listed = [one["id"] for one in (*page["sessions"], *rest["sessions"])]
        assert listed == [str(one.session_id) for one in reversed([pat, *many[2:]])]
        assert [one["is_here"] for one in rest["sessions"]] == [True]
        one = await api.post(f"/mine/sessions/{many[-1].session_id}/end")
        assert one.json() == {"session_id": str(many[-1].session_id)}
        assert (await api.post("/mine/sessions/end-others")).json() == {"ended": SESSIONS.size - 1}
        assert (await api.post(f"/mine/sessions/{pat.account_id}/end")).status_code == 404


async def test_whoever_found_a_computer_left_open_signs_its_owner_out_nowhere(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    elsewhere = await desk.sign_in(pat.account_id)
    long_ago = replace(pat, proved_at=datetime.now(UTC) - timedelta(minutes=11))
    async with desk.browser(long_ago) as browser:
        shown = (await browser.get(HERE)).text
        assert f'href="/sign-in/again?to={HERE}"' in shown
        assert "/end" not in shown
        for action in (f"{HERE}/{elsewhere.session_id}/end", f"{HERE}/end-others"):
            refused = await browser.post(action, data={"form_key": form_key((await browser.get("/sign-out")).text)})
            assert (refused.status_code, "/sign-in/again" in refused.text) == (401, True)
    assert await is_let_in(desk, elsewhere)


async def test_sessions_that_are_renewed_in_the_same_moment_end_or_go_on_and_nobody_waits_in_a_circle(
    desk: Desk,
) -> None:
    """Renewing locked the session before the account, and ending it the other way round."""
    pat = await desk.add_person("Pat")
    others = [await desk.sign_in(pat.account_id) for _ in range(4)]

    async def renew(who: SignedIn) -> SignedIn | None:
        async with desk.identity.transaction() as tx:
            return await sessions.renew(tx, who.account_id, who.session_id)

    async def end() -> None:
        async with desk.identity.transaction(own(pat)) as tx:
            await sessions.end_others(tx)

    await asyncio.gather(*(renew(one) for one in others), end(), *(renew(one) for one in others))
    assert [await renew(one) for one in others] == [None] * 4
    assert await renew(pat)


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
         "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0"
         " Safari/537.36 Edg/141.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0"
         " Mobile/15E148 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0"
         " Chrome/136.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android"),
        ("Lynx/2.9.2 on Linux of Sam Example, 01632 960001", "A browser on Linux"),
        ("x" * 600 + "Firefox/1 Windows", None),
        ("python-httpx/0.28", None),
        ("", None),
    ],
)  # fmt: skip
def test_of_what_a_browser_says_only_its_kind_is_kept(says: str, words: str | None) -> None:
    assert browser_words(says) == words
    assert words is None or len(words) <= 40, "as long as the column"
