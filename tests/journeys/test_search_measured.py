"""How many clicks it takes from the front page to the roles that somebody looks for, and back to them from one."""

import pytest
from playwright.async_api import Browser

from services.cli.clients.caller import Caller
from tests.journeys.network import Network
from tests.journeys.visitor import visiting

LIKE = "mode=remote&paid=yes&words=pain"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_online_paid_and_about_pain_is_two_clicks_from_the_front_page(
    network: Network, browser: Browser, *, scripts: bool
) -> None:
    found = Caller(network.base_url).get("matching", f"/opportunities?{LIKE}")["opportunities"]
    titles = [one["title"] for one in found]
    assert titles and {one["mode"] for one in found} <= {"remote", "hybrid"}
    async with visiting(browser, network, scripts=scripts) as anybody:
        await anybody.open("/")
        await anybody.press("link", "paid and online")
        await anybody.fill({"words": "pain"})
        await anybody.press("button", "Search")
        cards = anybody.page.locator("main .nhsuk-card h2 a")
        assert [(await cards.nth(at).inner_text()).strip() for at in range(await cards.count())] == titles
        await anybody.press("link", titles[-1])
        await anybody.press_back()
        await anybody.sees("You chose:", *titles)
        assert "words=pain" in anybody.page.url and "#role-" in anybody.page.url
