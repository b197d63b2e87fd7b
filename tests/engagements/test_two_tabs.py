"""Who came, recorded in two tabs; what changed, told by two colleagues; interest, shown and then worded better."""

from tests.engagements.test_web import FORM
from tests.engagements.world import World
from tests.support import hidden
from tests.two_tabs import done, from_two_tabs, opened, stands


async def test_who_came_is_recorded_in_two_tabs_and_put_right(world: World) -> None:
    kim = await world.approved("Kim")
    ids = [await world.accepted(), await world.accepted(kim)]
    sam, kim_came = (f"came-{id}" for id in ids)
    page = f"/engagements/for/RX2/{world.o.id}/sessions/{world.session_id}"
    async with world.engagements.browser(world.staff) as staff:
        one, other = [await opened(staff, page) for _ in range(2)]
        done(await staff.post(page, data={**one, sam: "yes"}))
        # who is left out changes nothing, so a colleague who records somebody else is not in the way
        done(await staff.post(page, data={**other, kim_came: "no"}))
        both = await from_two_tabs(staff, page, {sam: "no"}, {sam: "yes", kim_came: "no"})
        assert list(stands(both).values()) == ["Did not come"]
        assert " by you." in both, "it says who recorded it"


async def test_interest_is_shown_once_and_better_words_are_not_lost(world: World) -> None:
    page = f"/engagements/interest/{world.o.id}"
    async with world.engagements.browser(world.person) as person:
        form = hidden((await person.get(page)).text)
        leads = done(await person.post(page, data={**form, **FORM}))
        again = await person.post(page, data={**form, **FORM, "why": "What I meant to say"})
        assert (again.status_code, "What I meant to say" in again.text) == (409, True)
        assert f'href="{leads}"' in again.text


async def test_what_changed_is_told_once_and_a_colleagues_words_are_not_lost(world: World) -> None:
    await world.record(attended={await world.accepted()})
    page = f"/engagements/for/RX2/{world.o.id}/outcome"
    async with world.engagements.browser(world.staff) as staff:
        one, other = [hidden((await staff.get(page)).text) for _ in range(2)]
        done(await staff.post(page, data={**one, "what_changed": "The letter is new."}))
        late = await staff.post(page, data={**other, "what_changed": "Two long pages of mine."})
    assert late.status_code == 409
    assert "Two long pages of mine." in late.text
    assert "The letter is new." in late.text
