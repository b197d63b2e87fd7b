"""How much it takes to post a role, counted in a browser: pages that are looked at, clicks, and questions answered."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.journeys.main_job import day
from tests.journeys.network import Network
from tests.journeys.visitor import Visitor, sign_in, visiting
from tests.ready import WORK

pytestmark = pytest.mark.timeout(120)

LIST = "/opportunities/for/RZ9"
TODAY = datetime.now(UTC)
DAYS = {
    **day("apply_by", TODAY + timedelta(days=20)),
    **day("decide_by", TODAY + timedelta(days=22)),
    **day("feedback_by", TODAY + timedelta(days=80)),
}


class Measured:
    """What a visitor does, counted. A day in three boxes is one answer; so is a radio or one of a list."""

    def __init__(self, one: Visitor) -> None:
        self._one, self.clicks, self.answers, self.typed = one, 0, 0, 0

    async def press(self, role: Any, name: str, *, exact: bool = True) -> None:
        self.clicks += 1
        await self._one.press(role, name, exact=exact)

    async def fill(self, fields: dict[str, str]) -> None:
        several = sum(not name.endswith(("_month", "_year")) for name in fields)
        self.answers, self.typed = self.answers + several, self.typed + several
        await self._one.fill(fields)

    async def answer(self, question: str, label: str) -> None:
        self.answers += 1
        await self._one.answer(question, label)

    async def choose(self, name: str, option: str) -> None:
        self.answers += 1
        await self._one.choose(name, option)


async def test_a_role_is_posted_from_a_template_in_six_pages_and_copied_in_four_clicks(
    network: Network, browser: Browser
) -> None:
    async with visiting(browser, network, axe=False) as cora:
        await sign_in(cora, "cora@downland.example")
        await from_a_template(cora)
        await from_a_long_template(cora)
        await as_a_copy(cora)


async def from_a_template(cora: Visitor) -> None:
    await cora.open(LIST)
    cora.addresses.clear()
    one = Measured(cora)
    await one.press("button", "Post an opportunity")
    await one.press("link", "Testing an appointment letter")
    await cora.sees("Read a letter about an appointment", "Somebody sits with you all the time")
    await one.press("button", "Use it")
    await what_is_left(one)
    await cora.sees("As people will read it", "£75 for this meeting", "What happens next?")
    pages = len(cora.addresses)
    await one.press("button", "Post it on the feed")
    await cora.sees("It is on the common feed now.", "Test a letter about an appointment")
    assert (pages <= 6, one.answers <= 12) == (True, True), (pages, one.answers, cora.addresses)


async def from_a_long_template(cora: Visitor) -> None:
    """It has to be a part of a piece of work, and the organisation has several."""
    for title in ("Wards that let people sleep", "Home in time for tea"):
        await cora.open(f"{LIST}/work/new")
        await cora.fill({**WORK, "title": title})
        await cora.press("button", "Save")
    await cora.open(LIST)
    cora.addresses.clear()
    one = Measured(cora)
    await one.press("button", "Post an opportunity")
    await one.press("link", "A research partner")
    await one.choose("work", "Wards that let people sleep")
    await one.press("button", "Use it")
    await what_is_left(one)
    await cora.sees("As people will read it", "Wards that let people sleep", "What happens next?")
    pages = len(cora.addresses)
    await one.press("button", "Post it on the feed")
    await cora.sees("It is on the common feed now.")
    assert (pages <= 6, one.typed <= 12, one.answers <= 13) == (True, True, True), (pages, one.typed, one.answers)


async def what_is_left(one: Measured) -> None:
    """Of a template: where and when, what is paid, and the days."""
    await one.fill({"place": "Harbour Hall, BN2 7CK", "getting_in": "Bus 7. No steps.", "session_time": "2:30pm"})
    await one.fill(day("session_at", TODAY + timedelta(days=30)))
    await one.press("button", "Save and continue")
    await one.answer("What do you pay?", "Involvement half day")
    await one.answer("For tax: what was decided?", "Not employed: an involvement payment")
    await one.choose("status_tool", "Our own policy")
    await one.fill({"status_by": "Payroll team", **day("status_on", TODAY)})
    await one.press("button", "Save and continue")
    await one.fill(DAYS)
    await one.press("button", "Save and continue")


async def as_a_copy(cora: Visitor) -> None:
    await cora.open(f"{LIST}?words=seat in the pain pathway")
    one = Measured(cora)
    await one.press("button", "Copy", exact=False)
    await one.fill({"session_time": "10:00", **day("session_at", TODAY + timedelta(days=30))})
    await one.press("button", "Save and continue")
    await one.fill(DAYS)
    await one.press("button", "Save and continue")
    await cora.sees("This draft began as a copy of a role, without its days.", "As people will read it")
    await one.press("button", "Post it on the feed")
    await cora.sees("It is on the common feed now.", "A seat in the pain pathway team")
    assert (one.clicks <= 4, one.answers <= 5) == (True, True), (one.clicks, one.answers)
