"""Whoever said yes to being kept gets a letter to the mailbox that is held, and by nothing else a way to sign in."""

import time
from datetime import timedelta
from unittest.mock import patch

import httpx
import pytest
from itsdangerous import TimestampSigner

from schemas.identity import AccountChanged
from schemas.links import LETTER_TO_SIGN_IN, SIGN_IN_WITH_MAILBOX
from schemas.recruitment import ApplicationAgreed
from schemas.signed import PROVED_MAILBOX, WANTS_LETTER
from services.chassis.base.keys import KeyRing
from services.chassis.http.signed_values import read_signed, sign
from tests.notifications.listed import Listing
from tests.notifications.support import link_in_mail
from tests.notifications.test_asking import LAND, brought_in
from tests.notifications.test_first_contact import words
from tests.support import Connected, Person, form_key, hidden, led_to

CONFIRM, EMAIL, OF_LETTER = "/messages/mine/confirm", "sam@people.example", "confirm-address"


async def agreed(service: Connected, *cells: dict[str, str]) -> tuple[Listing, Person]:
    """The first of a list has said yes."""
    listing = await brought_in(service, list(cells) or [{"email": EMAIL}])
    yes = listing.applications[0].model_copy(
        update={"version": 2, "stage": "approved", "listed_by": None, "called": None}
    )
    await service.hears_and_settles(ApplicationAgreed(yes))
    return listing, listing.people[0]


def wants(service: Connected, person: Person, *, purpose: str = WANTS_LETTER) -> str:
    """As recruitment's page signs it."""
    return sign(KeyRing(service.app.settings).forms, {"person_id": str(person.id)}, purpose=purpose)


async def key(service: Connected, browser: httpx.AsyncClient, person: Person) -> str:
    """Of a form of this visit; the page on which the button stands is recruitment's."""
    said = {"email": EMAIL, "person_id": str(person.id)}
    return form_key(
        (await browser.get(f"{CONFIRM}?token={sign(service.app.site.form_secret, said, purpose=OF_LETTER)}")).text
    )


async def letters(service: Connected) -> int:
    async with service.transaction() as tx:
        return await tx.fetchval("select count(*) from message where kind = 'confirm_address'")


async def test_the_letter_after_a_yes_leads_to_signing_in_with_that_mailbox_on_any_machine(
    notifications: Connected,
) -> None:
    _, sam = await agreed(notifications)
    link = await link_in_mail(notifications, "confirm_address")
    async with notifications.browser() as phone:
        page = await phone.get(link)
        assert SIGN_IN_WITH_MAILBOX not in page.text, "a scanner that follows links proves nothing"
        token = page.text.split('name="token" value="')[1].split('"')[0]
        pressed = await phone.post(CONFIRM, data={**hidden(page.text), "token": token})
        assert led_to(pressed).startswith(CONFIRM)
        shown = await phone.get(pressed.headers["location"])
        assert "Sign in with this address" in words(shown.text)
        proved = shown.text.split('name="proved" value="')[1].split('"')[0]
        secret = notifications.app.site.form_secret
        said = read_signed(secret, proved, purpose=PROVED_MAILBOX, max_age_seconds=60)
        assert said == {"person_id": str(sam.id), "email": EMAIL}
        assert SIGN_IN_WITH_MAILBOX not in (await phone.get(pressed.headers["location"])).text, "shown once"
    async with notifications.api(sam) as api:
        again = (await api.post("/mine/contact/confirm", json={"token": token})).json()
        assert again["verified"] and again["proved"], "a tab that was lost within the hour"


@pytest.mark.parametrize("when", ["an hour later", "signs in meanwhile"])
async def test_a_letter_that_is_kept_or_forwarded_lets_nobody_in_later(notifications: Connected, when: str) -> None:
    _, sam = await agreed(notifications)
    link = await link_in_mail(notifications, "confirm_address")
    async with notifications.browser() as phone:
        page = await phone.get(link)
        token = page.text.split('name="token" value="')[1].split('"')[0]
        await phone.post(CONFIRM, data={**hidden(page.text), "token": token})
        if when == "an hour later":
            async with notifications.transaction() as tx:
                await tx.execute("update contact_point set verified_at = verified_at - interval '61 minutes'")
            old = await _aged(notifications, sam, timedelta(hours=2))
        else:
            state = sam.account.model_copy(update={"version": 9, "can_sign_in": True})
            await notifications.hears_and_settles(AccountChanged(state))
            old = token
        async with notifications.api(sam) as api:
            again = (await api.post("/mine/contact/confirm", json={"token": old})).json()
            assert (again["verified"], again["proved"]) == (True, None)


async def _aged(service: Connected, person: Person, age: timedelta) -> str:
    """The link of a letter that was sent so long ago."""
    sent = int(time.time() - age.total_seconds())
    with patch.object(TimestampSigner, "get_timestamp", return_value=sent):
        return sign(service.app.site.form_secret, {"email": EMAIL, "person_id": str(person.id)}, purpose=OF_LETTER)


async def test_the_page_of_the_yes_sends_the_letter_again_to_the_mailbox_that_is_held(notifications: Connected) -> None:
    _, sam = await agreed(notifications)
    before = await letters(notifications)
    async with notifications.browser() as anyone:
        form = {"form_key": await key(notifications, anyone, sam), "wants": wants(notifications, sam)}
        pressed = await anyone.post(LETTER_TO_SIGN_IN, data=form)
        assert led_to(pressed) == LETTER_TO_SIGN_IN
        page = words((await anyone.get(pressed.headers["location"])).text)
        assert "We are sending you a letter" in page
        assert EMAIL not in page and "Sam" not in page, "whoever pressed it may have been forwarded the link"
        assert "We are sending" not in words((await anyone.get(LETTER_TO_SIGN_IN)).text)
        await anyone.post(LETTER_TO_SIGN_IN, data=form)
    assert await letters(notifications) == before + 1, "a double click is one letter"


async def test_who_has_not_said_yes_is_reached_otherwise_or_signs_in_already_gets_none_and_reads_why(
    notifications: Connected,
) -> None:
    listing, rung = await agreed(notifications, {"phone": LAND}, {"email": EMAIL})
    signs_in = Person("Pat")
    await notifications.hears_and_settles(signs_in.opened)
    before = await letters(notifications)
    refusals = {
        "We have no e-mail address for you": wants(notifications, rung),
        "This is not ready yet": wants(notifications, listing.people[1]),
        "You can sign in already": wants(notifications, signs_in),
        "This page was open for too long": wants(notifications, rung, purpose=PROVED_MAILBOX),
    }
    async with notifications.browser() as anyone:
        for said, one in refusals.items():
            form = {"form_key": await key(notifications, anyone, rung), "wants": one}
            answer = await anyone.post(LETTER_TO_SIGN_IN, data=form)
            assert (answer.status_code, said in words(answer.text)) == (409, True), answer.text
    assert await letters(notifications) == before


async def test_the_sixth_letter_in_an_hour_is_refused_in_words(notifications: Connected) -> None:
    _, sam = await agreed(notifications)
    async with notifications.browser() as anyone:
        answers: list[httpx.Response] = []
        for _ in range(6):
            form = {"form_key": await key(notifications, anyone, sam), "wants": wants(notifications, sam)}
            answers.append(await anyone.post(LETTER_TO_SIGN_IN, data=form))
    assert [one.status_code for one in answers] == [303] * 4 + [429] * 2, "with the one that came by itself"
    assert "to that mailbox already" in words(answers[-1].text)
