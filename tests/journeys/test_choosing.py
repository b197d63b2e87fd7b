"""A role with sessions that repeat: its coordinator chooses, changes it and records who came; one person says yes and
no by keyboard at 320 px, for another on the phone a helper of the network does it, at the helper's addresses.
"""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser

from schemas import links
from schemas.helping import for_person
from services.chassis.base.periods import LONDON
from services.cli.clients.caller import Caller, until_accepted
from tests.journeys.in_calendar import Program, subscribe
from tests.journeys.keyboard import ByKeyboard, by_keyboard
from tests.journeys.main_job import day
from tests.journeys.network import Network
from tests.journeys.test_phone_helper import ODS, TRUST, call, enter, signed_in
from tests.journeys.visitor import Visitor, carry, sign_in, visiting
from tests.ready import ready

pytestmark = pytest.mark.timeout(240)

STARTS_IN, FIRST_REPEAT = timedelta(seconds=40), timedelta(days=20)
WHY, KIND = "I know how it is to wait there.", "We liked what you wrote."
AT_TRUST, RUNG_AT = "Downland Hospitals NHS Trust", "01632 960 388"
ASKED, ANSWERED = "I cannot read the map. Which door is it?", "The blue door. Somebody waits there from half past nine."
LINK = "https://meet.example/letters"
WRONG = "I was there, and sat beside Cora."


@dataclass
class Cast:
    """Who takes part, each in a browser of their own, and the role. `otto`: the id of somebody on the phone."""

    cora: Visitor
    wanda: ByKeyboard
    hana: Visitor
    otto: str
    title: str
    role: str
    begins: datetime

    @property
    def own(self) -> str:
        return f"/opportunities/for/{TRUST}/{self.role}"

    @property
    def intake(self) -> str:
        return links.STAFF_INTAKE.format(ods=TRUST, opportunity_id=self.role)

    def helped(self, path: str) -> str:
        """The address of one of Otto's own pages, for the helper."""
        room, _, rest = path.lstrip("/").partition("/")
        return f"/{room}/for/{ODS}/people/{self.otto}" + (f"/{rest}" if rest else "")


@pytest.fixture
async def cast(network: Network, browser: Browser) -> AsyncIterator[Cast]:
    sal, coordinator = (
        await signed_in(network, "sal@network.example"),
        await signed_in(network, "cora@downland.example"),
    )
    async with AsyncExitStack() as open_:
        cora = await open_.enter_async_context(visiting(browser, network))
        hana = await open_.enter_async_context(visiting(browser, network))
        wanda = await open_.enter_async_context(by_keyboard(browser, network))
        await sign_in(cora, "cora@downland.example")
        await sign_in(hana, "hana@network.example")
        await carry(wanda, (await call(joined, network, sal)).token)
        otto = await enter(hana, "Otto")
        await call(approve, sal, hana.path.rpartition("/")[2])
        await call(reached_by_phone, network, otto)
        begins, title = datetime.now(UTC) + STARTS_IN, f"Letters of the pain clinic {secrets.token_hex(3)}"
        role = await call(post, coordinator, title, begins)
        yield Cast(cora, wanda, hana, otto, title, role, begins)


def joined(network: Network, sal: Caller) -> Caller:
    """Somebody in the pool, who can sign in and has agreed to the code of conduct."""
    wanda = Caller(network.base_url)
    who = {"called": "Wanda", "email": f"wanda.{secrets.token_hex(3)}@people.example"}
    wanda.take_token(wanda.post("identity", "/demo/accounts", who))
    editions = wanda.get("recruitment", "/policies")
    agreed = {name: editions[name]["version"] for name in ("code_of_conduct", "data_notice")}
    words = {"full_name": "Wanda Example", "why": WHY}
    approve(sal, wanda.post_until_accepted("recruitment", "/mine/application", words | agreed)["id"])
    return wanda


def reached_by_phone(network: Network, otto: str) -> None:
    at = f"/organisations/{ODS}/people/{otto}/contact"
    hana = Caller(network.base_url).sign_in("hana@network.example")
    until_accepted(lambda: hana.put("notifications", at, {"channel": "phone", "address": RUNG_AT}))


def approve(sal: Caller, application: str) -> None:
    path = f"/organisations/{ODS}/applications/{application}/approve"
    sal.post_until_accepted("recruitment", path, {"tell_now": True})


