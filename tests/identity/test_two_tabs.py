"""The name to be called by, changed in two tabs at once, and corrected after Back."""

import re

from tests.identity.desk import Desk
from tests.support import led_to
from tests.two_tabs import done, from_two_tabs, opened, stands

NAME = "/sign-in/mine/name"


async def test_the_name_is_changed_in_two_tabs_and_corrected(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser(pat) as browser:
        both = await from_two_tabs(browser, NAME, {"called": "Patty"}, {"called": "Patricia"})
        assert stands(both) == {"What would you like to be called?": "Patty"}
        assert 'value="Patricia"' in both
        assert 'value="Patty"' in (await browser.get(NAME)).text


async def test_another_address_gets_a_link_too_when_the_form_is_corrected(desk: Desk) -> None:
    async with desk.browser() as browser:
        page = await browser.get("/sign-in/new")
        form = {"form_key": page.text.split('name="form_key" value="')[1].split('"')[0], "called": "Sam", "to": ""}
        for email in ("sam@peopel.example", "sam@people.example"):
            answer = await browser.post("/sign-in/new", data={**form, "email": email})
            assert led_to(answer) == "/sign-in/sent"
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select count(*) from sign_in_link") == 2


async def test_the_form_for_the_name_still_says_what_it_saw_after_an_error(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser(pat) as browser:
        form = await opened(browser, NAME)
        wrong = await browser.post(NAME, data={**form, "called": ""})
        assert f'name="saw" value="{form["saw"]}"' in wrong.text


KEPT: list[tuple[str, dict[str, str], str, str]] = [
    (
        "desks",
        {"name": "Front desk", "phone": "01632 960100", "mailbox": "", "hours": "9 to 5"},
        *("hours", "When somebody answers"),
    ),
    (
        "venues",
        {"name": "Room", "address": "Hill Road", "postcode": "SO16 6YD", "access": "A lift."},
        *("name", "Name of the place"),
    ),
]
"""What an organisation's staff keep: of each the fields, and one that is changed, with what its form calls it."""


async def test_desks_and_venues_are_changed_by_two_colleagues_and_corrected(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    cora = await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    async with desk.api(cora) as api, desk.browser(cora) as browser:
        for what, fields, name, asked in KEPT:
            id = (await api.post(f"/organisations/RX2/{what}", json=fields)).json()["id"]
            first, second = ({**fields, name: words} for words in ("Mine", "Theirs"))
            both = await from_two_tabs(browser, f"/organisations/for/RX2/{what}/{id}", first, second)
            assert stands(both) == {asked: "Mine"}
            assert 'value="Theirs"' in both


async def test_what_is_written_down_of_an_organisation_is_corrected_by_two_admins(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    days = {"valid_from_day": "1", "valid_from_month": "4", "valid_from_year": "2020"}
    typed = {"kind": "trust", **days, "last_day_day": "", "last_day_month": "", "last_day_year": ""}
    first, second = ({**typed, "name": name} for name in ("Fellbeck", "Fellbeck Hospitals"))
    async with desk.browser(ada) as browser:
        both = await from_two_tabs(browser, "/organisations/for/RX2/correct", first, second)
    assert "Fellbeck" in stands(both).values()
    assert re.search(r"It was changed on \w+ \d+ \w+ \d{4} at \S+ by you\.", both)


async def test_the_last_day_of_a_host_is_set_by_two_admins_and_each_is_told_of_the_other(desk: Desk) -> None:
    ada = await desk.start()
    for code in ("RX2", "RYR"):
        await desk.add_trust(ada, code)
    ben = await desk.add_staff(ada, "QZZ", "Ben", "admin")
    page = "/organisations/for/RX2/hosts/RYR/end"
    first, second = ({"last_day_day": day, "last_day_month": "3", "last_day_year": "2090"} for day in ("1", "2"))
    async with desk.api(ada) as api, desk.browser(ada) as browser, desk.browser(ben) as other:
        assert (await api.post("/organisations/RX2/hosts", json={"host": "RYR"})).status_code == 201
        both = await from_two_tabs(browser, page, first, second)
        assert "1 March 2090" in " ".join(stands(both).values())
        form = await opened(other, page)
        done(await browser.post(page, data={**await opened(browser, page), **second}))
        late = await other.post(page, data={**form, **first, "last_day_day": "3"})
    assert late.status_code == 409
    said = re.search(r"It was changed on \w+ \d+ \w+ \d{4} at \S+( by [^.]*)\.", late.text)
    assert said
    assert said[1] == " by Ada"
