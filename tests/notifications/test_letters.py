"""Letters: what stands on them, printed together by one person at a time, and told only once they are posted."""

from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from services.notifications.commands import letters as commands
from services.notifications.domain import letter as domain
from services.notifications.domain.contact import Wanted
from tests.notifications.support import World, a_world, status_of
from tests.pdf import pages_of, text_of
from tests.support import Connected, Person, form_key, led_to, member

ADDRESS = "Sam Smith\n1 High Street\nExampletown\nEX1 2AB"


async def letters_wait(notifications: Connected, *called: str, **details: str) -> tuple[World, Person, list[Person]]:
    """A world in which somebody asked for letters (and others of these names), each with one that waits; a screener."""
    world = await a_world(notifications)
    screener = member(world.network, "screener")
    people = [Person(name) for name in called or ("Sam",)]
    await notifications.hears_and_settles(screener.opened, *(one.opened for one in people))
    for one in people:
        await world.reach(Wanted("post", ADDRESS.replace("Sam Smith", one.account.called), **details), one)  # pyright: ignore[reportArgumentType]
    await world.tell_of_approval(*people)
    return world, screener, people


async def message_of(world: World, person: Person) -> UUID:
    [message] = await world.messages(person)
    return message.id


async def take(notifications: Connected, screener: Person) -> str:
    async with notifications.api(screener) as api:
        return (await api.post("/organisations/QZZ/printings")).json()["id"]


async def test_a_letter_says_who_it_is_for_whom_to_ring_and_a_reference(notifications: Connected) -> None:
    world, screener, [sam] = await letters_wait(notifications)
    id = await message_of(world, sam)
    reference = f"LT-{id.hex[-6:].upper()}"
    async with notifications.browser(screener) as browser:
        page = (await browser.get(f"/messages/for/QZZ/letters/{id}")).text
        made = await browser.get(f"/messages/for/QZZ/letters/{id}/pdf")
    assert made.headers["content-type"] == "application/pdf"
    assert made.headers["content-disposition"] == f'attachment; filename="{reference}.pdf"'
    printed = text_of(made.content)
    for words in ("Dear Sam,", "1 High Street", "You have joined", "0300 555 0100", "18001", reference):
        assert words in page, words
        assert words.replace(" ", "") in printed.replace(" ", "").replace("\n", ""), words
    async with notifications.api(screener) as api:
        said = (await api.get(f"/organisations/QZZ/letters/{id}")).json()
    assert (said["reference"], said["to"], said["dear"]) == (reference, ["Sam", *ADDRESS.splitlines()[1:]], "Dear Sam,")


@pytest.mark.parametrize(("format", "says_so"), [("large_print", False), ("easy_read", False)])
async def test_a_letter_comes_in_the_format_that_was_asked_for(
    notifications: Connected, format: str, says_so: bool
) -> None:
    world, screener, [sam] = await letters_wait(notifications, format=format)
    async with notifications.browser(screener) as browser:
        page = (await browser.get(f"/messages/for/QZZ/letters/{await message_of(world, sam)}")).text
    assert ("large print" in page) == (format == "large_print")
    assert ("You are now a patient leader." in page) == (format == "easy_read")


async def test_where_there_is_no_easy_read_the_letter_says_so(notifications: Connected) -> None:
    world, screener, [sam] = await letters_wait(notifications, format="easy_read")
    async with notifications.transaction() as tx:
        await tx.execute("update message set easy = ''")
    async with notifications.api(screener) as api:
        said = (await api.get(f"/organisations/QZZ/letters/{await message_of(world, sam)}")).json()
    assert "We do not have this message in Easy Read yet." in said["paragraphs"][-1]
    assert "You have joined" in said["paragraphs"][0]


