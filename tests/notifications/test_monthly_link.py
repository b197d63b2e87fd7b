"""Whether somebody gets the monthly list is theirs to say: on their page, by whoever helps them, by the link in it."""

import email
import re
from email import policy
from urllib.parse import urlsplit

import httpx
import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import ApplicationDeclined, ApplicationErased, ApplicationSent
from services.chassis.base.keys import KeyRing
from services.chassis.http.signed_values import sign
from services.notifications import text_office
from services.notifications.commands.sending import ToText
from tests.mail_server import mail_server, words_of
from tests.notifications.monthly import ADDRESS, Pool, a_pool
from tests.notifications.support import queue_email, send_now
from tests.notifications.test_monthly import world_of
from tests.support import Connected, Database, Person, hidden, led_to, member

MINE = "/messages/mine/monthly-list"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


async def press(browser: httpx.AsyncClient, page: str) -> str:
    """Press the button of a page, and give the page that it leads to."""
    shown = await browser.get(page)
    wanted = re.search(r'name="wanted" value="(\w+)"', shown.text)
    assert wanted, shown.text
    sent = await browser.post(page, data={**hidden(shown.text), "wanted": wanted[1]})
    assert led_to(sent) == page
    return (await browser.get(sent.headers["location"])).text


async def wants(service: Connected, person: Person) -> bool | None:
    async with service.transaction() as tx:
        return await tx.fetchval("select wanted from monthly_choice where person_id = $1", person.id)


