"""A coordinator looks after somebody; the person reads along, without scripts. (What axe says of these pages,
test_every_page.py asks.)
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser

from schemas import links
from services.cli.clients.caller import Caller
from tests.journeys.helped import ODS, welcomed
from tests.journeys.main_job import NETWORK, day
from tests.journeys.network import Network, by_sql
from tests.journeys.visitor import Visitor, carry, sign_in, visiting

pytestmark = pytest.mark.timeout(120)

MINE = links.STAFF_MY_PEOPLE.format(ods=ODS)
CALLED, ADDRESS = "Ingrid", "Ingrid Example\n7 Quay Street\nDownham\nDW1 4AB"
WORRY, PUT_RIGHT = "She read my note out in the corridor.", "We are sorry. Talks are behind a door now."
TALKED, LINE = "You would like to start with something short.", "Idris lives in your street."


async def test_whoever_looks_after_somebody_notes_covers_helps_and_hands_over(
    network: Network, browser: Browser
) -> None:
    async with (
        visiting(browser, network, scripts=False) as ingrid,
        visiting(browser, network, axe=False) as hana,
        visiting(browser, network, axe=False) as colleague,
    ):
        # Given somebody in the pool who is written to, and who has said what they need
        person, _ = await asyncio.to_thread(welcomed, network, CALLED, ADDRESS)
        await carry(ingrid, person.token)
        await sign_in(hana, "hana@network.example")
        await they_say_what_they_need(ingrid)
        await the_coordinator_sees_what_they_need(hana)
        # When a note is written, then the person reads it, and the list says that somebody was in touch
        await a_note_is_written_and_read(hana, ingrid)
        # When she is worried about her coordinator, then others read it, and the coordinator sees nothing of it
        await a_worry_about_the_coordinator_is_answered_by_somebody_else(hana, colleague, ingrid)
        # When somebody covers, then they see the person, and the person sees whom to ask
        await a_colleague_covers(hana, colleague, ingrid)
        # When something is done in the person's name, then they read what it was and whose hand
        await interest_is_shown_for_them(network, hana, ingrid)
        await what_they_need_is_looked_at_again(network, hana, ingrid, person.account_id)
        # When they are handed over, then both read the line, and the colleague has them
        await they_are_handed_over(hana, colleague, ingrid)


async def they_say_what_they_need(ingrid: Visitor) -> None:
    await ingrid.open(links.MY_NEEDS)
    await ingrid.answer("What do you need at a meeting?", "Regular breaks")
    await ingrid.answer("How do you want papers and letters?", "Large print")
    await ingrid.answer("Who may see this?", "The person at the network who looks after me")
    await ingrid.answer("May we keep these answers?", "Yes")
    await ingrid.press("button", "Save")


async def the_coordinator_sees_what_they_need(hana: Visitor) -> None:
    await hana.open(links.STAFF_HOME.format(ods=ODS))
    await hana.press("link", "My people")
    await find(hana)
    await hana.sees("Last contact", "Not yet", "Signs in", "No: ring or write")
    await hana.press("link", CALLED, exact=False)
    await hana.sees("Coordinator", "Hana", "No. Ring or write to them")
    await hana.press("link", f"What {CALLED} needs")
    await hana.sees("Regular breaks", "Large print", "That you looked is kept.")


async def find(one: Visitor) -> None:
    """The person in the list of somebody's people, by name."""
    await one.page.locator("main details summary", has_text="Choose what you see").click()
    await one.fill({"words": CALLED})
    await one.press("button", "Search")
    await one.sees(CALLED)


async def a_note_is_written_and_read(hana: Visitor, ingrid: Visitor) -> None:
    await hana.press_back()
    await hana.press("link", "Notes about talks")
    await hana.press("button", "Write a note")
    await hana.fill(day("on", datetime.now(UTC)) | {"words": TALKED})
    await hana.answer("How were you in touch?", "By phone")
    await hana.answer("What came of it?", "We talked")
    await hana.press("button", "Keep the note")
    await hana.sees("The note is kept. The person can read it.", TALKED)
    await ingrid.open(links.MY_PROFILE)
    await ingrid.sees("Your coordinator is Hana")
    await ingrid.press("link", "Read the notes about you")
    await ingrid.sees(TALKED, "Written by", "Hana")


async def a_worry_about_the_coordinator_is_answered_by_somebody_else(
    hana: Visitor, colleague: Visitor, ingrid: Visitor
) -> None:
    await ingrid.open(links.CONCERNS)
    await ingrid.press("link", "Hana, who looks after you")
    await ingrid.sees("It is about Hana, who does not see it.", "Read there by Ada", "Who helps outside")
    who_reads = (await ingrid.words()).partition("Who should read it?")[2].partition("What happened")[0]
    assert "Hana" not in who_reads, "they are named before a word is typed, and she is none of them"
    await ingrid.press_in_vain("Send it", "Choose whom you tell")
    await ingrid.fill({"words": WORRY})
    await ingrid.answer("Who should read it?", NETWORK)
    await ingrid.press("button", "Send it")
    await ingrid.sees("It is sent.", "Who has it", NETWORK, "Not yet", WORRY)
    mine = ingrid.path
    theirs = links.STAFF_CONCERN.format(ods=ODS, id=mine.rpartition("/")[2])
    await sign_in(colleague, "ada@network.example")
    await colleague.open(links.STAFF_HOME.format(ods=ODS))
    await colleague.wait_for("concern waits to be read")
    await colleague.open(theirs)
    await colleague.sees(CALLED, "Who looks after them", WORRY, "Tell nobody whom this is about.")
    await the_subject_sees_nothing(hana, theirs)
    await colleague.fill({"words": PUT_RIGHT})
    await colleague.answer("Is it settled with this?", "Yes, this closes it")
    await colleague.press("button", "Send the answer")
    await colleague.sees("It is closed.")
    await ingrid.open(links.HOME)
    await ingrid.wait_for("There is something for you on your pages")
    await ingrid.open(mine)
    await ingrid.sees(PUT_RIGHT, f"Ada, {ODS}", "What was done")
    await the_subject_sees_nothing(hana, theirs)