async def test_all_that_wait_are_printed_in_one_file_and_told_once_they_are_posted(notifications: Connected) -> None:
    world, screener, people = await letters_wait(notifications, "Ann", "Bo", "محمد")
    async with notifications.browser(screener) as browser:
        page = (await browser.get("/messages/for/QZZ/letters")).text
        assert "3 letters" in page
        to = led_to(await browser.post("/messages/for/QZZ/letters/take", data={"form_key": form_key(page)}))
        made = await browser.get(f"{to}/parts/1")
        printed = text_of(made.content)
        assert pages_of(made.content) == 7, "the list, and each letter on a sheet of its own, printed on both sides"
        assert pages_of((await browser.get(f"{to}/parts/1?sides=one")).content) == 4
        assert "DearAnn," in printed.replace(" ", "") and "DearBo," in printed.replace(" ", "")
        assert [(await status_of(notifications, await message_of(world, one)))[0] for one in people] == 3 * ["queued"]
        form = {"form_key": form_key((await browser.get(to)).text), "not_printed": "2"}
        for slip in ("4", "2, 12", "1-4"):
            refused = await browser.post(f"{to}/posted", data={**form, "not_printed": slip})
            assert refused.status_code == 422
            assert "are no letters that were taken here" in refused.text, (
                "whoever was not written to would count as told"
            )
            assert f'value="{slip}"' in refused.text
        assert led_to(await browser.post(f"{to}/posted", data=form)) == "/messages/for/QZZ/letters"
    await notifications.settle()
    told = [(await status_of(notifications, await message_of(world, one)))[0] for one in people]
    assert sorted(told) == ["queued", "sent", "sent"]
    async with notifications.api(screener) as api:
        waits = (await api.get("/organisations/QZZ/letters")).json()
        assert (waits["to_print"], waits["taken"]) == (1, 0), "what did not print waits again"
        again = await api.post(f"/organisations/QZZ/{to.split('/QZZ/')[1]}/posted", json={})
        assert (again.status_code, again.json()["type"]) == (409, "/developers/problems#posted-already")
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select count(*) from message where done_by = $1", screener.id) == 2


async def test_who_rings_about_a_letter_is_found_by_its_reference_also_when_it_was_posted(
    notifications: Connected,
) -> None:
    world, screener, [sam] = await letters_wait(notifications)
    id = await message_of(world, sam)
    async with notifications.browser(screener) as browser:
        key = form_key((await browser.get("/messages/for/QZZ")).text)
        await browser.post(f"/messages/for/QZZ/{id}/done", data={"form_key": key})
        for typed in (f"LT-{id.hex[-6:]}", f" lt{id.hex[-6:].upper()} "):
            page = (await browser.get("/messages/for/QZZ", params={"words": typed})).text
            assert "With this reference" in page and f"/messages/for/QZZ/letters/{id}" in page and "to Sam" in page
            assert ADDRESS.splitlines()[1] not in page, "where they live is shown only while there is something to tell"
        assert "With this reference" not in (await browser.get("/messages/for/QZZ?words=Sam")).text


async def test_two_who_print_at_once_never_take_the_same_letter(notifications: Connected) -> None:
    world, screener, _ = await letters_wait(notifications, "Ann", "Bo")
    async with (
        notifications.transaction(screener.acting(world.network)) as first,
        notifications.transaction(screener.acting(world.network)) as second,
    ):
        await commands.take(first)
        with pytest.raises(domain.NothingToPrint):
            await commands.take(second)


async def test_what_was_taken_and_not_posted_can_be_put_back(notifications: Connected) -> None:
    _, screener, _ = await letters_wait(notifications)
    id = await take(notifications, screener)
    async with notifications.api(screener) as api:
        refused = await api.post("/organisations/QZZ/printings")
        assert (refused.status_code, refused.json()["type"]) == (409, "/developers/problems#nothing-to-print")
        assert (await api.post(f"/organisations/QZZ/printings/{id}/back")).status_code == 200
        assert (await api.get(f"/organisations/QZZ/printings/{id}")).status_code == 404
        assert (await api.get("/organisations/QZZ/letters")).json()["to_print"] == 1


