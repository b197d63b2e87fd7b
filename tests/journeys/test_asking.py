"""A helper for "Ask us": somebody with no time asks on one page, the network's coordinator drafts, one press posts."""

import asyncio
import re

import pytest
from playwright.async_api import Browser

from schemas import links
from services.cli.clients.caller import Caller
from tests.journeys.network import Network
from tests.journeys.part_way import OPPORTUNITY, fill_in
from tests.journeys.visitor import sign_in, visiting

pytestmark = pytest.mark.timeout(120)

WHAT = "Somebody who reads our new letter about waiting times."
TITLE = "Read our letter about waiting"


async def test_four_answers_on_one_page_become_a_role_that_one_press_posts(network: Network, browser: Browser) -> None:
    async with visiting(browser, network, scripts=False) as amir:
        # Given an approver, who coordinates nothing, and has no time: one page, four answers
        await sign_in(amir, "amir@downland.example")
        await amir.open(links.STAFF_HOME.format(ods="RZ9"))
        await amir.press("link", "Ask us for people")
        await amir.fill({"what": WHAT, "when_words": "In March", "who_might_know": "The letters team"})
        await amir.answer("What money is there?", "Expenses only: what it costs them to come")
        await amir.press("button", "Send it")
        await amir.sees("Sent. It waits for a coordinator", "Then one yes from you posts it.")
        at = amir.path
        # When a coordinator of the network finds it on their home page, and drafts it
        await asyncio.to_thread(drafts_it, network, at)
        # Then it waits on the home page of whoever asked, and one press posts it
        await amir.open(links.HOME)
        await amir.wait_for("Say yes to a role that was drafted for you, or send it back")
        await amir.open(at)
        await amir.press("link", "Read the draft, and post it")
        await amir.sees(TITLE, "This is what everybody will see. Nothing is public yet.")
        await amir.press("button", "Post it")
        await amir.sees("It is on the common feed now. Whoever it fits is told.")
        await amir.press("link", "See the role, as it is posted")
        await amir.sees(TITLE, "Show interest")


def drafts_it(network: Network, at: str) -> None:
    idris = Caller(network.base_url).sign_in("idris@network.example")
    idris.send_form(idris.page("/sign-in/demo"), "/sign-in/demo", {"account_id": idris.account_id})
    assert WHAT in idris.page("/opportunities/for/QZN/to-draft")
    idris.send_form(idris.page(at), f"{at}/draft-it", {})
    pages = {**OPPORTUNITY, "role": {**OPPORTUNITY["role"], "title": TITLE, "summary": WHAT}}
    assert fill_in(idris, f"{at}/draft", pages) == f"{at}/draft"
    check = idris.page(f"{at}/draft/check")
    seen = re.search(r'name="seen" value="(\d+)"', check)
    assert seen
    assert "The draft waits for their yes now." in idris.send_form(check, f"{at}/draft/check", {"seen": seen[1]})
