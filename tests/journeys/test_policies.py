"""Administrators set the next edition of a policy, by keyboard and without scripts; what is wrong is said in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.async_api import Browser

from services.chassis.base.access import london_day
from tests.journeys.network import Network
from tests.journeys.visitor import sign_in, visiting

pytestmark = pytest.mark.timeout(200)
TITLE, SET, CHANGE = "How soon people are paid", "Set the next edition", "Change the next edition"
MEANWHILE = "Another next edition is set, from"


def first_day(days: int) -> dict[str, str]:
    on: date = london_day(datetime.now(UTC)) + timedelta(days=days)
    return {f"valid_from_{part}": str(getattr(on, part)) for part in ("day", "month", "year")}


GOOD = {"days": "10", "source": "Example pay policy, version 2", **first_day(2)}


@pytest.mark.parametrize(
    ("email", "ods", "scripts"),
    [("cora@downland.example", "RZ9", True), ("lou@livingwell.example", "8ZZ83", False)],
    ids=["with scripts", "without scripts"],
)
async def test_an_organisation_sets_how_soon_it_pays_and_takes_it_back(
    network: Network, browser: Browser, email: str, ods: str, *, scripts: bool
) -> None:
    async with visiting(browser, network, scripts=scripts) as admin, visiting(browser, network, scripts=scripts) as too:
        for one in (admin, too):
            await sign_in(one, email)
        # Given an organisation that has no edition of its own
        await admin.open(f"/home/for/{ods}")
        await admin.press("link", TITLE)
        await admin.press("link", TITLE)
        await admin.sees("You have no edition of your own", "Who this affects")
        await too.open(f"/payments/for/{ods}/policies/pay_promise")
        # When what they send is wrong, then the page says what, and keeps what was typed
        await admin.fill({**GOOD, "days": "0", "source": " \u200b ", **first_day(0)})
        await admin.press_in_vain(
            SET, "Enter the number of days: a whole number from 1 to 366", "Enter where it comes from"
        )
        await admin.fill(GOOD | first_day(0))
        await admin.press_in_vain(SET, "The first day has to be tomorrow or later.")
        # When they set it, then whoever opened the page before is shown it first, and may change it
        await admin.fill(GOOD)
        await admin.press("button", SET)
        await admin.sees("The next edition is set.", "Example pay policy, version 2")
        await too.fill({**GOOD, "days": "9"})
        await too.press_in_vain(SET, "This was changed after you opened the page", "The next edition was set on")
        await too.press("button", CHANGE)
        # And what was changed since is not taken back unseen
        await admin.press_in_vain("Take back the next edition", MEANWHILE)
        await admin.press("button", "Take back the next edition")
        await admin.sees("The next edition is taken back.", "You have no edition of your own")


async def test_by_keyboard_alone_the_network_sets_the_next_code_of_conduct(network: Network, browser: Browser) -> None:
    async with visiting(browser, network) as ada:
        await sign_in(ada, "ada@network.example")
        await ada.open("/people/for/QZN/policies")
        await ada.press("link", "Code of conduct")
        keys, page = ada.page.keyboard, ada.page
        day = first_day(2)
        await page.locator('main [name="words"]').focus()
        await keys.press("Control+A")
        on = (day["valid_from_day"], day["valid_from_month"], day["valid_from_year"])
        for typed in ("Be kind.", "It is shorter.", *on, "", "Code 2"):
            await keys.type(typed)
            await keys.press("Tab")
        async with page.expect_navigation(wait_until="load"):
            await keys.press("Enter")
        await ada.check_page()
        await ada.sees("The next edition is set.", "Be kind.", "Code 2")
        assert await page.evaluate("document.activeElement.innerText.includes('The next edition is set.')")
        await page.locator("main summary", has_text="Take it back").focus()
        await keys.press("Enter")
        await keys.press("Tab")
        async with page.expect_navigation(wait_until="load"):
            await keys.press("Enter")
        await ada.sees("The next edition is taken back.")


async def test_others_are_told_why_they_do_not_set_it(network: Network, browser: Browser) -> None:
    at = "/payments/for/RZ9/policies/pay_promise"
    for email, path, status, words in (
        ("fay@downland.example", at, 403, "You do not have the role that this needs"),
        ("lou@livingwell.example", at, 404, "There is nothing here"),
        ("cora@downland.example", "/people/for/RZ9/policies", 403, "Only the staff of the organisation that runs"),
        ("ada@network.example", "/people/for/QZN/policies/pay_promise", 404, "There is nothing here"),
    ):
        async with visiting(browser, network, scripts=False) as other:
            await sign_in(other, email)
            answer = await other.page.goto(network.base_url + path)
            assert answer
            assert answer.status == status, email
            await other.sees(words)