def post(cora: Caller, title: str, begins: datetime) -> str:
    """One place, paid; the first session begins in a moment. How a role is posted by pages, the main job shows."""
    cards = cora.get("payments", f"/organisations/{TRUST}/rate-cards")["rate_cards"]
    draft = {
        "title": title,
        "summary": "Read the first letter that people get.",
        "what_will_change": "The letter.",
        "strand": "service_improvement",
        "rung": "improvement",
        "mode": "remote",
        "time_commitment": "3 hours",
        "expertise_level": "none",
        "places": 1,
        "pay": next(card["id"] for card in cards if card["unit"] == "half_day"),
        "session_at": begins.isoformat(),
        "session_hours": 2,
        "apply_by": (begins + timedelta(days=10)).isoformat(),
        "feedback_by": (begins + timedelta(days=90)).isoformat(),
    }
    return str(cora.post("matching", f"/organisations/{TRUST}/opportunities", ready(draft))["id"])


async def test_a_role_is_worked_from_its_sessions_to_a_record_that_is_put_right(cast: Cast) -> None:
    await sessions_that_repeat_are_added(cast)
    await two_show_interest_and_read_until_when_they_hear(cast)
    await a_no_is_undone_and_a_place_offered_until_a_day(cast)
    await the_helper_says_yes(cast)
    await one_on_the_phone_and_the_coordinator_write_to_each_other(cast)
    await the_helper_gives_the_place_back(cast)
    await the_first_of_the_reserve_list_takes_it_and_its_page_has_the_link(cast)
    await she_and_the_coordinator_write_to_each_other(cast)
    calendar = await subscribe(cast.wanda)
    before = {uid: event.starts_at for uid, event in calendar.events.items()}
    await a_session_is_moved_and_its_person_reads_it(cast)
    await it_is_moved_in_her_calendar_too(calendar, before)
    await her_home_says_what_comes_next_and_what_is_new(cast)
    await a_record_is_said_to_be_wrong_and_put_right(cast)
    outside = [one for one in cast.hana.addresses if not re.match(rf"/[a-z]+/for/{ODS}(/|$)", one)]
    assert outside == []


async def sessions_that_repeat_are_added(cast: Cast) -> None:
    cora, first = cast.cora, cast.begins + FIRST_REPEAT
    await cora.open(cast.own)
    await cora.press("link", "Add sessions that repeat")
    await cora.fill({**day("starts_at", first), "starts_time": "10:00", "hours": "2"})
    await cora.answer("How often is there one?", "Every second week")
    await cora.fill(day("until", first + timedelta(days=3)))
    await cora.press("button", "Look at the days")
    await cora.sees("Check the days", "Nothing is added yet.")
    await cora.press("link", "Choose other days")
    await cora.fill({**day("starts_at", first), "starts_time": "10:00", "hours": "2"})
    await cora.answer("How often is there one?", "Every week")
    await cora.fill(day("until", first + timedelta(days=20)))
    await cora.press("button", "Look at the days")
    await cora.press("button", "Add ", exact=False)
    await cora.sees("The sessions are added.")


async def two_show_interest_and_read_until_when_they_hear(cast: Cast) -> None:
    wanda, hana = cast.wanda, cast.hana
    await wanda.open(links.OPPORTUNITY.format(id=cast.role))
    await wanda.press("button", "Show interest")
    await wanda.sees("You are answered by")
    await wanda.fill({"why": WHY})
    await wanda.press("button", "Show interest")
    await wanda.sees("The organisation has your words.", "answers everybody, by", "at the latest")
    hana.addresses.clear()
    await hana.open(cast.helped("/engagements") + f"/interest/{cast.role}")
    await hana.fill({"why": "He knows the letters by heart.", "needs": ""})
    await hana.press("button", "Show interest")
    await hana.sees("The organisation has your words.", "at the latest")


async def a_no_is_undone_and_a_place_offered_until_a_day(cast: Cast) -> None:
    cora, wanda = cast.cora, cast.wanda
    await cora.open(cast.intake)
    await cora.wait_for("Otto")
    await cora.sees("Wanda", WHY, "To be answered by")
    await cora.press("link", "Not this time for Wanda", exact=False)
    await cora.press_in_vain("Say so", "Choose")
    await cora.answer("We chose others because", "There were more people than places")
    await cora.fill({"words": KIND})
    await cora.press("button", "Say so")
    await cora.sees("Kept. They are told when the time to undo it is over.", "You said: not this time")
    await wanda.open("/engagements/mine")
    assert KIND not in await wanda.words(), "nobody knows of it yet"
    await cora.press("button", "Undo it for Wanda", exact=False)
    await cora.sees("Undone. They wait for your answer as before.")
    await cora.press("button", "Put on the reserve list Wanda", exact=False)
    await cora.sees("They are on the reserve list", "1 person")
    await cora.press("link", "Offer a place to Otto", exact=False)
    await cora.fill({**day("reply_by", cast.begins + timedelta(days=90)), "reply_by_time": "17:00"})
    await cora.press_in_vain("Offer the place", "The time to answer by has to be still to come, and within 60 days.")
    await cora.fill({**day("reply_by", cast.begins + timedelta(days=3)), "reply_by_time": "17:00"})
    await cora.press_in_vain("Offer the place", "Others wait on the reserve list before this person.")
    await cora.answer("Why do others on the reserve list come later?", "The work needs what just this person knows")
    await cora.press("button", "Offer the place")
    await cora.sees("The place is offered.", "A place is kept until", "5pm")


