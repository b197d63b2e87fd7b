"""How somebody is reached, chosen in two tabs, and by them and whoever helps them; from the front desk's page."""

from services.chassis.base.hands import SYSTEM
from tests.notifications.support import a_world
from tests.support import Connected
from tests.two_tabs import done, from_two_tabs, opened, stands

PAGE = "/messages/mine"
RING = {"channel": "phone", "phone": "01632 960 001"}
WRITE = {"channel": "post", "post": "Sam\n1 High Street\nExample\nEX1 1AA"}


async def test_how_to_be_reached_is_chosen_in_two_tabs(notifications: Connected) -> None:
    world = await a_world(notifications)
    async with notifications.browser(world.person) as browser:
        both = await from_two_tabs(browser, PAGE, RING, WRITE)
    assert stands(both)["How should we tell you?"] == "Ring me"
    assert "It was changed on" in both
    assert "1 High Street" in both
    async with notifications.transaction(SYSTEM) as tx:
        assert await tx.fetchval("select channel from contact_point") == "phone"


async def test_a_number_is_not_overwritten_by_another_rooms_page_that_saw_nothing(notifications: Connected) -> None:
    """The front desk's page posts here (`/sign-in/reach`)."""
    world = await a_world(notifications)
    async with notifications.browser(world.person) as browser:
        done(await browser.post(PAGE, data={**await opened(browser, PAGE), **RING}))
        form = await opened(browser, PAGE)
        del form["saw"]
        answer = await browser.post(PAGE, data={**form, **WRITE, "to": "/join"})
        assert answer.status_code == 409
        assert "Ring me" in answer.text
