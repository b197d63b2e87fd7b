"""The demo's sign-in page: a card for each kind of user, one press, and the page where their story begins."""

from services.identity.personas import PERSONAS
from tests.identity.desk import Desk

ANOUK, MAYA, WREN = PERSONAS[:3]


async def test_one_press_on_a_card_leads_to_where_the_story_begins(desk: Desk) -> None:
    for called in ("Maya", "Anouk", "Somebody"):
        await desk.add_person(called)
    async with desk.browser() as browser:
        page = (await browser.get("/sign-in/demo")).text
        assert page.index(ANOUK.try_it) < page.index(MAYA.try_it) < page.index("Sign in as Somebody")
        assert WREN.try_it not in page, "who is not here has no card"
        assert page.count("Sign in as Maya") == 1
        form = page.partition("Sign in as Maya")[0].rpartition("<form")[2]
        assert f'name="to" value="{MAYA.begins}"' in form
        account_id = form.partition('name="account_id" value="')[2].partition('"')[0]
        key = form.partition('name="form_key" value="')[2].partition('"')[0]
        sent = {"form_key": key, "account_id": account_id, "to": MAYA.begins}
        assert (await browser.post("/sign-in/demo", data=sent)).headers["location"] == MAYA.begins


async def test_whoever_was_on_the_way_to_a_page_goes_on_to_it_by_any_card(desk: Desk) -> None:
    for called in ("Maya", "Anouk", "Somebody"):
        await desk.add_person(called)
    async with desk.browser() as browser:
        page = (await browser.get("/sign-in/demo?to=/claims/mine")).text
        assert page.count('name="to" value="/claims/mine"') == 3
        elsewhere = (await browser.get("/sign-in/demo?to=https://elsewhere.example")).text
        assert f'name="to" value="{ANOUK.begins}"' in elsewhere
        assert 'value="https://elsewhere.example"' not in elsewhere


def test_there_are_eight_kinds_of_user_each_with_one_sentence() -> None:
    assert len({one.email for one in PERSONAS}) == len({one.who for one in PERSONAS}) == 8
    for one in PERSONAS:
        assert one.try_it.endswith("."), one
        assert one.try_it.count(".") == 1, one
