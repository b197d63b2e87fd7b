"""From the front page to "we have your name": three pages and two answers; to a full application, nine pages at most.

With scripts and without.
"""

import pytest
from playwright.async_api import Browser

from tests.journeys.network import Network
from tests.journeys.visitor import visiting

pytestmark = pytest.mark.timeout(120)

MOST_PAGES = 9
"""From the first question to the receipt of a full application."""


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_name_and_a_way_to_be_reached_are_enough(network: Network, browser: Browser, *, scripts: bool) -> None:
    async with visiting(browser, network, scripts=scripts) as visitor:
        # Given somebody at the front page, without an e-mail address
        await visitor.open("/")
        await visitor.press("button", "Join with just your name")
        # When they say what to call them, and one way to reach them
        await visitor.sees("The police, the immigration service")
        await visitor.fill({"called": "Ines"})
        await visitor.press("button", "Continue")
        await visitor.answer("Choose one way", "Text me")
        await visitor.fill({"phone": "07700 900 982"})
        await visitor.press("button", "Continue")
        # Then they read who answers, by when, and what they can say on the phone
        await visitor.wait_for("Your reference")
        await visitor.sees("We have your name", "Ines", "By when", "AP-", "07700900982")
        assert visitor.addresses[1:3] == ["/sign-in/start", "/messages/mine/first"]
        assert set(visitor.addresses[3:]) == {"/messages/mine/started"}
        # And whoever would like to do more now goes on from there to a full application
        await visitor.press("link", "answer our other questions")
        await visitor.press("link", "Your name")
        await visitor.fill({"full_name": "Ines Example"})
        await visitor.press("button", "Save and continue")
        await visitor.fill({"why": "My lift is broken each second week."})
        await visitor.press("button", "Save and continue")
        await visitor.answer("", "Yes, I agree to the code of conduct")
        await visitor.answer("", "Yes, you may keep this about me")
        await visitor.press("button", "Save and continue")
        await visitor.sees("Check your answers", "Ines Example")
        await visitor.press("button", "Send it")
        await visitor.sees("Sent. We are reading it")
        pages = list(dict.fromkeys(visitor.addresses[1:]))
        assert len(pages) <= MOST_PAGES, pages
