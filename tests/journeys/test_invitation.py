"""Somebody is invited by an organisation, reads the letter, and answers; through pages in Chromium with axe on each."""

import asyncio
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from services.cli.clients.caller import Mailbox
from tests.journeys.network import Network
from tests.journeys.visitor import Visitor, visiting

pytestmark = pytest.mark.timeout(200)

ADMIN, HERE = "cora@downland.example", "/organisations/for/RZ9"


async def letter(network: Network, to: str, having: str) -> str:
    """The path of the link in the newest letter."""
    mailbox = Mailbox(network.environment["PLN_MAILBOX_URL"])
    text = await asyncio.to_thread(mailbox.wait_for, to, having)
    link = urlsplit(next(word for word in text.split() if word.startswith("http")))
    return f"{link.path}?{link.query}"


async def invite(admin: Visitor, called: str, email: str) -> None:
    await admin.open(f"{HERE}/staff/new")
    await admin.fill({"called": called, "email": email})
    await admin.answer("What may they do?", "Coordinator")
    await admin.press("button", "Send the invitation")
    await admin.sees("Invitations", email, "Waits until")


async def test_somebody_is_invited_and_says_yes_and_somebody_says_no(network: Network, browser: Browser) -> None:
    async with visiting(browser, network) as admin, visiting(browser, network) as invited:
        await admin.open("/sign-in/demo")
        await admin.press("button", "Sign in as Cora", exact=False)
        for called, email in (("Wyn Example", "wyn@downland.example"), ("Xan", "xan@downland.example")):
            await invite(admin, called, email)

        await invited.open(await letter(network, "wyn@downland.example", "asks you to work with it"))
        await invited.sees("invites you", "Cora, for Downland Hospitals NHS Trust")
        await invited.press_in_vain("Yes, make my account and accept", "Enter what you would like to be called")
        await invited.fill({"called": "Wyn"})
        await invited.press("button", "Yes, make my account and accept")
        await invited.sees("How should we reach you?")
        await invited.open("/sign-in/mine")
        await invited.sees("Downland Hospitals NHS Trust", "Coordinator: posts opportunities")

        async with visiting(browser, network) as nobody:
            await nobody.open(await letter(network, "xan@downland.example", "asks you to work with it"))
            await nobody.page.locator("main summary", has_text="No, thank you").click()
            await nobody.press("button", "Say no")
            await nobody.sees("You have said no")

        await admin.open(HERE)
        await admin.sees("Wyn", "Said no on")
        await invite(admin, "Yan", "wyn@downland.example")
        await invited.open("/sign-in/mine")
        await invited.press("link", "Read it, and say yes or no")
        await invited.sees("You are invited", "Coordinator")
        await invited.press("button", "Yes, accept", exact=False)
        await invited.sees("No invitation waits for you")
