"""A phone helper takes somebody who cannot sign in from the first ring to a place accepted and a claim sent.

In Chromium, with axe on each page. What other hands do (the screener's yes, the offer, who came, the call-back) is done
by other people.
"""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser

from services.cli.clients.caller import Caller
from tests.journeys.network import Network
from tests.journeys.visitor import Visitor, visiting
from tests.ready import ready
from tests.support import until

pytestmark = pytest.mark.timeout(240)

ODS, TRUST = "QZN", "RZ9"
STARTS_IN = timedelta(seconds=25)
BANK = {"sort_code": "08-99-99", "account_number": "66374958"}


async def call(act: Any, *given: Any) -> Any:
    return await asyncio.to_thread(act, *given)


async def signed_in(network: Network, email: str) -> Caller:
    return await call(Caller(network.base_url).sign_in, email)


async def sign_in(visitor: Visitor, called: str, token: str) -> None:
    """As the demo's button does, without looking for it among the many people of the journeys."""
    await visitor.page.context.add_cookies([{"name": "pln", "value": token, "url": visitor.network.base_url}])
    await visitor.open("/sign-in/mine")
    await visitor.sees(called)


async def post_role(cora: Caller) -> tuple[str, str]:
    """A paid role of the trust, whose session begins in a moment: its id and its title."""
    cards = (await call(cora.get, "payments", f"/organisations/{TRUST}/rate-cards"))["rate_cards"]
    now, title = datetime.now(UTC), "Words on the phone line"
    draft = {
        "title": title,
        "summary": "Tell us what people hear when they ring us.",
        "what_will_change": "What the machine says.",
        "strand": "service_improvement",
        "rung": "feedback",
        "mode": "remote",
        "time_commitment": "2 hours",
        "expertise_level": "none",
        "places": 2,
        "pay": next(card["id"] for card in cards if card["unit"] == "half_day"),
        "session_at": (now + STARTS_IN).isoformat(),
        "session_hours": 2,
        "apply_by": (now + timedelta(hours=1)).isoformat(),
        "feedback_by": (now + timedelta(days=30)).isoformat(),
    }
    posted = await call(cora.post, "matching", f"/organisations/{TRUST}/opportunities", ready(draft))
    return posted["id"], title


async def enter(hana: Visitor, called: str) -> str:
    """From the first ring to an application: the person's id."""
    await hana.open(f"/organisations/for/{ODS}/people/new")
    await hana.fill({"called": called})
    await hana.press("button", "Continue")
    person_id = hana.path.rpartition("/")[2]
    await hana.press("button", "Fill in the application with them")
    await hana.fill({"full_name": f"{called} Example", "why": "I ring many numbers, and I wait a lot."})
    for box in await hana.page.locator('main input[type="checkbox"][name$="_conduct"], [name="data_notice"]').all():
        await box.check()
    await hana.press("button", "Send it for them")
    await hana.sees("The application is sent")
    return person_id


async def take_place(hana: Visitor, cora: Caller, person: str, title: str) -> str:
    """From the person's start page to a place that was accepted: the engagement's id."""
    await hana.open(f"/home/for/{ODS}/people/{person}")
    await hana.wait_for("PL-")
    await hana.press("link", "All open opportunities")
    await hana.wait_for(title)
    await hana.press("link", title)
    await hana.press("button", "Show interest")
    await hana.fill({"why": "I know every tune that they play.", "needs": ""})
    await hana.press("button", "Show interest")
    await hana.sees("The organisation has your words")
    place, id = hana.path, hana.path.rpartition("/")[2]
    await call(cora.post_until_accepted, "engagements", f"/organisations/{TRUST}/engagements/{id}/offer")
    await hana.open(place)
    await hana.press("button", "Yes, I take the place")
    await hana.sees("You have a place")
    return id


async def give_details(hana: Visitor, other: Visitor, person: str, title: str) -> None:
    """One hand enters them, another rings back."""
    await hana.open(f"/claims/for/{ODS}/people/{person}")
    await hana.wait_for(title)
    await hana.press("link", "Give your bank details")
    await hana.fill({"payee_name": "P EXAMPLE", **BANK})
    await hana.press("button", "Save")
    await hana.sees("somebody else has rung back", "They wait for the call-back")
    await other.open(f"/payments/for/{ODS}/ring-back")
    await other.press("link", "Type what they say for Pip", exact=False)
    await other.fill({**BANK, "account_number": "66374959"})
    await other.press_in_vain("Confirm", "This is not what was entered")
    await other.fill(BANK)
    await other.press("button", "Confirm")
    await other.sees("The bank details are confirmed")


async def test_a_phone_helper_takes_somebody_from_the_first_ring_to_a_claim_that_was_sent(
    network: Network, browser: Browser
) -> None:
    hand, sal = await signed_in(network, "hana@network.example"), await signed_in(network, "sal@network.example")
    cora = await signed_in(network, "cora@downland.example")
    async with visiting(browser, network) as hana, visiting(browser, network) as other:
        await sign_in(hana, "Hana", hand.token)
        await sign_in(other, "Sal", sal.token)
        hana.addresses.clear()
        person = await enter(hana, "Pip")
        application = hana.path.rpartition("/")[2]
        await call(
            sal.post_until_accepted,
            "recruitment",
            f"/organisations/{ODS}/applications/{application}/approve",
            {"tell_now": True},
        )
        opportunity, title = await post_role(cora)
        engagement = await take_place(hana, cora, person, title)
        await came(cora, opportunity, engagement)
        await give_details(hana, other, person, title)

        await hana.open(f"/claims/for/{ODS}/people/{person}")
        await hana.wait_for("Ready to send")
        await hana.press("link", title)
        await hana.press("button", "Send this claim")
        await hana.sees("Your claim is sent")
        await hana.open(f"/messages/for/{ODS}/people/{person}/helped")
        await hana.wait_for("Sent a claim")
        await hana.sees("Hana", "Said yes to a place", "Asked to join")
        await hana.sees("Sal", "Confirmed bank details by ringing you back")
    outside = [one for one in hana.addresses if not re.match(rf"/[a-z]+/for/{ODS}(/|$)", one)]
    assert outside == []


async def came(cora: Caller, opportunity: str, engagement: str) -> None:
    """Its session has begun, and somebody of the trust says that they were there."""
    intake = f"/organisations/{TRUST}/intakes/{opportunity}"
    session = (await call(cora.get, "engagements", intake))["sessions"][0]
    begins = datetime.fromisoformat(session["starts_at"])
    await until(lambda: datetime.now(UTC) > begins, seconds=STARTS_IN.total_seconds(), every=0.2)
    body = {"attended": [engagement], "absent": []}
    path = f"{intake}/sessions/{session['id']}/attendance"
    await call(cora.post_until_accepted, "engagements", path, body)
