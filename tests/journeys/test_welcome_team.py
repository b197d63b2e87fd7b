"""The welcome team answers whoever asks to join: by keyboard alone, at 320 px. The person reads along without scripts.

Whoever looks at it a second time, and at the pair, has a mouse.
"""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser

from schemas import links
from services.chassis.base.access import LONDON
from services.chassis.base.wording import moment
from services.cli.clients.caller import Caller, until_accepted
from tests.journeys.helped import application_of
from tests.journeys.keyboard import ByKeyboard, by_keyboard
from tests.journeys.main_job import NETWORK, day
from tests.journeys.network import Network, by_sql
from tests.journeys.part_way import begin
from tests.journeys.visitor import Visitor, carry, sign_in, visiting

pytestmark = pytest.mark.timeout(120)

ODS = "QZN"
QUEUE, TWICE = links.STAFF_APPLICATIONS.format(ods=ODS), links.STAFF_DUPLICATES.format(ods=ODS)
CALLED, PHONE = "Wanda", "07700 900 955"
REASON, WOULD_HELP = "You said that this month is full.", "Ring us when you have an evening."


async def test_somebody_is_talked_with_told_not_now_and_welcomed_after_a_second_look(
    network: Network, browser: Browser
) -> None:
    async with (
        visiting(browser, network, scripts=False) as wanda,
        by_keyboard(browser, network) as sal,
        visiting(browser, network, axe=False) as hana,
    ):
        # Given somebody who asks by name and phone, and an earlier record with the same phone
        twin = await asyncio.to_thread(somebody_earlier, network)
        await they_asked_long_ago(network, twin)
        reference = await ask_to_join(wanda)
        await sign_in_by_keys(sal)
        await the_queue_is_in_order(sal)
        # When Sal takes it, a time for a talk is agreed on, and they talk; then the person reads each step
        await take(sal, wanda, reference)
        await talk(sal, wanda)
        await ask_for_more(sal, wanda)
        # And what was answered too soon is undone: nobody was told anything
        await think_better_of_a_yes(sal, wanda)
        await say_not_now(sal, wanda)
        # Then somebody else looks at it again, and welcomes them
        await sign_in(hana, "hana@network.example")
        await look_again(wanda, sal, hana)
        await find(sal, reference)
        # And that they were here twice is seen, and one record closed with both told
        await one_record_is_closed(hana, wanda, twin.token)


def somebody_earlier(network: Network) -> Caller:
    """The same person has begun to join before."""
    twin = begin(network, f"{CALLED} M")
    until_accepted(lambda: twin.put("notifications", "/mine/contact", {"channel": "phone", "address": PHONE}))
    until_accepted(lambda: application_of(twin))
    return twin


async def they_asked_long_ago(network: Network, twin: Caller) -> None:
    """So long that their answer is late."""
    earlier = "update application set sent_at = sent_at - interval '12 days', due_by = due_by - interval '12 days'"
    await by_sql(network, "recruitment", earlier + " where person_id = $1", twin.account_id)


async def ask_to_join(wanda: Visitor) -> str:
    """The reference of their application."""
    await wanda.open("/")
    await wanda.press("button", "Join with just your name")
    await wanda.fill({"called": CALLED})
    await wanda.press("button", "Continue")
    await wanda.answer("Choose one way", "Ring me")
    await wanda.fill({"phone": PHONE})
    await wanda.press("button", "Continue")
    await wanda.wait_for("Your reference")
    return await wanda.fact("Your reference")


async def sign_in_by_keys(sal: ByKeyboard) -> None:
    await sal.open("/")
    await sal.press_above("Sign in")
    await sal.press("link", "choose somebody to try it as")
    await sal.press("button", f"Sign in as Sal of {NETWORK}")
    assert sal.path == QUEUE, "who reads applications begins with them"


async def the_queue_is_in_order(sal: ByKeyboard) -> None:
    """Who waits longest comes first, late ones are flagged, and one press leads to the next."""
    cards = await sal.page.locator("main .nhsuk-card").all_inner_texts()
    waited = [int(found[1]) for one in cards if (found := re.search(r"(\d+) days?, since", one))]
    first = [days for days, one in zip(waited, cards, strict=True) if "First asked" not in one]
    assert first == sorted(first, reverse=True)
    late = {days for days, one in zip(waited, cards, strict=True) if "Late" in one}
    assert 12 in late and 0 not in late
    await sal.press("button", "Next one")
    await sal.sees("12 days, late", "Yes, they join", "Not now, with a reason and what would help")


async def take(sal: ByKeyboard, wanda: Visitor, reference: str) -> None:
    await wanda.open(links.MY_APPLICATION)
    await wanda.sees("We have your name", f"The welcome team of {NETWORK}", "gets in touch with you")
    await sal.open(QUEUE)
    held = await holds(sal)
    await sal.press("link", "Find a person, at whatever stage")
    await sal.fill({"words": reference})
    await sal.press("button", "Search")
    await sal.press("link", f"{CALLED}, {reference}")
    await sal.sees("Nobody yet")
    await sal.press("button", f"I take this one {CALLED}")
    await sal.sees("You hold this from now on.")
    at = sal.path
    await sal.open(QUEUE)
    assert await holds(sal) == held + 1
    await sal.open(at)
    await wanda.open(links.MY_APPLICATION)
    await wanda.sees("Sal from the welcome team")


