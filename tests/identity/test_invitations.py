"""Staff are invited: until they accept, their organisation sees only what it typed."""

import re

import httpx
import pytest

from services.identity.commands.sessions import SignedIn
from services.identity.domain import invitation as domain
from services.identity.jobs import delete_what_is_over
from tests.identity.desk import Desk, is_signed_in, send
from tests.identity.test_pages_for_all import clock_of
from tests.identity.test_sign_in_pages import follow_link
from tests.mail_server import NOWHERE
from tests.support import form_key, led_to

HERE = "/organisations/for/RX2"
ZELDA = "zelda@people.example"


@pytest.fixture
async def ada(desk: Desk) -> SignedIn:
    """The network's admin; there are two trusts."""
    ada = await desk.start()
    for ods_code in ("RX2", "RYR"):
        await desk.add_trust(ada, ods_code)
    return ada


async def invite(browser: httpx.AsyncClient, email: str, *roles: str, called: str = "Whoever") -> httpx.Response:
    return await send(browser, f"{HERE}/staff/new", called=called, email=email, roles=list(roles or ("coordinator",)))


async def test_typing_an_address_shows_nothing_of_whose_it_is(desk: Desk, ada: SignedIn) -> None:
    """It showed whether the address belongs to a patient leader, and what they are called."""
    await desk.add_person("Zelda")
    async with desk.browser(ada) as browser, desk.api(ada) as api:
        page = await invite(browser, ZELDA)
        unknown = await invite(browser, "unknown@people.example")
        assert (page.status_code, page.headers["location"]) == (303, HERE)
        assert (unknown.status_code, unknown.headers["location"]) == (303, HERE)
        shown = (await browser.get(HERE)).text
        assert "Zelda" not in shown
        assert shown.count("Whoever") >= 2
        assert ZELDA in shown
        assert "RX2" in (await browser.get("/organisations/for/RX2?csv=1")).url.path
        bodies = [{"called": "X", "email": email, "roles": ["finance"]} for email in ("a@x.example", "b@x.example")]
        assert [set((await api.post("/organisations/RX2/staff", json=one)).json()) for one in bodies] == [
            {"invitation_id"}
        ] * 2
        listed = (await api.get("/organisations/RX2/invitations")).json()["invitations"]
        assert len(listed) == 4
        assert (await api.get("/organisations/RX2/staff")).json()["staff"] == []
        twice = await invite(browser, ZELDA.upper())
        assert twice.status_code == 422
        assert "invited this address already" in twice.text
    [letter] = await desk.letters(ZELDA)
    assert "Whoever" not in letter, "no name that somebody typed"
    assert "Trust RX2" in letter
    assert [name for name, _ in await desk.identity.said()].count("MembershipGranted") == 1, "Ada's own"


async def link_of(desk: Desk, email: str) -> str:
    return f"/sign-in/invited?token={await desk.newest_link(email)}"


async def test_somebody_without_an_account_makes_one_and_accepts_by_the_letter(desk: Desk, ada: SignedIn) -> None:
    async with desk.browser(ada) as admin, desk.browser() as browser:
        await invite(admin, "fay@rx2.example", "finance", "approver")
        page = await link_of(desk, "fay@rx2.example")
        token = page.partition("=")[2]
        await browser.get(page)
        await browser.head(page)
        shown = (await browser.get(page)).text
        assert "Trust RX2 invites you" in shown
        assert "Finance: pays claims" in shown
        nameless = await send(browser, page, "/sign-in/invited", token=token, called="")
        assert nameless.status_code == 422
        yes = await send(browser, page, "/sign-in/invited", token=token, called="Fay")
        assert is_signed_in(yes)
        await desk.echo()
        assert "RX2" in (await browser.get("/sign-in/mine")).text
        listed = (await admin.get(HERE)).text
        assert "Fay" in listed
        assert "Approver, Finance" in listed
        assert "Waits until" not in listed
        again = await browser.get(page)
        assert again.status_code == 410
        assert "Ask for a new one" in again.text
    async with desk.identity.transaction() as tx:
        granted_by = await tx.fetchval("select granted_by from membership where 'finance' = any(roles)")
    assert granted_by == ada.account_id


