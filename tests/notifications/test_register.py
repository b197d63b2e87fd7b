"""An organisation's register comes in: how its people are reached is read, looked at, kept and completed."""

import asyncio
import secrets
import time
from typing import Any
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased, AccountOpened
from services.chassis.http.uploads import MAX_BODY_BYTES, MAX_LONG_FORM_BYTES
from services.notifications.commands import register as commands
from services.notifications.domain import register as domain
from services.notifications.domain.contact import Wanted
from tests.asking import FEW
from tests.asking import asked as statements
from tests.notifications.listed import ADDRESS, HERE, a_listing, asked, contacts, minute_passes, send_part
from tests.support import Connected, Person, form_key, hidden, member, next_page

MOBILE, LAND = "07700 900 982", "01632 960 001"


@pytest.mark.parametrize(
    ("cells", "way", "wrong"),
    [
        ({"email": "sam@people.example", "mobile": MOBILE}, "email", ""),
        ({"email": "sam at home", "mobile": MOBILE}, "sms", "“sam at home” is no e-mail address."),
        ({"mobile": "7700900982"}, "sms", ""),
        ({"phone": MOBILE}, "sms", ""),
        ({"phone": "1632960001"}, "phone", ""),
        ({"phone": "+44 (0)1632 960 001", "email": "none"}, "phone", ""),
        ({"mobile": LAND}, "phone", f"“{LAND}” is no mobile number."),
        ({"address": ADDRESS, "phone": LAND}, "post", ""),
        ({"email": "sam@people.example", "phone": LAND, "prefers": "By phone"}, "phone", ""),
        ({"address": "1 High Street\nHove", "postcode": "bn3 1aa", "prefers": "letter"}, "post", ""),
        ({"email": "sam@people.example", "prefers": "post"}, None, "They want letters, and there is no address."),
        ({"email": "sam@people.example", "prefers": "pigeon"}, None, "We do not know the word “pigeon”"),
        ({"phone": "+33 1 23 45 67 89"}, None, "is a phone number of another country"),
        ({"phone": "00 1 212 555 0100"}, None, "is a phone number of another country"),
        ({"mobile": "7.7009E+09"}, None, "a spreadsheet has cut"),
        ({"phone": "0300"}, None, "is no phone number with its area code"),
        ({"address": "1 High Street, Hove"}, None, "The address has no postcode."),
        ({"address": "12, BN3 1AA"}, None, "The address is not whole"),
        ({"email": "n/a", "phone": "-"}, None, "There is no way to reach them."),
        ({}, None, "There is no way to reach them."),
    ],
)
def test_of_each_row_one_way_is_taken_and_what_is_wrong_is_said(
    cells: dict[str, str], way: str | None, wrong: str
) -> None:
    found = domain.read(cells, texts=True)
    assert (found.channel, wrong in found.wrong, bool(found.wrong)) == (way, True, bool(wrong)), found
    by_hand = domain.read(cells, texts=False)
    assert by_hand.channel == (way if way != "sms" else "phone"), "a network that sends no texts rings"


async def test_a_part_is_looked_at_kept_on_a_second_press_and_completed_where_it_lacked(
    notifications: Connected,
) -> None:
    cells = [{"email": "sam@people.example"}, {"address": ADDRESS}, {"phone": "+33 1 23 45 67 89"}, {"phone": LAND}, {}]
    listing = await a_listing(notifications, cells)
    mail, post, abroad, known, none = listing.people
    await listing.are_heard_of(mail, abroad, known)
    await listing.world.reach(Wanted("phone", MOBILE), known)
    async with notifications.browser(listing.admin) as browser, notifications.api(listing.admin) as api:
        page = await send_part(browser, listing.part())
        assert await send_part(browser, listing.part()) == page, "sent again it is the same import"
        shown = (await browser.get(page)).text
        for said in ("By e-mail", "By letter", "Line 4", "another country", "Line 6", "There is no way to reach them."):
            assert said in shown, said
        assert (await contacts(notifications)).keys() == {known.id}, "nothing is kept before the second press"
        assert await listing.comes_in(browser) == page
        kept = await contacts(notifications)
        assert kept.pop(known.id) == ("phone", "07700900982", False), "what they chose themselves stands"
        assert kept == {mail.id: ("email", "sam@people.example", False)}, "the others' accounts are not heard of yet"
        await listing.are_heard_of(post)
        kept = await contacts(notifications)
        assert kept[post.id] == ("post", "Sam 1\n1 High Street\nHove\nBN3 1AA", False), "with the name on top"

        refused = await browser.post(f"{page}/lines/4", data={**hidden((await browser.get(f"{page}/lines/4")).text)})
        assert refused.status_code == 422
        assert "Enter one way to reach this person" in refused.text
        typed = {**hidden(refused.text), "email": "", "phone": LAND}
        assert (await browser.post(f"{page}/lines/4", data=typed)).status_code == 303
        await notifications.settle()
        assert (await contacts(notifications))[abroad.id] == ("phone", "01632960001", False)
        id = page.rpartition("/")[2]
        found = (await api.get(f"/organisations/RX2/registers/{id}")).json()
        assert (found["rows"], found["nobody"], found["kept"], found["by"]) == (
            5,
            1,
            4,
            {"email": 1, "post": 1, "phone": 2},
        )
        assert [one["line"] for one in found["lines"]] == [6]
        done = await api.put(f"/organisations/RX2/registers/{id}/lines/6", json={"email": "none@people.example"})
        assert done.status_code == 200
        assert (await api.put(f"/organisations/RX2/registers/{id}/lines/4", json={"phone": LAND})).status_code == 404
        assert (await api.post(f"/organisations/RX2/registers/{id}/apply")).status_code == 200
        assert (await api.get("/organisations/RX2/registers")).json()["registers"] == [{"id": id, "applied": True}]
    await listing.are_heard_of(none)
    assert (await contacts(notifications))[none.id] == ("email", "none@people.example", False)


