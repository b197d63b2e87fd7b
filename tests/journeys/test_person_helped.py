"""Whoever is helped keeps the last word: by keyboard, at 320 px, without scripts, and without any way to sign in."""

import asyncio
import json

import pytest
from playwright.async_api import Browser

from schemas import links
from schemas.helping import for_person
from services.cli.clients.caller import Caller, until_accepted
from tests.journeys.helped import NEEDS, ODS, welcomed
from tests.journeys.keyboard import ByKeyboard, by_keyboard
from tests.journeys.main_job import NETWORK, TRUST
from tests.journeys.network import Network
from tests.journeys.visitor import carry
from tests.pdf import text_of

pytestmark = pytest.mark.timeout(120)

CALLED = "Percy"
ADDRESS = "Percy Example\nFlat 2\n9 Quay Street\nDownham\nDW1 4AC"


async def test_they_read_what_was_done_put_it_right_say_who_may_help_and_take_their_data_along(
    network: Network, browser: Browser
) -> None:
    async with by_keyboard(browser, network, scripts=False) as percy:
        # Given somebody who is written to, and for whom a helper has entered what they need
        person = await asyncio.to_thread(somebody_helped, network)
        await carry(percy, person.token)
        await read_the_letter(percy)
        await put_it_right(percy)
        await say_who_may_help_and_take_it_back(percy)
        await take_their_data_along(percy)


def somebody_helped(network: Network) -> Caller:
    """In the pool by Hana's yes, who has also entered what they need as they said it on the phone."""
    person, hana = welcomed(network, CALLED, ADDRESS)
    needs = for_person(links.MY_NEEDS, ODS, person.account_id)
    until_accepted(lambda: hana.send_form(hana.page(needs), needs, NEEDS))
    return person


async def read_the_letter(percy: ByKeyboard) -> None:
    """As a page, and as the PDF that is printed, in the format that was asked for."""
    await percy.open(links.HOME)
    await percy.wait_for("Hana did something for you")
    await percy.press("link", "Hana did something for you")
    await percy.sees(f"Hana of {NETWORK}", "Changed what you need to take part", "If you did not ask for it, ring us.")
    pdf = percy.page.locator("main").get_by_role("link", name="Get the letter as a PDF")
    got = await percy.page.context.request.get(percy.network.base_url + str(await pdf.get_attribute("href")))
    assert got.headers["content-type"] == "application/pdf"
    printed = text_of(await got.body()).replace(" ", "").replace("\n", "")
    assert "9QuayStreet" in printed and f"Dear{CALLED}," in printed


async def put_it_right(percy: ByKeyboard) -> None:
    """From what was done to where it stands, in one press."""
    await percy.press("button", "See all that was done for you, and by whom")
    await percy.wait_for("Changed what you need to take part")
    await percy.sees(f"Hana, of {NETWORK}")
    await percy.press("link", "Changed what you need to take part")
    await percy.answer("What do you need at a meeting?", "Quiet room")
    await percy.press("button", "Save")
    await percy.sees("Saved")
    box = percy.page.get_by_role("group", name="What do you need at a meeting?").get_by_label("Quiet room")
    assert await box.is_checked()


async def say_who_may_help_and_take_it_back(percy: ByKeyboard) -> None:
    await percy.open(links.MY_HELP)
    await percy.press("link", "Say who can do things for you")
    await percy.fill({"words": "Downland Hospitals"})
    await percy.press("button", "Find")
    await percy.press("button", f"Yes, they may do things for me: {TRUST}")
    await percy.sees(TRUST, "You said yes on")
    await percy.press("button", f"Take back what I said about {TRUST}")
    assert "You said yes on" not in await percy.words()


async def take_their_data_along(percy: ByKeyboard) -> None:
    await percy.open(links.MY_ACCOUNT)
    await percy.press("link", "Joining, and the pool")
    await percy.sees("This is what this part of the network keeps about you", CALLED)
    file = percy.page.locator("main").get_by_role("link", name="Download all of it as a file (JSON)")
    got = await percy.page.context.request.get(percy.network.base_url + str(await file.get_attribute("href")))
    assert got.headers["content-disposition"] == 'attachment; filename="recruitment.json"'
    kept = json.loads(await got.body())
    assert "quiet_room" in json.dumps(kept)
