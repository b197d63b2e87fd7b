"""Signing in and out through the pages, and what a stranger cannot do there."""

import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from schemas.payments import Claim, ClaimDrafted
from schemas.signed import VERIFIED_ADDRESS, VERIFIED_ADDRESS_SECONDS
from services.chassis.base import access, keys
from services.chassis.base.access import Token
from services.chassis.base.keys import Secrets
from services.chassis.http.signed_values import read_signed, sign
from services.identity.commands.sessions import SignedIn
from tests.identity.desk import Desk, is_signed_in, send
from tests.support import Connected, Database, form_key, led_to


async def follow_link(desk: Desk, browser: httpx.AsyncClient, email: str) -> httpx.Response:
    secret = await desk.newest_link(email)
    return await send(browser, f"/sign-in/link?token={secret}", "/sign-in/link", token=secret)


def aged(desk: Desk, who: SignedIn, minutes: int) -> str:
    """A token of that session, signed so many minutes ago."""
    signed_at = datetime.now(UTC) - timedelta(minutes=minutes)
    token = Token(who.account_id, who.version, who.session_id, signed_at, signed_at + access.TOKEN_LIFE)
    return access.sign(token, keys.private(desk.identity.app.settings))


async def test_a_new_account_is_made_by_its_link_and_asked_how_to_reach_them(desk: Desk) -> None:
    async with desk.browser() as browser:
        typed = {"called": "Pat", "email": "pat@people.example", "to": "/join"}
        sent = await send(browser, "/sign-in/new?to=/join", "/sign-in/new", **typed)
        assert led_to(sent) == "/sign-in/sent"
        answer = await follow_link(desk, browser, "pat@people.example")
        assert is_signed_in(answer)
        assert answer.headers["location"] == "/sign-in/reach?to=/join"
        await desk.echo()
        page = (await browser.get(answer.headers["location"])).text
        assert "pat@people.example" in page
        assert 'action="/messages/mine"' in page
        signed = page.split('name="verified_address" value="')[1].split('"')[0]
    proved = read_verified(desk.identity.app.site.form_secret, signed)
    assert proved["email"] == "pat@people.example"
    async with desk.identity.transaction() as tx:
        assert proved["person_id"] == str(await tx.fetchval("select id from account"))


async def test_whoever_is_faster_than_the_news_of_their_account_waits_on_its_page_and_loses_nothing_of_their_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.chassis.http.entry.CATCH_UP_SECONDS", 0.1)
    async with desk.browser() as browser:
        typed = {"called": "Pat", "email": "pat@people.example", "to": "/join?a=b"}
        await send(browser, "/sign-in/new", **typed)
        reach = (await follow_link(desk, browser, "pat@people.example")).headers["location"]
        early = await browser.get(reach)
        assert (early.status_code, "This is on its way" in early.text) == (503, True)
        assert f'href="{reach}"' in early.text, "looked at again by hand, it leads on to the same place"
        assert "You are signed in" not in early.text
        await desk.echo()
        assert 'name="to" value="/join?a=b"' in (await browser.get(reach)).text


async def test_signing_in_never_leads_to_another_site(desk: Desk) -> None:
    await desk.add_person("Pat")
    for to in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        async with desk.browser() as browser:
            await send(browser, "/sign-in", email="pat@people.example", to=to)
            answer = await follow_link(desk, browser, "pat@people.example")
            assert answer.headers["location"] == "/home"
            renewed = await browser.get("/sign-in/renew", params={"to": to})
            assert renewed.headers["location"] == "/home"