async def test_what_is_no_line_is_not_there_and_what_is_too_long_is_said_in_words(notifications: Connected) -> None:
    listing = await a_listing(notifications, [{}])
    async with notifications.browser(listing.admin) as browser:
        page = await send_part(browser, listing.part())
        for no_line in ("99999999999", "0", "x"):
            assert (await browser.get(f"{page}/lines/{no_line}")).status_code == 404, no_line
        long = {**hidden((await browser.get(f"{page}/lines/2")).text), "email": "x" * 501, "address": "x" * 501}
        shown = (await browser.post(f"{page}/lines/2", data=long)).text
        for said in ("the e-mail address", "the address"):
            assert f"Shorten {said}: it can have 500 characters at most" in shown


async def test_only_the_organisations_own_admins_bring_in_what_was_signed_for_it_and_see_it(
    notifications: Connected,
) -> None:
    listing = await a_listing(notifications, [{"email": "sam@people.example"}])
    trust, network = listing.world.trust, listing.world.network
    clerk, others = member(trust, "coordinator"), member(network, "admin", "screener", "coordinator")
    await notifications.hears_and_settles(clerk.opened, others.opened)
    async with notifications.browser(listing.admin) as browser:
        page = await send_part(browser, listing.part())
        key = hidden((await browser.get(page)).text)["form_key"]
        for part in (
            listing.part(organisation_id=str(network.id)),
            listing.part(purpose="register-training"),
            listing.part()[:-3],
            "nothing",
        ):
            refused = await browser.post(HERE, data={"form_key": key, "part": part})
            assert refused.status_code == 403, part[:20]
            assert "This list was brought in for another organisation" in refused.text
    theirs = page.replace("/RX2/", "/QZZ/")
    async with notifications.browser(clerk) as browser, notifications.browser(others) as other:
        key = hidden((await browser.get("/messages/mine")).text)["form_key"]
        assert (await browser.get(page)).status_code == 403
        assert (await browser.post(HERE, data={"form_key": key, "part": listing.part()})).status_code == 403
        for address in (page, theirs, f"{theirs}/lines/2"):
            assert (await other.get(address)).status_code == 404, address
        key = hidden((await other.get("/messages/mine")).text)["form_key"]
        assert (await other.post(f"{theirs}/apply", data={"form_key": key})).status_code == 404
    async with notifications.browser() as stranger:
        assert (await stranger.post(HERE, data={"part": "x" * (MAX_BODY_BYTES + 1)})).status_code == 413
    assert await contacts(notifications) == {}


async def test_whoever_is_forgotten_meanwhile_comes_back_by_no_press_and_no_event(notifications: Connected) -> None:
    cells: list[dict[str, Any]] = [{"email": f"sam{n}@people.example"} for n in range(3)]
    listing = await a_listing(notifications, cells)
    before, between, after = listing.people
    await listing.are_heard_of(before, between, after)
    await notifications.hears_and_settles(AccountErased(Erased(id=before.id, version=2)))
    async with notifications.browser(listing.admin) as browser:
        page = await send_part(browser, listing.part())
        await notifications.settle()
        async with notifications.transaction() as tx:
            assert before.id not in {
                row["person_id"] for row in await tx.fetch("select person_id from register_contact")
            }
        await notifications.hears_and_settles(AccountErased(Erased(id=between.id, version=2)))
        await listing.comes_in(browser)
        assert (await contacts(notifications)).keys() == {after.id}
        await notifications.hears_and_settles(AccountErased(Erased(id=after.id, version=2)))
        await send_part(browser, listing.part())
        assert "By e-mail" not in (await browser.get(page)).text, "nor by the same part once more"
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select count(*) from register_contact") == 0
    assert await contacts(notifications) == {}
    await minute_passes(notifications)
    assert await asked(notifications) == []