async def the_helper_says_yes(cast: Cast) -> None:
    hana, wanda = cast.hana, cast.wanda
    await wanda.page.reload()
    await wanda.press("link", cast.title)
    await wanda.sees("You are on the reserve list.", "offered a place to somebody after you, because")
    await hana.open(cast.helped(links.HOME))
    await hana.wait_for(f"Say yes or no to a place you were offered: {cast.title}")
    await hana.press("link", f"Say yes or no to a place you were offered: {cast.title}", exact=False)
    await hana.sees("offers you a place until", "5pm")
    await hana.press("button", "Yes, I take the place")
    await hana.sees("You have a place.")


async def one_on_the_phone_and_the_coordinator_write_to_each_other(cast: Cast) -> None:
    """He rings, and she writes down what he said; her answer is read out to him. The page shows whose hand it was."""
    cora, hana = cast.cora, cast.hana
    page, id = hana.path, hana.path.rpartition("/")[2]
    await cora.open(links.STAFF_CONVERSATION.format(ods=TRUST, about="engagement", id=id))
    await cora.press("link", "Write down what was said on the phone")
    await cora.press_in_vain("Save", "Choose", "What was said?")
    await cora.answer("Who said it?", "Otto said it to us")
    await cora.fill({"words": ASKED, **day("phone_on", datetime.now(UTC))})
    await cora.answer("Does somebody still have to answer them?", "Yes, it waits for an answer")
    await cora.press("button", "Save")
    await cora.sees("Otto, written down by Cora", "Said on the phone on", ASKED)
    await cora.fill({"words": ANSWERED})
    await cora.press("button", "Send")
    await cora.sees(ANSWERED)
    await hana.open(f"/messages/for/{ODS}/calls/{cast.otto}")
    await hana.wait_for(ANSWERED)
    await hana.answer("What came of the call?", "I told them")
    await hana.press("button", "Save what came of the call")
    await hana.open(for_person(links.MY_CONVERSATION.format(about="engagement", id=id), ODS, cast.otto))
    await hana.sees(f"Cora, {AT_TRUST}", "Cora, for you", ASKED, ANSWERED)
    await hana.open(page)


async def the_helper_gives_the_place_back(cast: Cast) -> None:
    hana = cast.hana
    await hana.press("button", "Give my place back")
    await hana.sees("You no longer take part.")


async def the_first_of_the_reserve_list_takes_it_and_its_page_has_the_link(cast: Cast) -> None:
    cora, wanda = cast.cora, cast.wanda
    await cora.open(cast.intake)
    await cora.sees("A place is free, and Wanda is the first on the reserve list.")
    await cora.press("button", "Offer it to Wanda")
    await cora.sees("The place is offered to the first of the reserve list.")
    await wanda.open(links.HOME)
    await wanda.wait_for(f"Say yes or no to a place you were offered: {cast.title}")
    await wanda.press("link", f"Say yes or no to a place you were offered: {cast.title}", exact=False)
    await wanda.sees("offers you a place until", "The place is kept for you until then.")
    await wanda.press("button", "Yes, I take the place")
    await wanda.sees("You have a place.")
    await cora.press("link", "Joining link and papers", exact=False)
    await cora.fill({"joining_link": "meet.example", "arrival": "Ring the desk when you are late."})
    await cora.press_in_vain("Save", "https://")
    await cora.fill({"joining_link": LINK})
    await cora.press("button", "Save")
    await cora.sees("Saved. Whoever has a place sees it")
    await wanda.press("link", "Look at it the session of", exact=False)
    await wanda.sees("Join the session", LINK, "Ring the desk when you are late.")