async def holds(sal: ByKeyboard) -> int:
    """How many Sal holds, as the list of the team says."""
    team = await sal.page.locator("main details", has_text="how many each holds").text_content()
    found = re.search(r"Sal: (\d+)", team or "")
    assert found
    return int(found[1])


async def talk(sal: ByKeyboard, wanda: Visitor) -> None:
    """Of two times the person chooses one; afterwards it is kept that they talked."""
    at = (datetime.now(LONDON) + timedelta(days=3)).replace(hour=10, minute=30, second=0, microsecond=0)
    other = at + timedelta(days=1)
    await sal.press("link", "Offer times for a talk")
    await sal.answer("How do you talk?", "By phone")
    await sal.fill(day("first", at) | {"first_time": "10:30"} | day("second", other) | {"second_time": "10:30"})
    await sal.press("button", "Offer these times")
    await sal.sees("It is their turn now.")
    await wanda.open(links.MY_APPLICATION)
    await wanda.press("link", "Choose a time for a talk")
    await wanda.answer("Which time suits you?", moment(at))
    await wanda.press("button", "Choose this time")
    await wanda.sees("We talk", moment(at))
    await sal.open(sal.path)
    await sal.sees(f"They chose {moment(at)}", "A talk is agreed, or was held")
    await sal.press("link", "A time for a talk is agreed, or you have talked")
    await sal.fill(day("at", datetime.now(UTC) - timedelta(days=1)) | {"at_time": "09:00"})
    await sal.answer("How do you talk?", "By phone")
    await sal.press("button", "Keep this")


async def ask_for_more(sal: ByKeyboard, wanda: Visitor) -> None:
    await sal.press("link", "Ask for more")
    await sal.fill({"words": "Which days suit you?"})
    await sal.press("button", "Ask them")
    await wanda.open(links.MY_APPLICATION)
    await wanda.sees("We have asked you something", "Which days suit you?", "It is your turn")
    await wanda.press("link", "Answer")
    await wanda.fill({"words": "Only Mondays."})
    await wanda.press("button", "Send the answer")
    await sal.open(sal.path)
    await sal.sees("They said: Only Mondays.")


async def think_better_of_a_yes(sal: ByKeyboard, wanda: Visitor) -> None:
    await sal.press("button", f"Yes, they join {CALLED}")
    await sal.sees("You can undo it until")
    await wanda.open(links.MY_APPLICATION)
    await wanda.sees("We have talked with you", "The welcome team answers you.")
    await sal.press("button", f"Undo my answer to {CALLED}")
    await sal.sees("The person was told nothing, and waits as before.")


async def say_not_now(sal: ByKeyboard, wanda: Visitor) -> None:
    await sal.press("link", "Not now, with a reason and what would help")
    await sal.fill({"reason": REASON, "would_help": WOULD_HELP})
    await sal.press("button", "Keep this answer")
    await sal.press("button", f"Tell them now {CALLED}")
    await wanda.open(links.MY_APPLICATION)
    await wanda.sees("Not now", REASON, "What would help", WOULD_HELP)


async def look_again(wanda: Visitor, sal: ByKeyboard, hana: Visitor) -> None:
    await wanda.press("button", "Ask for a second look")
    await wanda.sees("Somebody else from the welcome team looks at it again.")
    await sal.open(sal.path)
    await sal.sees("Whoever gave the first answer does not look at it again")
    await sal.press("link", "Hand over to a colleague")
    await sal.answer("Who holds it from now on?", "Hana")
    await sal.press("button", "Hand it over")
    await wanda.open(links.MY_APPLICATION)
    await wanda.sees("Hana from the welcome team")
    await hana.open(f"{QUEUE}?held=me")
    await hana.press("link", CALLED, exact=False)
    await hana.sees("First answer", REASON)
    await hana.press("button", f"Yes, they join {CALLED}")
    await hana.press("button", f"Tell them now {CALLED}")
    await wanda.open(links.MY_APPLICATION)
    await wanda.wait_for("You are in the pool. Your reference is PL-")


async def find(sal: ByKeyboard, reference: str) -> None:
    """By how the name begins, and by the reference, also of whom nobody has to answer any more."""
    for words in (CALLED[:4].lower(), reference.lower()):
        await sal.open(f"{QUEUE}/find")
        await sal.fill({"words": words})
        await sal.press("button", "Search")
        await sal.sees(f"{CALLED}, {reference}", "Joined")


async def one_record_is_closed(hana: Visitor, wanda: Visitor, twin: str) -> None:
    found = re.search(r"PL-\w+", await wanda.words())
    assert found
    await hana.open(TWICE)
    await hana.wait_for(f"{CALLED}, {found[0]}")
    await hana.press("link", found[0], exact=False)
    await hana.sees("Phone number, as it was typed", "In the pool", "Asked, with a name")
    await hana.press("link", f"({CALLED})", exact=False)
    await hana.press("button", "They are one person: close", exact=False)
    await hana.sees("The one record is closed, and the other is kept. Both are being told.")
    await carry(wanda, twin)
    await wanda.open(links.MY_APPLICATION)
    await wanda.sees("We keep your other record", "Closed: we keep your other record")
