"""What a page says was done is said once, by the act: never by a reload, a link that somebody made up, another tab."""

from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from services.chassis.base.purposes import Purpose
from services.chassis.http import confirmations
from services.chassis.http.confirmations import DONE_EARLIER, confirmed
from services.chassis.http.signed_values import sign
from tests.chassis.test_sent_again import SAM, WISHES, leads, opened, wishes
from tests.support import Connected, Person

PAGE = "/matches/mine"
SAVED = "Saved."


async def says(browser: httpx.AsyncClient, address: str) -> bool:
    shown = await browser.get(address)
    assert shown.status_code == 200, shown.text
    return SAVED in shown.text


async def saved(browser: httpx.AsyncClient, which: str = "paid") -> str:
    """Where the browser is led that has saved something."""
    return leads(await browser.post(WISHES, data=wishes(which, **await opened(browser, WISHES))))


async def test_what_was_done_is_said_by_the_page_after_it_and_not_when_that_is_loaded_again(
    matching: Connected,
) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        led = await saved(browser)
        assert [await says(browser, led) for _ in range(3)] == [True, False, False]
        assert not await says(browser, PAGE)
        assert not [name for name in browser.cookies if "said" in name], "the browser still has the note"


@pytest.mark.parametrize("query", ["done=saved", "saved=yes", "said=saved", "said=0123456789abcdef", "said=%00"])
async def test_a_link_that_somebody_made_up_confirms_nothing(matching: Connected, query: str) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        await saved(browser)  # its note waits beside it
        assert not await says(browser, f"{PAGE}?{query}")


async def test_two_tabs_do_not_take_one_anothers_confirmations(matching: Connected) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        one, other = await saved(browser), await saved(browser, "paused")
        assert one != other
        assert not await says(browser, PAGE)  # a third tab is loaded meanwhile
        assert await says(browser, other)
        assert await says(browser, one)


async def test_only_looking_whether_a_page_is_there_takes_no_confirmation(matching: Connected) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        led = await saved(browser)
        assert (await browser.head(led)).status_code == 200
        assert await says(browser, led)


async def test_a_note_is_for_its_own_page_person_and_minutes(matching: Connected) -> None:
    kim = Person(called="Kim")
    await matching.hears_and_settles(SAM.opened, kim.opened)
    async with matching.browser(SAM) as browser:
        led = await saved(browser)
        [(name, value)] = [(one.name, one.value) for one in browser.cookies.jar if "said" in one.name]
        [kept] = [one for one in browser.cookies.jar if "said" in one.name]
    assert (kept.path, kept.has_nonstandard_attr("HttpOnly"), kept.get_nonstandard_attr("SameSite")) == (
        PAGE,
        True,
        "lax",
    )
    async with matching.browser(kim) as another:
        another.cookies.set(name, value or "", path=PAGE)
        assert not await says(another, led)
    secret = matching.app.asgi.state.site.form_secret
    right = {"whose": str(SAM.session), "at": PAGE, "code": "saved"}
    for note, good in ((right, True), ({**right, "at": "/opportunities"}, False), ({**right, "whose": "x"}, False)):
        async with matching.browser(SAM) as browser:
            browser.cookies.set(name, sign(secret, note, purpose=confirmations.PURPOSE), path=PAGE)
            assert await says(browser, led) is good, note
    for forged in ("", "saved", sign(secret, right, purpose=Purpose.LIMIT)):
        async with matching.browser(SAM) as browser:
            browser.cookies.set(name, forged, path=PAGE)
            assert not await says(browser, led)


async def test_what_is_sent_twice_at_once_is_confirmed_and_what_was_done_earlier_is_said_to_be_earlier(
    matching: Connected,
) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        form = await opened(browser, WISHES)
        twice = [leads(await browser.post(WISHES, data=wishes("paid", **form))) for _ in range(2)]
        assert twice[0] == twice[1]
        assert await says(browser, twice[1])
        await an_hour_passes(matching)
        late = await browser.get(leads(await browser.post(WISHES, data=wishes("paid", **form))))
        assert SAVED not in late.text
        assert DONE_EARLIER in late.text


async def an_hour_passes(connected: Connected) -> None:
    connection = await asyncpg.connect(connected.app.settings.admin_dsn(), timeout=10)
    try:
        hour_ago = datetime.now(UTC) - timedelta(hours=1)
        await connection.execute(f"update {connected.app.name}.spent_key set spent_at = $1", hour_ago)
    finally:
        await connection.close()


def test_nothing_that_a_person_typed_is_ever_in_a_note() -> None:
    with pytest.raises(ValueError, match="no code"):
        confirmed(PAGE, "Thank you, Sam")
