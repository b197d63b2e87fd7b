"""The phone list: whom to ring now, what came of it, again at other hours, then a letter, else shown as not reached."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notifications.commands import calling as commands
from services.notifications.domain import calling as domain
from services.notifications.domain.calling import Outcome, Part
from services.notifications.domain.contact import Contact, Wanted
from services.notifications.domain.kinds import LONDON
from tests.notifications.support import World, a_world
from tests.support import Connected, Person, form_key, led_to, member

MONDAY = datetime(2026, 11, 30, 10, tzinfo=LONDON)
NUMBER = "01632960001"
ADDRESS = "Sam Smith\n1 High Street\nEX1 2AB"


def on(day: int, hour: int) -> datetime:
    """A time of day in London, so many days after that Monday."""
    return MONDAY.replace(hour=hour) + timedelta(days=day)


SAM = Contact(UUID(int=1), "phone", NUMBER, None, MONDAY, UUID(int=1))


@pytest.mark.parametrize(
    ("tried", "asked", "now", "again"),
    [
        (["morning"], "any", on(0, 10), on(0, 12)),
        (["morning", "afternoon"], "any", on(0, 13), on(0, 17)),
        (["evening"], "any", on(4, 18), on(7, 9)),  # a Friday: nobody is rung at the weekend
        (["morning", "evening"], "any", on(0, 18), on(1, 12)),
        (["afternoon"], "afternoon", on(0, 13), on(1, 12)),
        (["morning", "afternoon", "evening"], "any", on(0, 18), None),
        (["evening", "evening", "evening"], "evening", on(0, 18), None),
    ],
)
def test_who_does_not_answer_is_rung_at_another_part_of_the_day(
    tried: list[Part], asked: Any, now: datetime, again: datetime | None
) -> None:
    assert domain.next_try(tried, contact=replace(SAM, ring_in=asked), now=now) == again


@pytest.mark.parametrize(
    ("hour", "part"), [(7, "morning"), (11, "morning"), (12, "afternoon"), (17, "evening"), (23, "evening")]
)
def test_the_part_of_the_day_goes_by_the_clock_in_london(hour: int, part: Part) -> None:
    assert domain.part_of(on(0, hour)) == part
    assert domain.part_of(datetime(2026, 7, 1, 11, 30, tzinfo=LONDON)) == "morning"


@pytest.mark.parametrize(
    ("outcome", "letters_to", "ends"),
    [
        ("told", None, domain.Ends(told=True)),
        ("declined", ADDRESS, domain.Ends(unreached="declined")),
        ("wrong_number", None, domain.Ends(unreached="wrong_number")),
        ("wrong_number", ADDRESS, domain.Ends(write_instead=True, unreached="wrong_number")),
        ("no_answer", None, domain.Ends(unreached="no_answer")),
        ("no_answer", ADDRESS, domain.Ends(write_instead=True, unreached="no_answer")),
        ("later", None, domain.Ends(again_at=on(1, 12))),
    ],
)
def test_what_follows_from_a_call(outcome: Outcome, letters_to: str | None, ends: domain.Ends) -> None:
    tried: list[Part] = ["morning", "afternoon", "evening"]
    contact = replace(SAM, letters_to=letters_to)
    again: tuple[date, Part] = (on(1, 12).date(), "afternoon")
    assert domain.ends(outcome, contact=contact, tried=tried, again=again, now=MONDAY) == ends


@pytest.mark.parametrize("again", [None, (date(2026, 11, 29), "morning"), (date(2027, 3, 1), "morning")])
def test_another_time_has_to_be_one_that_can_be(again: Any) -> None:
    with pytest.raises(domain.CallNeedsTime):
        domain.ends("later", contact=SAM, tried=[], again=again, now=MONDAY)


async def somebody_to_ring(notifications: Connected, **details: Any) -> tuple[World, Person, str]:
    """A world in which somebody asked to be rung and has two messages, a screener, and the page of the call."""
    world = await a_world(notifications)
    screener = member(world.network, "screener")
    await notifications.hears_and_settles(screener.opened)
    await world.reach(Wanted("phone", NUMBER, **details))
    await world.tell_of_approval(world.person, world.person)
    return world, screener, f"/messages/for/QZZ/calls/{world.person.id}"


async def outcome(notifications: Connected, screener: Person, path: str, **form: str) -> str:
    async with notifications.browser(screener) as browser:
        page = (await browser.get(path)).text
        told = page.split('name="told" value="')[1].split('"')[0]
        answer = await browser.post(path, data={"form_key": form_key(page), "told": told, **form})
        assert led_to(answer) == "/messages/for/QZZ/calls"
        return (await browser.get(answer.headers["location"])).text


async def list_of(notifications: Connected, screener: Person, show: str) -> list[str]:
    async with notifications.api(screener) as api:
        people = (await api.get(f"/organisations/QZZ/calls?show={show}")).json()["people"]
    return [one["called"] for one in people]


async def test_a_person_is_rung_once_about_all_that_waits_and_it_counts_as_told(notifications: Connected) -> None:
    world, screener, path = await somebody_to_ring(notifications)
    async with notifications.api(screener) as api:
        [one] = (await api.get("/organisations/QZZ/calls?show=all")).json()["people"]
        assert (one["called"], one["messages"], one["tries"]) == ("Sam", 2, 0)
        said = (await api.get(f"/organisations/QZZ/calls/{world.person.id}")).json()
        assert (said["phone"], len(said["to_say"])) == (NUMBER, 2)
    async with notifications.browser(screener) as browser:
        page = (await browser.get(path)).text
    assert NUMBER in page and "Can I speak to Sam?" in page and page.count("Welcome: you are now a patient leader") == 2
    page = await outcome(notifications, screener, path, outcome="told")
    assert "It is recorded that you told them." in page
    assert [(m.status, m.done_by) for m in await world.messages()] == 2 * [("sent", screener.id)]
    assert await list_of(notifications, screener, "all") == []
    async with notifications.api(screener) as api:
        answer = await api.post(f"/organisations/QZZ/calls/{world.person.id}/outcome", json={"outcome": "told"})
        assert (answer.status_code, answer.json()["type"]) == (409, "/developers/problems#nobody-to-ring")


async def test_what_came_in_after_the_page_was_opened_does_not_count_as_told(notifications: Connected) -> None:
    world, screener, path = await somebody_to_ring(notifications)
    async with notifications.browser(screener) as browser:
        page = (await browser.get(path)).text
        told = page.split('name="told" value="')[1].split('"')[0]
        await world.tell_of_approval(world.person)
        await browser.post(path, data={"form_key": form_key(page), "told": told, "outcome": "told"})
    assert sorted(m.status for m in await world.messages()) == ["queued", "sent", "sent"]


async def nobody_answers(notifications: Connected, world: World, screener: Person) -> list[domain.Ends]:
    """Three times, each at the moment at which they come up again."""
    at, ends = MONDAY, list[domain.Ends]()
    async with notifications.transaction() as tx:
        await tx.execute("update message set queued_at = $1", MONDAY - timedelta(hours=1))
    for _ in range(3):
        async with notifications.transaction(screener.acting(world.network)) as tx:
            tx.now = at
            ends.append(await commands.note_call(tx, world.person.id, domain.Rang("no_answer")))
        at = ends[-1].again_at or at
    return ends


async def test_who_never_answers_gets_a_letter_where_they_said_we_may_write(notifications: Connected) -> None:
    world, screener, _ = await somebody_to_ring(notifications, letters_to=ADDRESS)
    ends = await nobody_answers(notifications, world, screener)
    assert [one.again_at for one in ends] == [on(0, 12), on(0, 17), None]
    assert ends[2].write_instead
    assert [(m.channel, m.status) for m in await world.messages()] == 2 * [("post", "queued")]
    assert [name for name, _ in await notifications.said()][-2:] == 2 * ["MessageQueued"]
    async with notifications.api(screener) as api:
        assert (await api.get("/organisations/QZZ/letters")).json()["to_print"] == 2
        [_, one] = [m.id for m in await world.messages()]
        assert (await api.get(f"/organisations/QZZ/letters/{one}")).json()["to"] == ADDRESS.splitlines()


async def test_who_never_answers_and_gave_no_address_is_shown_as_not_reached(notifications: Connected) -> None:
    world, screener, _ = await somebody_to_ring(notifications)
    await nobody_answers(notifications, world, screener)
    assert {m.status for m in await world.messages()} == {"failed"}
    async with notifications.browser(world.person) as browser:
        [message, _] = await world.messages()
        page = (await browser.get(f"/messages/mine/{message.id}")).text
        assert "We could not reach you" in page
        page = (await browser.get("/messages/mine")).text
        assert "We rang you three times and nobody answered" in page


async def test_a_wrong_number_is_not_rung_again(notifications: Connected) -> None:
    world, screener, path = await somebody_to_ring(notifications)
    await outcome(notifications, screener, path, outcome="wrong_number")
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select unreached from contact_point") == "wrong_number"
    await world.tell_of_approval(world.person)
    assert (await world.messages())[0].channel == "page", "who can sign in reads what is new there"
    await world.reach(Wanted("phone", "01632960999"))
    await world.tell_of_approval(world.person)
    assert (await world.messages())[0].channel == "phone"


async def test_who_asks_to_be_rung_another_time_comes_up_then(notifications: Connected) -> None:
    _, screener, path = await somebody_to_ring(notifications)
    async with notifications.browser(screener) as browser:
        [again, *_] = re.findall(r'<option[^>]* value="([^"]+)"', (await browser.get(path)).text)
    await outcome(notifications, screener, path, outcome="later", again=again)
    assert await list_of(notifications, screener, "now") == []
    assert await list_of(notifications, screener, "later") == ["Sam"]
    async with notifications.browser(screener) as browser:
        page = (await browser.get("/messages/for/QZZ/calls?show=later")).text
        assert "Ring again from" in page
        wrong = await browser.post(
            path, data={"form_key": form_key((await browser.get(path)).text), "outcome": "later"}
        )
    assert wrong.status_code == 422 and "Choose when they would like to be rung again" in wrong.text


async def test_who_does_not_want_to_be_rung_is_not(notifications: Connected) -> None:
    world, screener, path = await somebody_to_ring(notifications, letters_to=ADDRESS)
    assert "We do not ring them any more." in await outcome(notifications, screener, path, outcome="declined")
    await world.tell_of_approval(world.person)
    assert (await world.messages())[0].channel == "page"


async def test_how_somebody_is_rung_stands_at_the_top(notifications: Connected) -> None:
    _, screener, path = await somebody_to_ring(notifications, relay="text_relay")
    async with notifications.browser(screener) as browser:
        page = (await browser.get(path)).text
        assert f"18001 {NUMBER}" in page and "They use text relay" in page
        assert "Text relay" in (await browser.get("/messages/for/QZZ/calls?show=all")).text


async def test_nobody_else_rings_or_sees_whom_to_ring(notifications: Connected) -> None:
    world, _, path = await somebody_to_ring(notifications)
    stranger, finance = member(world.trust, "coordinator"), member(world.network, "finance")
    await notifications.hears_and_settles(stranger.opened, finance.opened)
    async with notifications.browser(finance) as browser:
        assert (await browser.get(path)).status_code == 403
    async with notifications.browser(stranger) as browser, notifications.api(stranger) as api:
        for address in ("/messages/for/RX2/calls", path, path.replace("QZZ", "RX2")):
            assert (await browser.get(address)).status_code == 404, address
        answer = await api.post(f"/organisations/RX2/calls/{world.person.id}/outcome", json={"outcome": "told"})
        assert answer.status_code == 404