async def the_subject_sees_nothing(hana: Visitor, concern: str) -> None:
    """Neither at home, nor in her lists and her person's pages; and the page itself is not there."""
    asks = hana.page.context.request
    for page in (concern, concern.rpartition("/")[0]):
        assert (await asks.get(hana.network.base_url + page)).status in (403, 404)
    for page in (links.HOME, links.STAFF_HOME.format(ods=ODS), f"{MINE}?words={CALLED}"):
        await hana.open(page)
        assert "concern" not in (words := await hana.words()) and WORRY not in words
    await hana.press("link", CALLED, exact=False)
    assert "concern" not in (words := await hana.words()) and WORRY not in words


async def a_colleague_covers(hana: Visitor, colleague: Visitor, ingrid: Visitor) -> None:
    await hana.open(MINE)
    await hana.press("link", "Say who covers for a time")
    await hana.choose("cover", "Sal")
    await hana.fill(day("until", datetime.now(UTC) + timedelta(days=7)))
    await hana.press("button", "Save")
    await hana.sees("Sal covers for you until")
    await sign_in(colleague, "sal@network.example")
    await colleague.open(MINE)
    await colleague.page.locator("main details summary", has_text="Choose what you see").click()
    await colleague.press("link", "Hana’s")
    await colleague.sees("People of Hana", CALLED)
    await colleague.press("link", CALLED, exact=False)
    await colleague.press("link", "Notes about talks")
    await colleague.sees(TALKED)
    await ingrid.open(links.MY_PROFILE)
    await ingrid.wait_for("Until then you can ask Sal.")
    await hana.press("button", "End the cover")
    await hana.sees("The cover has ended.")


async def interest_is_shown_for_them(network: Network, hana: Visitor, ingrid: Visitor) -> None:
    await find(hana)
    await hana.press("link", CALLED, exact=False)
    await hana.press("link", f"Do something for {CALLED}")
    await hana.press("link", "All open opportunities")
    await hana.press("link", "Rheumatology discussion group")
    await hana.press("button", "Show interest")
    await hana.fill({"why": "I go there twice a year."})
    await hana.press("button", "Show interest")
    await hana.sees("The organisation has your words")
    engagement = hana.path.rpartition("/")[2]
    cora = await asyncio.to_thread(Caller(network.base_url).sign_in, "cora@downland.example")
    at = f"/organisations/RZ9/engagements/{engagement}/offer"
    await asyncio.to_thread(cora.post_until_accepted, "engagements", at)
    # What waits for the person stands in their coordinator's list, and the person answers it
    await hana.open(f"{MINE}?words={CALLED}")
    await hana.wait_for("Say yes or no to a place you were offered")
    await hana.sees("Last contact")
    await ingrid.open(links.HOME)
    await ingrid.wait_for("Say yes or no to a place you were offered")
    await ingrid.press("link", "Say yes or no to a place you were offered", exact=False)
    await ingrid.press("button", "Read it, and say yes")
    await ingrid.answer("", "Yes, I agree to the code of conduct")
    await ingrid.answer("", "Yes, you may keep this about me")
    await ingrid.press("button", "I agree")
    await ingrid.wait_for("Yes, I take the place")
    await ingrid.press("button", "Yes, I take the place")
    await ingrid.open(links.MY_HELP)
    await ingrid.wait_for("Showed interest in an opportunity")
    await ingrid.sees(f"Hana, of {NETWORK}")


async def what_they_need_is_looked_at_again(network: Network, hana: Visitor, ingrid: Visitor, id: str) -> None:
    await a_year_passes(network, id)
    await hana.wait_for("Ask whether it is still right")
    await hana.press("link", CALLED, exact=False)
    await hana.press("link", f"Do something for {CALLED}")
    await hana.wait_for("Look again at what you need to take part")
    await hana.press("link", "Look again at what you need to take part", exact=False)
    await hana.press("button", "Yes, it is still right")
    await ingrid.open(links.MY_HELP)
    await ingrid.wait_for("Said that what you need is still right")
    await hana.open(f"{MINE}?words={CALLED}")
    assert "Ask whether it is still right" not in await hana.words()


async def a_year_passes(network: Network, id: str) -> None:
    """Since they said what they need."""
    earlier = "update needs set said_on = said_on - 366, review_by = review_by - 366 where person_id = $1"
    await by_sql(network, "recruitment", earlier, id)
    await by_sql(network, "recruitment", "update timer set at = now() where id = $1", id)


async def they_are_handed_over(hana: Visitor, colleague: Visitor, ingrid: Visitor) -> None:
    await hana.press("link", CALLED, exact=False)
    await hana.press("link", "Hand over", exact=False)
    await hana.choose("to", "Idris")
    await hana.fill({"line": LINE})
    await hana.press("button", "Hand them over")
    await hana.sees("They are handed over, and see who looks after them now.", "Idris")
    await ingrid.open(links.MY_NOTES)
    await ingrid.sees("You were handed over", LINE, "Tell Idris")
    await sign_in(colleague, "idris@network.example")
    await colleague.open(f"{MINE}?words={CALLED}")
    await colleague.press("link", CALLED, exact=False)
    await colleague.press("link", "Notes about talks")
    await colleague.sees(LINE, TALKED)