async def mailed(database: Database) -> tuple[Pool, Person, str, bytes]:
    """A pool, somebody who got the list by mail, the address by which it is stopped, and the mail."""
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        pool = await a_pool(service)
        sam = await pool.join("Sam")
        await pool.first_day()
        await pool.come_due()
        await send_now(service)
        [(_, content)] = server.taken
    heads = email.message_from_bytes(content, policy=policy.default)
    assert heads["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    at: str = urlsplit(str(heads["List-Unsubscribe"]).strip("<>")).path
    assert f"{at}\n" in words_of(content).replace("\r\n", "\n"), "and it stands in the words too"
    return pool, sam, at, content


async def test_the_link_in_the_mail_stops_it_by_one_press_without_signing_in_and_can_be_taken_back(
    database: Database,
) -> None:
    pool, sam, at, _ = await mailed(database)
    service = pool.service
    async with service.browser() as browser:
        assert {(await browser.head(at)).status_code for _ in range(3)} == {200}
        shown = await browser.get(at)  # as a mail scanner, which follows links
        assert "Sam" not in shown.text, "whoever reads the mail may be somebody else"
        assert await wants(service, sam) is None, "a GET changes nothing"
        assert "You do not get the monthly list any more" in await press(browser, at)
        assert await wants(service, sam) is False
        assert "The next list comes" in await press(browser, at)
        assert await wants(service, sam) is True
        by_program = await browser.post(at, data=ONE_CLICK)  # as a mail program: no key, no cookie, no question
        assert by_program.status_code == 200, "and it is led nowhere else (RFC 8058, 3.2)"
        assert await wants(service, sam) is False
        again = await browser.post(at, files={"List-Unsubscribe": (None, "One-Click")})
        assert again.status_code == 200, "as multipart/form-data too, and twice is once"
    async with service.browser(sam) as browser:
        page = (await browser.get(MINE)).text
    assert "Send me the monthly list" in page
    await pool.first_day()
    assert await service.failing() == []


async def test_a_link_that_is_forged_for_another_purpose_or_of_nobody_stops_nothing(database: Database) -> None:
    pool, sam, at, _ = await mailed(database)
    service = pool.service
    sue = await pool.join("Sue")
    ring = KeyRing(service.app.settings).forms
    signed = at.rsplit("/", 1)[1]
    forged = [
        signed[:-5] + ("A" if signed[-5] != "A" else "B") + signed[-4:],  # of the last some bits say nothing
        sign(ring, {"person_id": str(sue.id)}, purpose="confirm-address"),
        sign((b"a secret of somebody else",), {"person_id": str(sue.id)}, purpose="monthly-list"),
        sign(ring, {"person_id": "nobody"}, purpose="monthly-list"),
        sign(ring, {}, purpose="monthly-list"),
    ]
    async with service.browser() as browser:
        for one in forged:
            assert (await browser.get(f"/messages/monthly-list/{one}")).status_code == 404
            assert (await browser.post(f"/messages/monthly-list/{one}", data=ONE_CLICK)).status_code == 404
        for body in ({}, {"wanted": "no"}, {**ONE_CLICK, "wanted": "yes"}, {"List-Unsubscribe": "two"}):
            assert (await browser.post(at, data=body)).status_code >= 400, body
        elsewhere = await browser.post(at, data=ONE_CLICK, headers={"sec-fetch-site": "cross-site"})
        assert elsewhere.status_code == 403
    assert (await wants(service, sam), await wants(service, sue)) == (None, None)
    async with service.browser(sue) as browser:  # whoever is signed in and opens somebody else's link stops that one's
        await press(browser, at)
    assert (await wants(service, sam), await wants(service, sue)) == (False, None)


async def test_a_link_of_somebody_who_was_forgotten_keeps_nothing_of_them(database: Database) -> None:
    pool, sam, at, _ = await mailed(database)
    await pool.hears(AccountErased(Erased(id=sam.id, version=2)))
    async with pool.service.browser() as browser:
        assert (await browser.post(at, data=ONE_CLICK)).status_code == 200
        assert "we have nothing about you any more" in (await browser.get(at)).text
    assert await wants(pool.service, sam) is None


async def test_who_was_told_not_now_gets_it_by_their_own_yes_until_their_application_goes(
    notifications: Connected,
) -> None:
    pool = await a_pool(notifications)
    sam, waits = await pool.join("Sam", leader={}), await pool.join("Waits", leader={})
    declined = world_of(pool, sam).application("declined")
    await pool.hears(ApplicationDeclined(declined), ApplicationSent(world_of(pool, waits).application("sent")))
    async with notifications.browser(sam) as browser:
        mail = (await browser.get("/home")).text
        told = re.search(r'href="(/messages/mine/[0-9a-f-]{36})"', mail)
        assert told
        assert "list of open roles once a month" in (await browser.get(told[1])).text
        assert "The next list comes" in await press(browser, MINE)
    async with notifications.api(waits) as api:
        answer = await api.put("/mine/monthly-list", json={"wanted": True})
        assert (answer.status_code, answer.json()["type"].partition("#")[2]) == (409, "no-list-for-you")
    looked_at_again = {"stage": "sent", "again_at": declined.sent_at, "version": 2}
    await pool.hears(ApplicationSent(declined.model_copy(update=looked_at_again)))
    await pool.first_day()
    assert await pool.who() == {"Sam": "email"}
    await pool.hears(ApplicationErased(Erased(id=declined.id, version=3)))
    assert (await pool.of(sam)).status == "stale", "it ends with the application, also where it waited to be sent"
    async with notifications.api(sam) as api:
        assert (await api.get("/mine/monthly-list")).json()["wanted"] is None, "and nothing is kept of it"


async def test_whoever_is_rung_is_offered_a_letter_and_staff_who_help_choose_for_them(notifications: Connected) -> None:
    pool = await a_pool(notifications)
    sam = await pool.join("Sam", "phone", can_sign_in=False, letters_to=ADDRESS)
    met = await pool.join("Met", "meet")
    helper, trust_staff = member(pool.network, "helper"), member(pool.trust, "helper")
    await pool.hears(helper.opened, trust_staff.opened)
    theirs = f"/messages/for/QZZ/people/{sam.id}/monthly-list"
    async with notifications.browser(helper) as browser:
        shown = (await browser.get(theirs)).text
        assert "We do not ring anybody with this list" in shown
        assert "Send it to me as a letter" in shown
        sent = await browser.post(theirs, data={**hidden(shown), "wanted": "yes"})
        assert led_to(sent) == theirs
    async with notifications.browser(trust_staff) as browser:
        other = f"/messages/for/RX2/people/{sam.id}/monthly-list"
        assert (await browser.get(other)).status_code == 404
        assert (await browser.post(other, data={"wanted": "no"})).status_code == 404
    async with notifications.browser(met) as browser:
        assert "Choose letters, texts or e-mail" in (await browser.get(MINE)).text
    async with notifications.transaction() as tx:
        by = await tx.fetchval("select said_by from monthly_choice where person_id = $1", sam.id)
        helped = await tx.fetchval("select what from help_given where person_id = $1", sam.id)
    assert (by, helped) == (helper.id, "choose_monthly_list")
    await pool.first_day()
    assert await pool.who() == {"Sam": "post"}
    async with notifications.api(helper) as api:
        answer = await api.put(f"/for/QZZ/people/{sam.id}/monthly-list", json={"wanted": False})
        assert answer.json() == {"gets_it": False, "wanted": False, "standing": "pool", "channel": None}
    await notifications.settle()
    assert (await pool.of(sam)).status == "stale", "a letter that waits to be printed is not printed any more"
    async with notifications.api(helper) as api:
        assert (await api.get("/organisations/QZZ/home")).json()["waiting"] == []


async def test_an_offer_or_a_link_never_waits_behind_the_lists_of_everybody(database: Database) -> None:
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        pool = await a_pool(service)
        for n in range(30):
            await pool.join(f"Sam {n}")
        await pool.first_day()
        await pool.come_due()
        async with service.transaction() as tx:
            await tx.execute("update message set next_try_at = now() - interval '1 hour'")
        await queue_email(world_of(pool, pool.people["Sam 0"]), "waits@people.example")
        await send_now(service)
        to = [one for [one], _ in server.taken]
        assert len(to) == 31
        assert to.index("waits@people.example") < 8, "though they have waited longer"


@pytest.mark.parametrize("name", ["Net", "The long name of a network of many integrated care boards and trusts"])
async def test_a_text_says_how_many_there_are_where_to_read_and_whom_to_ring(
    notifications: Connected, name: str
) -> None:
    pool = await a_pool(notifications)
    sam = await pool.join("Sam", "sms")
    await pool.first_day()
    settings = notifications.app.settings.model_copy(update={"network_name": name})
    words = text_office.words(ToText(await pool.of(sam), "07700900982", True, False), settings)
    assert len(words) <= 160
    for said in ("Open roles in", "/opportunities", settings.phone):
        assert said in words, words
    assert "Read our leaflets" not in words


async def test_home_says_whom_to_ask(notifications: Connected) -> None:
    pool = await a_pool(notifications)
    kim, lee = (member(pool.network, "coordinator", called=one) for one in ("Kim", "Lee"))
    await pool.hears(kim.opened, lee.opened)
    looked_after = {"coordinator_id": kim.id, "coordinator_since": "2026-01-01T00:00:00Z"}
    for called, leader in (("Sam", {}), ("Sue", {"version": 1}), ("Ann", looked_after)):
        await pool.join(called, leader=leader)
    away = await pool.join("Bo", leader=looked_after | {"cover_id": lee.id})
    found = {}
    for called in ("Sam", "Sue", "Ann", "Bo"):
        async with notifications.browser(pool.people[called]) as browser:
            found[called] = re.sub(r"<[^>]+>", "", (await browser.get("/home")).text)
    assert "Somebody to ask" not in found["Sam"], "who is not in the pool has nobody of their own yet"
    assert "The welcome team of Example Network answers" in found["Sue"]
    assert "Kim is your coordinator." in found["Ann"]
    assert "Ask for Kim by name." in found["Ann"]
    assert "Lee stands in for them just now." in found["Bo"]
    assert away