async def test_somebody_with_an_account_signs_in_by_a_fresh_link_and_answers(desk: Desk, ada: SignedIn) -> None:
    """The letter's own link is good for days, so it signs nobody in to an account that is there."""
    zelda = await desk.add_person("Zelda")
    async with desk.browser(ada) as admin, desk.browser() as browser:
        await invite(admin, ZELDA)
        page = await link_of(desk, ZELDA)
        token = page.partition("=")[2]
        shown = (await browser.get(page)).text
        assert "you are called Zelda" in shown
        forced = await browser.post(
            "/sign-in/invited", data={"form_key": form_key(shown), "token": token, "called": "Eve"}
        )
        assert (forced.status_code, is_signed_in(forced)) == (409, False)
        sent = await browser.post("/sign-in/invited/sign-in", data={"form_key": form_key(shown), "token": token})
        assert led_to(sent) == "/sign-in/sent"
        answer = await follow_link(desk, browser, ZELDA)
        assert answer.headers["location"] == "/sign-in/mine/invitations?to=/home"
        await desk.echo()
        waiting = (await browser.get(answer.headers["location"])).text
        assert "Trust RX2" in waiting
        assert "asks you to work with them" in (await browser.get("/sign-in/mine")).text
        accept = waiting.split('method="post" action="')[1].split('"')[0]
        yes = await browser.post(accept, data={"form_key": form_key(waiting), "to": "/matches/mine"})
        assert yes.headers["location"] == "/sign-in/mine/invitations?to=/matches/mine"
        await desk.echo()
        assert "No invitation waits" in (await browser.get("/sign-in/mine/invitations")).text
        assert "Zelda" in (await admin.get(HERE)).text
    async with desk.api(zelda) as api:
        assert (await api.get("/mine/invitations")).json()["invitations"] == []


async def test_a_declined_a_withdrawn_and_an_old_invitation_give_nothing(desk: Desk, ada: SignedIn) -> None:
    zelda = await desk.add_person("Zelda")
    yes_by = "/mine/invitations/{id}/accept"
    async with desk.api(ada) as api, desk.api(zelda) as hers, desk.browser() as browser:
        ours = "/organisations/RX2"
        body = {"called": "Z", "email": ZELDA, "roles": ["coordinator"]}

        async def invited() -> str:
            return str((await api.post(f"{ours}/staff", json=body)).json()["invitation_id"])

        first = await invited()
        page = await link_of(desk, ZELDA)
        no = await send(browser, page, "/sign-in/invited/decline", token=page.partition("=")[2])
        assert led_to(no) == "/sign-in/invited/declined"
        assert "You have said no." in (await browser.get(no.headers["location"])).text
        assert "You have said no." not in (await browser.get("/sign-in/invited/declined")).text
        [shown] = (await api.get(f"{ours}/invitations")).json()["invitations"]
        assert shown["ended_as"] == "declined"
        second = await invited()
        assert (await api.post(f"{ours}/invitations/{second}/withdraw")).status_code == 200
        third = await invited()
        async with desk.identity.transaction() as tx:
            await tx.execute("update invitation set expires_at = now() where ended_at is null")
        for id in (first, second, third):
            refused = await hers.post(yes_by.format(id=id))
            assert refused.status_code in (404, 410)
        fourth = await invited()
        for id in (first, second, third):
            assert (await api.post(f"{ours}/invitations/{id}/send-again")).status_code in (404, 410)
        early = await api.post(f"{ours}/invitations/{fourth}/send-again")
        assert (early.status_code, early.json()["type"]) == (429, "/developers/problems#sent-just-now")
        old = await link_of(desk, ZELDA)
        for letters in range(2, 7):
            async with desk.identity.transaction() as tx:
                await tx.execute("update invitation set sent_at = sent_at - $1::interval", domain.AGAIN_AFTER)
            sent = await api.post(f"{ours}/invitations/{fourth}/send-again")
            assert sent.status_code == (200 if letters <= domain.MOST_LETTERS else 429)
        assert (await browser.get(old)).status_code == 410, "a new letter's link takes the place of the old one's"
        assert (await browser.get(await link_of(desk, ZELDA))).status_code == 200
        async with desk.identity.transaction() as tx:
            await tx.execute("update invitation set expires_at = now() - interval '1 second'")
        await delete_what_is_over(clock_of(desk, NOWHERE))
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select count(*) from invitation") == 0
    assert not [name for name, id in await desk.identity.said() if id == zelda.account_id and "Member" in name]