async def test_who_is_forgotten_is_in_no_file_any_more(notifications: Connected) -> None:
    _, screener, [ann, _] = await letters_wait(notifications, "Ann", "Bo")
    id = await take(notifications, screener)
    await notifications.hears_and_settles(AccountErased(Erased(id=ann.id, version=2)))
    async with notifications.browser(screener) as browser:
        made = await browser.get(f"/messages/for/QZZ/printings/{id}/parts/1")
    said = text_of(made.content).replace(" ", "")
    assert "DearBo," in said and "Ann" not in said


async def test_signs_that_cannot_be_printed_are_said_on_the_list(notifications: Connected) -> None:
    _, screener, _ = await letters_wait(notifications, "Ann", "Sam \U00013000")
    id = await take(notifications, screener)
    async with notifications.browser(screener) as browser:
        said = text_of((await browser.get(f"/messages/for/QZZ/printings/{id}/parts/1")).content).replace(" ", "")
    assert "havea" in said and "couldnotprintasign:2." in said.replace("\n", "")


async def test_nobody_else_sees_or_prints_letters(notifications: Connected) -> None:
    world, screener, [sam] = await letters_wait(notifications)
    id, printing = await message_of(world, sam), await take(notifications, screener)
    stranger, finance = member(world.trust, "coordinator"), member(world.network, "finance")
    await notifications.hears_and_settles(stranger.opened, finance.opened)
    for who, ods, status in ((stranger, "RX2", 404), (stranger, "QZZ", 404), (finance, "QZZ", 403)):
        async with notifications.browser(who) as browser:
            for path in ("letters", f"letters/{id}", f"letters/{id}/pdf", f"printings/{printing}/parts/1"):
                assert (await browser.get(f"/messages/for/{ods}/{path}")).status_code == status, (path, ods)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("", set[int]()), ("4", {4}), ("4, 10-12", {4, 10, 11, 12}), ("1 – 2;7", {1, 2, 7})],
)
def test_numbers_are_read_as_staff_write_them(typed: str, numbers: set[int]) -> None:
    assert domain.numbers(typed) == numbers


@pytest.mark.parametrize("typed", ["x", "0", "5-2", "1-99999", "1,,a", "½"])
def test_what_is_no_list_of_numbers_is_refused(typed: str) -> None:
    with pytest.raises(domain.NotPrinted):
        domain.numbers(typed)


def test_a_long_address_keeps_its_name_and_its_postcode_in_the_window() -> None:
    lines = domain.window_lines("\n".join(["Name", *(f"line {n}" for n in range(9)), "EX1 2AB"]))
    assert (len(lines), lines[0], lines[-1]) == (7, "Name", "EX1 2AB")
    assert "line 8" in lines[5]


async def test_whoever_is_written_to_has_the_letter_too_as_a_page_and_as_the_pdf_that_is_printed(
    notifications: Connected,
) -> None:
    world, screener, [sam, ann] = await letters_wait(notifications, "Sam", "Ann", format="large_print")
    id = await message_of(world, sam)
    at = f"/messages/mine/{id}"
    async with notifications.browser(sam) as browser:
        assert f'href="{at}/pdf"' in (await browser.get(at)).text
        mine = await browser.get(f"{at}/pdf")
    async with notifications.browser(screener) as browser:
        printed = await browser.get(f"/messages/for/QZZ/letters/{id}/pdf")
    assert (mine.status_code, text_of(mine.content)) == (200, text_of(printed.content))
    await world.reach(Wanted("page", ""), ann)
    await world.tell_of_approval(ann)
    newest = (await world.messages(ann))[0]
    async with notifications.browser(ann) as browser:
        assert (await browser.get(f"{at}/pdf")).status_code == 404, "somebody else's letter"
        assert "/pdf" not in (await browser.get(f"/messages/mine/{newest.id}")).text
        assert (await browser.get(f"/messages/mine/{newest.id}/pdf")).status_code == 404, "this one is no letter"
