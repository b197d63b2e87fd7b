"""Whoever asked for braille or sound gets no print with all others: staff are told whose letters to see to by hand."""

import pytest

from schemas.recruitment import NeedsChanged, NeedsGiven
from services.chassis.postgres.lists import Asked
from services.notifications.commands import letters as commands
from services.notifications.store import letters as store
from tests.notifications.support import World
from tests.notifications.test_letters import letters_wait, message_of, take
from tests.notifications.test_needs import needs
from tests.pdf import text_of
from tests.support import Connected, Person, form_key


async def need(world: World, person: Person, version: int, format: str) -> None:
    said = needs(world, version, format=format).model_copy(update={"id": person.id})
    await world.service.hears_and_settles(NeedsChanged(said) if version > 1 else NeedsGiven(said))


async def waits(world: World, screener: Person) -> tuple[int, int]:
    async with world.service.transaction(screener.acting(world.network)) as tx:
        found = await store.waiting(tx)
    return found.to_print, found.apart


@pytest.mark.parametrize(("format", "said"), [("braille", "asked for braille"), ("audio", "asked for sound")])
async def test_their_letters_are_not_printed_with_the_others_and_every_page_says_so(
    notifications: Connected, format: str, said: str
) -> None:
    world, screener, [sam, ida] = await letters_wait(notifications, "Sam", "Ida")
    await need(world, sam, 1, format)
    assert await waits(world, screener) == (1, 1)
    id = await message_of(world, sam)
    async with notifications.browser(screener) as browser, notifications.api(screener) as api:
        letters = (await browser.get("/messages/for/QZZ/letters")).text
        assert "To people who asked for braille or sound" in letters and "not printed with the others" in letters
        listed = (await browser.get("/messages/for/QZZ")).text
        assert said in listed and listed.count("Do not send them print alone.") == 1
        letter = (await browser.get(f"/messages/for/QZZ/letters/{id}")).text
        assert said in letter and "Have it made, or ring them and read it out." in letter
        assert (await api.get("/organisations/QZZ/letters")).json()["apart"] == 1
        assert (await api.get(f"/organisations/QZZ/letters/{id}")).json()["apart"] == format
        [first, second] = (await api.get("/organisations/QZZ/messages")).json()["messages"]
        assert {first["called"]: first["apart"], second["called"]: second["apart"]} == {"Sam": format, "Ida": None}
        printing = await take(notifications, screener)
        found = await browser.get(f"/messages/for/QZZ/printings/{printing}/parts/1")
        assert "Ida" in text_of(found.content) and "Sam" not in text_of(found.content)
        key = form_key((await browser.get("/messages/for/QZZ")).text)
        await browser.post(f"/messages/for/QZZ/{id}/done", data={"form_key": key})
    assert await waits(world, screener) == (0, 0), "told by hand, it waits no more"
    async with notifications.browser(sam) as browser, notifications.api(sam) as api:
        mine = (await browser.get("/messages/mine")).text
        assert "One of us sees to each letter to you" in mine
        assert (await api.get("/mine/contact")).json()["apart"] == format
    async with notifications.browser(ida) as browser:
        assert "sees to each letter" not in (await browser.get("/messages/mine")).text


async def test_it_follows_what_they_need_and_a_letter_that_was_taken_before_is_named_on_its_list(
    notifications: Connected,
) -> None:
    world, screener, [sam, _] = await letters_wait(notifications, "Sam", "Ida")
    printing = await take(notifications, screener)
    await need(world, sam, 1, "braille")
    async with notifications.browser(screener) as browser:
        made = await browser.get(f"/messages/for/QZZ/printings/{printing}/parts/1")
        assert "since the letters were taken: 1." in " ".join(text_of(made.content).split())
    await need(world, sam, 2, "large_print")
    async with notifications.transaction(screener.acting(world.network)) as tx:
        await commands.put_back(tx, (await store.printings(tx, Asked())).items[0].id)
    assert await waits(world, screener) == (2, 0)
    await need(world, sam, 3, "audio")
    assert await waits(world, screener) == (1, 1)
    await need(world, sam, 4, "standard")
    assert await waits(world, screener) == (2, 0), "of needs that are taken back nothing stays"