async def test_a_form_without_a_key_or_with_a_foreign_one_changes_nothing(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    before = await desk.identity.said()
    async with desk.browser(pat) as browser, desk.browser() as stranger:
        foreign = form_key((await stranger.get("/sign-in")).text)
        for fields in ({}, {"form_key": "x.y"}, {"form_key": foreign}):
            for path in ("/sign-in/mine/name", "/sign-in/mine/forget", "/sign-out", "/sign-in/link"):
                answer = await browser.post(path, data={"called": "Mallory", **fields})
                assert answer.status_code == 403, path
                assert "nothing has changed" in answer.text
                assert not answer.headers.get_list("set-cookie")
    assert await desk.identity.said() == before


async def test_signing_out_by_a_link_does_nothing_and_by_the_button_refuses_the_old_token(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    old = desk.token(pat)
    async with desk.browser(pat) as browser:
        assert (await browser.get("/sign-out")).status_code == 200
        assert (await browser.get("/sign-in/mine")).status_code == 200
        answer = await send(browser, "/sign-out")
        assert answer.status_code == 303
        assert 'pln=""' in answer.headers["set-cookie"]
    await desk.echo()
    async with desk.browser() as thief:
        thief.cookies.set("pln", old)
        assert (await thief.get("/sign-in/mine")).headers["location"] == "/sign-in?to=/sign-in/mine"
        assert not is_signed_in(await thief.get("/sign-in/renew?to=/home"))


async def test_an_old_token_is_renewed_and_a_token_that_ran_out_is_dropped(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser:
        browser.cookies.set("pln", aged(desk, pat, minutes=11))
        first = await browser.get("/sign-in/mine")
        assert first.headers["location"] == "/sign-in/renew?to=/sign-in/mine"
        renewed = await browser.get(first.headers["location"])
        assert is_signed_in(renewed)
        assert renewed.headers["location"] == "/sign-in/mine"
    async with desk.browser() as browser:
        browser.cookies.set("pln", aged(desk, pat, minutes=31))
        dropped = await browser.get("/sign-in/renew?to=/organisations")
        assert dropped.headers["location"] == "/organisations"
        assert 'pln=""' in dropped.headers["set-cookie"]


async def test_the_cookie_is_for_this_host_only_over_https(database: Database) -> None:
    desk = Desk(await database.connect("identity", base_url="https://network.example"))
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser:
        shown = await browser.get("/sign-in/demo")
        browser.cookies.update(shown.cookies)
        visit = shown.headers["set-cookie"].split(";")[0]
        data = {"form_key": form_key(shown.text), "account_id": str(pat.account_id)}
        answer = await browser.post("/sign-in/demo", data=data, headers={"cookie": visit})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-pln=ey")
    for part in ("HttpOnly", "Path=/", "SameSite=lax", "Secure"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_there_is_no_demo_in_production(database: Database) -> None:
    desk = Desk(await database.connect("identity", profile="production"))
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser, desk.api() as api:
        assert (await browser.get("/sign-in/demo")).status_code == 404
        key = form_key((await browser.get("/sign-in")).text)
        data = {"form_key": key, "account_id": str(pat.account_id)}
        assert (await browser.post("/sign-in/demo", data=data)).status_code == 404
        assert (await api.get("/demo/accounts")).status_code == 404
        for path, body in (
            ("/demo/sign-in", {"account_id": str(pat.account_id)}),
            ("/demo/accounts", {"called": "Kim", "email": "kim@people.example"}),
        ):
            assert (await api.post(path, json=body)).status_code == 404
        assert "/sign-in/demo" not in (await browser.get("/sign-in")).text


async def test_a_person_changes_the_name_they_are_called_by(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser(pat) as browser:
        again = await send(browser, "/sign-in/mine/name", called="")
        assert again.status_code == 422
        assert "Enter what you would like to be called" in again.text
        assert (await send(browser, "/sign-in/mine/name", called="Patty <b>")).headers["location"] == "/sign-in/mine"
        await desk.echo()
        assert "Patty &lt;b&gt;" in (await browser.get("/sign-in/mine")).text


async def test_a_person_is_forgotten_by_their_button_and_signed_out(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser(pat) as browser:
        answer = await send(browser, "/sign-in/mine/forget", loses_pence="0")
        assert led_to(answer) == "/sign-in/forgotten"
        await desk.echo()
        assert "Your account is gone" in (await browser.get(answer.headers["location"])).text
        assert "Your account is gone" not in (await browser.get("/sign-in/forgotten")).text
        browser.cookies.set("pln", desk.token(pat))
        assert (await browser.get("/sign-in/mine")).status_code == 303


async def test_whoever_is_owed_money_is_told_so_before_they_are_forgotten(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser(pat) as browser:
        shown = await browser.get("/sign-in/mine/forget")
        assert "We know of no money that you are owed" in shown.text
        await desk.identity.hears_and_settles(ClaimDrafted(claim_of(pat.account_id)))
        late = await browser.post("/sign-in/mine/forget", data={"form_key": form_key(shown.text), "loses_pence": "0"})
        assert "You are owed more than you were told" in late.text
        assert "You are owed £75" in (await browser.get("/sign-in/mine/forget")).text
        async with desk.api(pat) as api:
            known = (await api.get("/mine")).json()
            assert known["owed_pence"] == 7500
            for told in (None, {"loses_pence": 7400}):
                late = await api.post("/mine/forget", json=told) if told else await api.post("/mine/forget")
                assert (late.status_code, late.json()["type"].rpartition("#")[2]) == (409, "more-is-owed")
        answer = await send(browser, "/sign-in/mine/forget", loses_pence="7500")
        assert led_to(answer) == "/sign-in/forgotten"


def claim_of(person_id: UUID) -> Claim:
    return Claim(
        id=uuid4(),
        version=1,
        person_id=person_id,
        ods_code="RX2",
        amount_pence=7500,
        activity_on=date(2026, 11, 3),
        status="ready",
        drafted_at=datetime.now(UTC),
        engagement_id=uuid4(),
        opportunity_id=uuid4(),
        session_id=uuid4(),
        organisation_id=uuid4(),
        rate_card_id=uuid4(),
    )


async def test_whoever_was_signed_in_for_long_shows_again_who_they_are_before_they_are_forgotten(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser:
        browser.cookies.set("pln", desk.token(replace(pat, proved_at=datetime.now(UTC) - timedelta(minutes=11))))
        asked = await browser.get("/sign-in/mine/forget")
        assert asked.headers["location"] == "/sign-in/again?to=/sign-in/mine/forget"
        sent = await send(browser, asked.headers["location"], "/sign-in/again", to="/sign-in/mine/forget")
        assert led_to(sent) == "/sign-in/sent"
        browser.cookies.delete("pln")  # httpx would send it beside the new one; a browser replaces it
        shown = await follow_link(desk, browser, "pat@people.example")
        assert shown.headers["location"] == "/sign-in/mine/forget"
        assert (await browser.get("/sign-in/mine/forget")).status_code == 200
    machine = replace(pat, proved_at=None)
    async with desk.api(machine) as api:
        assert (await api.post("/mine/forget")).json()["type"] == "/developers/problems#prove-it-is-you"


async def test_a_token_that_is_not_ours_signs_nobody_in(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    head, body, signature = desk.token(pat).split(".")
    kim = await desk.add_person("Kim")
    forged = desk.token(kim).split(".")[1]
    async with desk.browser() as browser:
        for text in (f"{head}.{forged}.{signature}", f"{head}.{body}.", "nonsense"):
            answer = await browser.get("/api/identity/v1/mine", headers={"authorization": f"Bearer {text}"})
            assert answer.status_code == 401


async def test_a_signed_value_that_was_changed_is_for_something_else_or_is_out_of_date_is_refused(
    identity: Connected,
) -> None:
    secret = identity.app.site.form_secret
    signed = sign(secret, {"email": "pat@people.example"}, purpose=VERIFIED_ADDRESS)
    assert read_verified(secret, signed)["email"] == "pat@people.example"
    other = sign(secret, {"email": "kim@people.example"}, purpose=VERIFIED_ADDRESS)
    for text in (f"{other.partition('.')[0]}.{signed.partition('.')[2]}", "", "é.é", f"{signed}x", signed[1:]):
        with pytest.raises(ValueError, match=r"ignature|value|separat"):
            read_verified(secret, text)
    with pytest.raises(ValueError, match="ignature"):
        read_signed(secret, signed, purpose="something else", max_age_seconds=VERIFIED_ADDRESS_SECONDS)
    with pytest.raises(ValueError, match="age"):
        read_signed(secret, signed, purpose=VERIFIED_ADDRESS, max_age_seconds=-1)


@pytest.mark.parametrize(("ahead", "good"), [(5, True), (120, False)])
async def test_a_value_signed_by_a_clock_a_little_ahead_is_taken_and_one_of_the_future_is_not(
    identity: Connected, monkeypatch: pytest.MonkeyPatch, ahead: int, good: bool
) -> None:
    secret, then = identity.app.site.form_secret, time.time() + ahead
    with monkeypatch.context() as clock:
        clock.setattr(time, "time", lambda: then)
        signed = sign(secret, {"email": "pat@people.example"}, purpose=VERIFIED_ADDRESS)
    with nullcontext() if good else pytest.raises(ValueError, match="age"):
        read_verified(secret, signed)


def read_verified(secret: Secrets, text: str) -> dict[str, Any]:
    return read_signed(secret, text, purpose=VERIFIED_ADDRESS, max_age_seconds=VERIFIED_ADDRESS_SECONDS)


async def test_a_link_can_be_finished_while_signed_in_as_somebody_else(desk: Desk) -> None:
    pat, kim = await desk.add_person("Pat"), await desk.add_person("Kim")
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email="kim@people.example", to="/home")
        browser.cookies.set("pln", desk.token(pat))
        answer = await follow_link(desk, browser, "kim@people.example")
    [cookie] = [one for one in answer.headers.get_list("set-cookie") if one.startswith("pln=")]
    token = cookie.split("=", 1)[1].split(";")[0]
    found = access.verify(token, desk.identity.app.site.public_keys, datetime.now(UTC))
    assert found
    assert found.account_id == kim.account_id


async def test_a_sign_in_from_another_browser_is_written_to_its_person_and_no_other_is(desk: Desk) -> None:
    await desk.add_person("Pat")

    async def sign_in(browser: httpx.AsyncClient) -> list[str]:
        """What was written but for the links."""
        await send(browser, "/sign-in", email="pat@people.example", to="/home")
        answer = await follow_link(desk, browser, "pat@people.example")
        browser.cookies.delete("pln")
        assert answer.cookies["pln_browser"]
        return [one for one in await desk.letters("pat@people.example") if "token=" not in one]

    async with desk.browser() as first, desk.browser() as second:
        assert await sign_in(first) == [], "there was no browser before"
        assert await sign_in(first) == []
        [told] = await sign_in(second)
        assert "from a browser that we had not seen before" in told
        assert "If this was not you" in told
        assert await sign_in(second) == [told]
    async with desk.identity.transaction() as tx:
        kept = await tx.fetch("select browser_hash from browser")
    assert not any(str(one["browser_hash"]) in told for one in kept)
