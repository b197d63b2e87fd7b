"""The name to be called by, changed in two tabs at once, and corrected after Back."""

from tests.identity.desk import Desk
from tests.support import led_to
from tests.two_tabs import from_two_tabs, opened, stands

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