async def test_a_line_that_is_completed_while_its_list_is_applied_is_kept_too(notifications: Connected) -> None:
    listing = await a_listing(notifications, [{}, {"email": "sam@people.example"}])
    await listing.are_heard_of()
    async with notifications.browser(listing.admin) as browser:
        page = await send_part(browser, listing.part())
        key = form_key((await browser.get(page)).text)
        id, acting = UUID(page.rpartition("/")[2]), listing.admin.acting(listing.world.trust)
        async with notifications.transaction(acting) as tx:
            await commands.complete(tx, id, 2, {"phone": LAND}, texts=True)
            pressed = asyncio.create_task(browser.post(f"{page}/apply", data={"form_key": key}))
            await asyncio.wait([pressed], timeout=1)  # it ends before this one does, or waits for it
            await notifications.settle()
        assert (await pressed).status_code == 303
    await notifications.settle()
    assert (await contacts(notifications)).keys() == {one.id for one in listing.people}


async def test_who_is_reached_by_the_same_is_seen_at_once_for_all_of_a_list(notifications: Connected) -> None:
    cells = [{"phone": LAND}, {"email": "sam@people.example"}, {"phone": LAND}, {"email": "kim@people.example"}]
    listing = await a_listing(notifications, cells)
    known, mail, same, late = listing.people
    await listing.are_heard_of(known, mail, same)
    await listing.world.reach(Wanted("email", "kim@people.example"), mail)
    async with notifications.browser(listing.admin) as browser:
        await listing.comes_in(browser)
    assert await alike(notifications) == {(known.id, same.id)}
    await listing.are_heard_of(late)
    assert await alike(notifications) == {(known.id, same.id), (mail.id, late.id)}


async def alike(service: Connected) -> set[tuple[UUID, UUID]]:
    async with service.transaction() as tx:
        return {tuple(row) for row in await tx.fetch("select first_id, second_id from alike")}  # pyright: ignore[reportReturnType]


async def test_five_thousand_come_in_within_seconds_by_few_statements_and_their_page_goes_on(
    notifications: Connected,
) -> None:
    address = secrets.token_hex  # which no compression makes small
    cells = [
        {"email": f"sam{n}@people.example", "address": address(50)} if n % 50 else {"phone": "none"}
        for n in range(5000)
    ]
    listing = await a_listing(notifications, cells)
    part = listing.part()
    assert MAX_BODY_BYTES < len(part) < MAX_LONG_FORM_BYTES
    accounts = [AccountOpened(one.account.model_copy(update={"can_sign_in": False})) for one in listing.people]
    await notifications.hears(*accounts)
    async with notifications.transaction() as tx:
        await tx.execute("delete from due")  # what is done about each account is no part of this
    async with notifications.browser(listing.admin) as browser:
        began = time.monotonic()
        with statements() as found:
            page = await listing.comes_in(browser)
        took = time.monotonic() - began
        print(f"5,000 rows, {len(part):,} bytes, came in within {took:.1f} s, by {len(found)} statements")
        assert took < 20
        assert len(found) < 20 * FEW + 60
        shown = (await browser.get(f"{page}?show=nobody")).text
        assert "4,900" in shown
        assert "100 lines" in shown
        assert (await browser.get(next_page(shown))).status_code == 200
    assert len(await contacts(notifications)) == 4900


async def test_a_batch_that_was_cut_off_goes_on_where_it_was(
    notifications: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "APPLIED_AT_ONCE", 2)
    listing = await a_listing(notifications, [{"email": f"sam{n}@people.example"} for n in range(5)])
    await listing.are_heard_of()
    async with notifications.browser(listing.admin) as browser:
        page = await send_part(browser, listing.part())
        key = hidden((await browser.get(page)).text)["form_key"]
        await browser.post(f"{page}/apply", data={"form_key": key})
    assert await notifications.app.workers.do_some()
    assert len(await contacts(notifications)) == 2
    async with notifications.transaction() as tx:
        await commands.apply_register(tx, listing.id, None)
    await notifications.settle()
    assert len(await contacts(notifications)) == 5


async def test_the_front_pages_show_nobody_whom_an_organisation_listed(notifications: Connected) -> None:
    listing = await a_listing(notifications, [{}])
    screener = member(listing.world.network, "screener")
    caller = Person("Cal")
    entered = AccountOpened(caller.account.model_copy(update={"can_sign_in": False}))
    await notifications.hears_and_settles(screener.opened, entered)
    await listing.are_heard_of()
    async with notifications.api(screener) as api:
        unreached = (await api.get("/organisations/QZZ/messages")).json()["unreached"]
    assert [one["called"] for one in unreached] == ["Cal"], "its organisation completes its own list"
