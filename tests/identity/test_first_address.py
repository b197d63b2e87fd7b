"""Whoever has no way to sign in, and has shown that a mailbox is theirs, signs in with it from then on."""

import asyncio

import httpx
import pytest

from schemas.identity import Account
from schemas.links import HOME, SIGN_IN_WITH_MAILBOX
from schemas.recruitment import ApplicationAgreed, ApplicationForgotten, ApplicationListed
from schemas.signed import PROVED_MAILBOX, SHOWN_BY_CONTACT
from services.chassis.base.hands import VISITOR
from services.chassis.http import signed_values
from services.chassis.http.signed_values import sign
from services.chassis.postgres.transaction import new_id
from services.identity.commands import first_address
from tests.identity.desk import Desk, is_signed_in, send
from tests.identity.test_listed import later, listed
from tests.identity.test_sign_in_pages import follow_link
from tests.support import hidden

ANN = "ann@people.example"


class Ann:
    """Somebody of an organisation's list, who has said yes."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.application = desk, listed()
        self.id = self.application.person_id

    async def comes(self) -> "Ann":
        await self.desk.identity.hears_and_settles(ApplicationListed(self.application))
        await self.desk.identity.hears_and_settles(ApplicationAgreed(later(self.application, "approved")))
        await self.desk.echo()
        return self

    def proved(self, email: str = ANN, *, purpose: str = PROVED_MAILBOX) -> str:
        """As notifications signs it."""
        secret = self.desk.identity.app.site.form_secret
        return sign(secret, {"person_id": str(self.id), "email": email}, purpose=purpose)

    async def presses(self, browser: httpx.AsyncClient, proved: str | None = None) -> httpx.Response:
        """The button, on a page of this visit."""
        page = "/sign-out" if "pln" in browser.cookies else "/sign-in/start"
        form = hidden((await browser.get(page)).text)
        answer = await browser.post(SIGN_IN_WITH_MAILBOX, data={**form, "proved": proved or self.proved()})
        await self.desk.echo()
        return answer


@pytest.fixture
async def ann(desk: Desk) -> Ann:
    return await Ann(desk).comes()


async def test_one_press_gives_a_session_and_from_then_on_a_link_to_that_mailbox(desk: Desk, ann: Ann) -> None:
    async with desk.browser() as browser, desk.browser() as elsewhere:
        pressed = await ann.presses(browser)
        assert (pressed.status_code, pressed.headers["location"]) == (303, HOME)
        assert is_signed_in(pressed)
        assert ANN in (await browser.get("/sign-in/mine")).text
        assert (await browser.get("/sign-in/mine/forget")).status_code == 200, "they showed a moment ago who they are"
        await send(elsewhere, "/sign-in", email=ANN, to=HOME)
        assert is_signed_in(await follow_link(desk, elsewhere, ANN))
    state = Account.model_validate_json(await _newest(desk))
    assert (state.id, state.can_sign_in, state.called) == (ann.id, True, "Ann")


async def _newest(desk: Desk) -> str:
    async with desk.identity.transaction() as tx:
        return await tx.fetchval("select value from outbox where type = 'AccountChanged' order by seq desc limit 1")


async def test_pressed_twice_is_once_and_what_was_signed_opens_nothing_later_or_elsewhere(desk: Desk, ann: Ann) -> None:
    proved = ann.proved()
    async with desk.browser() as browser, desk.browser() as twin, desk.browser() as thief:
        form = {**hidden((await browser.get("/sign-in/start")).text), "proved": proved}
        twin.cookies.update(browser.cookies)
        first, second = [await one.post(SIGN_IN_WITH_MAILBOX, data=form) for one in (browser, twin)]
        assert first.headers["location"] == second.headers["location"] == HOME
        await desk.echo()
        assert len(await _sessions(desk)) == 1
        again = await browser.post(SIGN_IN_WITH_MAILBOX, data=form)
        assert (again.status_code, is_signed_in(again)) == (303, False), "whoever is in goes on"
        late = await ann.presses(thief, proved)
        assert (late.status_code, is_signed_in(late)) == (409, False)
        assert "You can sign in already" in late.text
        thief.cookies.clear()
        thief.cookies.update(twin.cookies)
        async with desk.identity.transaction() as tx:
            await tx.execute("update spent_key set spent_at = spent_at - interval '2 minutes'")
        thief.cookies.delete("pln")
        replayed = await thief.post(SIGN_IN_WITH_MAILBOX, data=form)
        assert (replayed.status_code, is_signed_in(replayed)) == (409, False)


async def _sessions(desk: Desk) -> list[object]:
    async with desk.identity.transaction() as tx:
        return [row["id"] for row in await tx.fetch("select id from session where ended_at is null")]


async def test_only_what_notifications_signed_a_moment_ago_counts_and_only_from_our_own_pages(
    desk: Desk, ann: Ann, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = ann.proved()[:-2] + "xx"
    others = [changed, "", ann.proved(purpose=SHOWN_BY_CONTACT), ann.proved("not an address"), ann.proved("")]
    async with desk.browser() as browser, desk.browser() as foreign:
        for wrong in others:
            refused = await ann.presses(browser, wrong or "x")
            assert (refused.status_code, is_signed_in(refused)) == (409, False), wrong
        assert (await browser.get(SIGN_IN_WITH_MAILBOX)).status_code in (404, 405), "a scanner that follows links"
        form = {**hidden((await browser.get("/sign-in/start")).text), "proved": ann.proved()}
        stolen = await foreign.post(SIGN_IN_WITH_MAILBOX, data=form)
        assert not is_signed_in(stolen), "the form was another visit's"
        other_site = await browser.post(SIGN_IN_WITH_MAILBOX, data=form, headers={"sec-fetch-site": "cross-site"})
        assert not is_signed_in(other_site)
        old = ann.proved()
        monkeypatch.setattr(first_address, "PROVED_MAILBOX_SECONDS", -1)
        assert "This took too long" in (await ann.presses(browser, old)).text
    assert signed_values.LEEWAY_SECONDS < 300
    assert await _sessions(desk) == []


async def test_of_who_was_forgotten_meanwhile_nothing_is_opened_again(desk: Desk, ann: Ann) -> None:
    proved, nobody = ann.proved(), Ann(desk)
    await desk.identity.hears_and_settles(ApplicationForgotten(later(ann.application, "forgotten", 3)))
    await desk.echo()
    async with desk.browser() as browser:
        for gone in (proved, nobody.proved()):
            assert "This took too long" in (await ann.presses(browser, gone)).text
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select count(*) from account") == 0


async def test_an_address_with_which_somebody_signs_in_says_so_and_opens_nothing(desk: Desk, ann: Ann) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser, desk.browser(pat) as pats:
        taken = await ann.presses(browser, ann.proved("pat@people.example"))
        assert (taken.status_code, is_signed_in(taken)) == (409, False)
        assert "Somebody signs in with this e-mail address already" in taken.text
        assert 'href="/sign-in"' in taken.text
        swapped = await ann.presses(pats)
        assert swapped.headers["location"] == HOME
        pats.cookies.clear()
        pats.cookies.update(swapped.cookies)
        assert "Ann" in (await pats.get("/sign-in/mine")).text, "as after any link: this browser is theirs from now on"
    async with desk.identity.transaction() as tx:
        alive = await tx.fetch("select account_id from session where ended_at is null")
    assert [row["account_id"] for row in alive] == [ann.id], "and Pat's session there is over"


async def test_another_first_address_that_waited_does_not_take_its_place_by_one_letter(desk: Desk) -> None:
    """Somebody who began with a name asked for one address, and then proved the mailbox by which they are reached."""
    async with desk.browser() as browser:
        await send(browser, "/sign-in/start", called="Ida")
        await desk.echo()
        await send(browser, "/sign-in/mine/address", email="other@people.example")
        token = await desk.newest_link("other@people.example")
        async with desk.identity.transaction() as tx:
            ida = Ann(desk)
            ida.id = await tx.fetchval("select id from account")
        done = await ida.presses(browser, ida.proved("ida@people.example"))
        assert is_signed_in(done)
        late = await browser.post(
            "/sign-in/address/yes", data={**hidden((await browser.get("/sign-out")).text), "token": token}
        )
        assert "Your address stays as it is" in (await browser.get(late.headers["location"])).text
        assert "ida@people.example" in (await browser.get("/sign-in/mine")).text


async def test_by_the_api_too_and_never_for_a_program(desk: Desk, ann: Ann) -> None:
    ada = await desk.start()
    async with desk.api() as api, desk.api(ada) as admin:
        made = await admin.post("/organisations/QZZ/machines", json={"called": "Rota", "roles": ["coordinator"]})
        robot = Ann(desk)
        robot.id = made.json()["account_id"]
        assert (await api.post("/mailbox", json={"proved": robot.proved()})).status_code == 409
        token = (await api.post("/mailbox", json={"proved": ann.proved()})).json()
        assert token["account_id"] == str(ann.id)
        again = await api.post("/mailbox", json={"proved": ann.proved()})
        assert again.json()["type"] == "/developers/problems#signs-in-already"
        unknown = Ann(desk)
        unknown.id = new_id()
        assert (await api.post("/mailbox", json={"proved": unknown.proved()})).status_code == 409


async def test_of_two_who_press_at_once_one_is_in(desk: Desk, ann: Ann) -> None:
    mailbox = first_address.read_mailbox(ann.proved(), desk.identity.app.site.form_secret)

    async def once() -> bool:
        try:
            async with desk.identity.transaction(VISITOR) as tx:
                await first_address.sign_in_with(tx, mailbox)
        except first_address.SignsInAlready:
            return False
        return True

    assert sorted(await asyncio.gather(*(once() for _ in range(4)))) == [False, False, False, True]