async def test_an_invitation_is_seen_by_its_organisation_and_its_person_only(desk: Desk, ada: SignedIn) -> None:
    zelda, kim = await desk.add_person("Zelda"), await desk.add_person("Kim")
    rae = await desk.add_staff(ada, "RYR", "Rae", "admin")
    async with desk.api(ada) as api, desk.api(kim) as theirs, desk.api(rae) as other, desk.browser(rae) as page:
        body = {"called": "Z", "email": ZELDA, "roles": ["coordinator"]}
        id = (await api.post("/organisations/RX2/staff", json=body)).json()["invitation_id"]
        for answer in ("accept", "decline"):
            assert (await theirs.post(f"/mine/invitations/{id}/{answer}")).status_code == 404
        assert (await theirs.get("/mine/invitations")).json()["invitations"] == []
        for act in ("send-again", "withdraw"):
            for ods in ("RX2", "RYR"):
                assert (await other.post(f"/organisations/{ods}/invitations/{id}/{act}")).status_code == 404
                key = form_key((await page.get("/organisations/for/RYR")).text)
                at = f"/organisations/for/{ods}/invitations/{id}/{act}"
                assert (await page.post(at, data={"form_key": key})).status_code == 404
        assert (await other.get("/organisations/RX2/invitations")).status_code == 404
        async with desk.identity.transaction(await desk.acting(rae.account_id, "RYR")) as tx:
            assert await tx.fetchval("select count(*) from invitation") == 0
        async with desk.api(zelda) as hers:
            assert (await hers.post("/mine/forget")).status_code == 200
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select count(*) from invitation") == 0, "forgotten with the person"
        assert ZELDA not in str(await tx.fetch("select value from outbox")), "on no topic"


async def test_what_was_typed_of_an_invitation_is_gone_with_its_withdrawal_and_no_letter_goes_out_after_it(
    desk: Desk, ada: SignedIn
) -> None:
    async with desk.api(ada) as api, desk.browser() as browser, desk.browser() as asking:
        body = {"called": "Zelda Long", "email": ZELDA, "roles": ["coordinator"]}
        id = (await api.post("/organisations/RX2/staff", json=body)).json()["invitation_id"]
        link = await link_of(desk, ZELDA)
        await send(asking, "/sign-in", email=ZELDA, to="/home")
        for _ in range(2):
            assert (await api.post(f"/organisations/RX2/invitations/{id}/withdraw")).status_code == 200
        assert (await browser.get(link)).status_code == 410, "the link still says that it is over"
    assert len(await desk.letters(ZELDA)) == 1, "what she asked for herself is on its way"
    async with desk.identity.transaction() as tx:
        row = str(dict(await tx.fetchrow("select * from invitation") or {}))
        assert "ended_as" in row
        assert all(typed not in row for typed in ("Zelda", ZELDA, "Ada")), row


