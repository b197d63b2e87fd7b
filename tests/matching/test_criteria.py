"""What an organisation chooses by, and whether it chooses without seeing names: said when it posts, for everybody."""

from tests.matching.posting import NEW, fill_in, send
from tests.matching.test_api import OWN
from tests.matching.world import a_trust, draft
from tests.support import Connected, hidden


async def test_what_an_organisation_chooses_by_is_posted_line_by_line_and_read_by_everybody(
    matching: Connected,
) -> None:
    _, staff = await a_trust(matching)
    lines = "Has used the clinic\n\n  Lives in   the town \nHas used the clinic"
    async with matching.browser(staff) as one, matching.browser() as anyone:
        at = await fill_in(one, criteria=lines, names_hidden="yes", bring="Reading glasses")
        check = (await one.get(f"{at}/check")).text
        assert "Lives in" in check
        assert "Choose without seeing names" in check
        mine = (await send(one, at)).headers["location"].partition("?")[0]
        own = (await one.get(mine)).text
        assert "Stays as you posted it: people answer it" in own
        id = mine.rpartition("/")[2]
        page = (await anyone.get(f"/opportunities/{id}")).text
        assert all(f"{line}</dd>" in page for line in ("Has used the clinic", "Lives in the town"))
        assert "sees no names before they offer a place" in page
        assert "What to bring" in page and "Reading glasses" in page
        read = (await anyone.get(f"/api/matching/v1/opportunities/{id}")).json()
        assert (read["criteria"], read["names_hidden"]) == (["Has used the clinic", "Lives in the town"], True)


async def test_nine_lines_or_one_that_is_too_long_are_refused_in_words_and_none_at_all_is_fine(
    matching: Connected,
) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one:
        page = await one.get(f"{NEW}/choosing")
        typed = {**hidden(page.text), "criteria": "\n".join("abcdefghi")}
        again = (await one.post(f"{NEW}/choosing", data=typed)).text
        assert "Write what you choose by in 8 lines at most" in again
        assert "g\nh\ni</textarea>" in again
    body = draft().model_dump(mode="json")
    async with matching.api(staff) as api:
        many = await api.post(OWN, json=body | {"criteria": ["a", "b" * 201]})
        assert many.status_code == 422
        assert "Shorten line 2 of what you choose by: it can have 200 characters at most" in many.text
        none = await api.post(OWN, json=body | {"criteria": ["", " "]})
        assert none.status_code == 201, none.text


async def test_a_role_says_when_it_is_posted_that_its_places_are_drawn_and_it_stays_so(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    body = draft().model_dump(mode="json")
    async with matching.api(staff) as api, matching.browser() as anyone:
        for steps in (["first_come", "draw"], ["draw", "lottery"]):
            wrong = await api.post(OWN, json=body | {"steps": steps, "criteria": []})
            assert wrong.status_code == 422 and "steps" in str(wrong.json()["errors"]), wrong.text
        posted = await api.post(OWN, json=body | {"steps": ["reading", "draw"], "criteria": ["Has used the clinic"]})
        at = f"{OWN}/{posted.json()['id']}"
        page = (await anyone.get(f"/opportunities/{posted.json()['id']}")).text
        assert "By lot, if more people show interest than there are places" in page
        assert "you are in it all the same" in page
        for steps, status in ((["reading"], 422), (["talk", "draw"], 200)):
            changed = await api.put(f"{at}/choosing", json={"steps": steps, "answer_ways": []})
            assert changed.status_code == status, changed.text