async def she_and_the_coordinator_write_to_each_other(cast: Cast) -> None:
    """By keyboard at 320 px: when it is read stands above the box, and the answer on her page; no word is lost."""
    cora, wanda = cast.cora, cast.wanda
    page = wanda.path
    await wanda.open("/engagements/mine")
    await wanda.press("link", cast.title)
    await wanda.press("link", f"Write to {AT_TRUST}", exact=False)
    await wanda.sees("Do not write here if somebody is in danger now", "999", "You never have to answer.", "reads this")
    await wanda.fill({"words": "Is there a lift?", "link": "ftp://voice.example/1"})
    await wanda.press_in_vain("Send", "https://")
    await wanda.fill({"link": "https://voice.example/1"})
    await wanda.press("button", "Send")
    await wanda.sees("Your message is sent. Nobody has read it yet.", "Is there a lift?", "voice.example")
    await cora.open(f"/home/for/{TRUST}")
    await cora.wait_for(f"Answer what somebody wrote: Wanda, {cast.title}")
    await cora.press("link", f"Answer what somebody wrote: Wanda, {cast.title}")
    await cora.sees("Is there a lift?", "Not read yet")
    await cora.fill({"words": "Yes, beside the desk."})
    await cora.press("button", "Send")
    await wanda.open(links.HOME)
    await wanda.wait_for(f"{AT_TRUST} wrote to you")
    await wanda.press("link", f"{AT_TRUST} wrote to you", exact=False)
    await wanda.press("button", "Read it", exact=False)
    await wanda.sees("Yes, beside the desk.", f"Cora, {AT_TRUST}")
    await wanda.press("button", "I have read all of it")
    await wanda.sees("Thank you.")
    await wanda.open(page)


async def a_session_is_moved_and_its_person_reads_it(cast: Cast) -> None:
    cora, wanda, to = cast.cora, cast.wanda, cast.begins + FIRST_REPEAT + timedelta(days=1)
    await cora.open(cast.own)
    first = cora.page.locator("main a", has_text="Change the session on").nth(1)
    await cora.press("link", str(await first.inner_text()), exact=False)
    await cora.fill({**day("starts_at", to), "starts_time": "14:30"})
    await cora.answer("Why does it change?", "Another day suits more people")
    await cora.press("button", "Save")
    await cora.sees("Saved. Whoever has a place", "Moved from")
    await wanda.open("/engagements/mine")
    await wanda.press("link", cast.title)
    await wanda.wait_for("Moved from")
    await wanda.sees("2:30pm")


async def it_is_moved_in_her_calendar_too(calendar: Program, before: dict[str, datetime]) -> None:
    """And is the same event there; nothing leads to the meeting but the page, where she signs in."""
    await calendar.hears()
    assert calendar.events.keys() == before.keys() and len(before) == 4
    [moved] = [one for uid, one in calendar.events.items() if one.starts_at != before[uid]]
    assert f"{moved.starts_at.astimezone(LONDON):%H:%M}" == "14:30" and moved.url.endswith(
        f"/sessions/{moved.url[-36:]}"
    )
    assert not any(LINK in one.description + one.location + one.url for one in calendar.events.values())
    assert not await calendar.asks(), "nothing new since"


async def her_home_says_what_comes_next_and_what_is_new(cast: Cast) -> None:
    wanda = cast.wanda
    await wanda.open(links.HOME)
    await wanda.wait_for("A meeting has changed")
    await wanda.sees("Your next session", cast.title, "Your pages", "Not read yet", "earlier")
    await wanda.press("link", "Everything about this session")
    await wanda.sees("Join the session")
    await wanda.open(links.HOME)
    await wanda.press("button", "Mark all as read")
    await wanda.sees("All of it is marked as read.", "All read")
    await wanda.open("/engagements/mine")
    await wanda.press("link", cast.title)


async def a_record_is_said_to_be_wrong_and_put_right(cast: Cast) -> None:
    cora, wanda = cast.cora, cast.wanda
    await cora.open(cast.intake)
    await cora.wait_for("Record who came")
    await cora.press("link", "Record who came", exact=False)
    await cora.answer("Wanda", "Did not come")
    await cora.press("button", "Save who came")
    await cora.sees("Saved. Whoever came and is paid gets a claim to check.")
    await wanda.page.reload()
    await wanda.sees("You did not come.")
    await wanda.press("link", "Look at it the session of", exact=False)
    await wanda.sees("recorded on")
    await wanda.press("link", "This is wrong")
    await wanda.fill({"words": WRONG})
    await wanda.press("button", "Tell the organisation")
    await wanda.sees("The organisation sees what you wrote", "that this is wrong")
    await cora.open(f"/home/for/{TRUST}")
    await cora.wait_for(cast.title)
    await cora.open(cast.intake)
    await cora.press("link", "Record who came", exact=False)
    await cora.sees("said that this is wrong", WRONG)
    await cora.answer("Wanda", "Came")
    await cora.press("button", "Save who came")
    await wanda.page.reload()
    await wanda.sees("You came.")