async def test_an_organisation_writes_to_so_many_strangers_a_day(desk: Desk, ada: SignedIn) -> None:
    async with desk.browser(ada) as browser:
        await invite(browser, ZELDA)
        async with desk.identity.transaction() as tx:
            await tx.execute("update invitation set letters = $1", domain.MOST_A_DAY)
            id = await tx.fetchval("select id from invitation")
        withdraw = f"{HERE}/invitations/{id}/withdraw"
        key = form_key((await browser.get(HERE)).text)
        assert (await browser.post(withdraw, data={"form_key": key})).status_code == 303
        assert "Whoever" not in (await browser.get(HERE)).text
        too_many = await invite(browser, "another@people.example")
        assert too_many.status_code in (422, 429)
        assert "200 invitations" in too_many.text


async def test_what_an_admin_gave_later_is_nothing_once_they_are_none(desk: Desk, ada: SignedIn) -> None:
    """Eve invites a second mailbox of hers before she is dismissed, and comes back by it."""
    eve = await desk.add_staff(ada, "RX2", "Eve", "admin")
    await desk.echo()
    async with desk.browser(eve) as admin, desk.browser(ada) as network, desk.browser() as browser:
        await invite(admin, "other@people.example", "admin")
        page = await link_of(desk, "other@people.example")
        async with desk.identity.transaction() as tx:
            hers = await tx.fetchval("select id from membership where account_id = $1", eve.account_id)
        ended = await send(network, HERE, f"{HERE}/memberships/{hers}/end")
        assert ended.status_code == 303
        token = page.partition("=")[2]
        yes = await send(browser, page, "/sign-in/invited", token=token, called="Vee")
        assert (yes.status_code, is_signed_in(yes)) == (409, False)
        assert "not an administrator any more" in yes.text
    async with desk.api(eve) as api:  # her token is of before, and the news of it may be on its way
        body = {"called": "Bob", "roles": ["coordinator"]}
        assert (await api.post("/organisations/RX2/machines", json=body)).status_code in (404, 409)
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select count(*) from account where called in ('Vee', 'Bob')") == 0


async def test_two_tabs_and_a_letter_that_was_opened_earlier_never_lead_to_nowhere(desk: Desk, ada: SignedIn) -> None:
    zelda = await desk.add_person("Zelda")
    async with desk.browser(ada) as admin, desk.browser(zelda) as browser, desk.browser() as stranger:
        await invite(admin, ZELDA)
        mine = (await browser.get("/sign-in/mine/invitations")).text
        accept = re.findall(r'action="(/sign-in/mine/invitations/[^"]+/accept)"', mine)[0]
        other_tab = form_key((await browser.get("/sign-in/mine/invitations")).text)
        first = await browser.post(accept, data={"form_key": form_key(mine), "to": "/home"})
        assert first.status_code == 303
        second = await browser.post(accept, data={"form_key": other_tab, "to": "/home"})
        assert (second.status_code, "answered or withdrawn" in second.text) == (404, True)
        await invite(admin, "late@people.example")
        page = await link_of(desk, "late@people.example")
        opened = form_key((await stranger.get(page)).text)
        await desk.add_person("Late")
        forced = {"form_key": opened, "token": page.partition("=")[2], "called": "Late"}
        answer = await stranger.post("/sign-in/invited", data=forced)
        assert (answer.status_code, is_signed_in(answer)) == (409, False)
        assert "Open the letter&#39;s link again" in answer.text


async def test_an_invitation_that_makes_an_account_ends_the_session_that_the_browser_had(
    desk: Desk, ada: SignedIn
) -> None:
    pat = await desk.add_person("Pat")
    old = {"authorization": f"Bearer {desk.token(pat)}"}
    async with desk.browser(ada) as admin, desk.browser(pat) as browser:
        await invite(admin, "new@people.example")
        page = await link_of(desk, "new@people.example")
        yes = await send(browser, page, "/sign-in/invited", token=page.partition("=")[2], called="New")
        assert is_signed_in(yes)
        await desk.echo()
        assert (await browser.get("/api/identity/v1/mine", headers=old)).status_code == 401
