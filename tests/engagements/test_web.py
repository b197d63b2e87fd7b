"""The pages of engagements: the main job through forms, and what is refused."""

import asyncio
import re
from dataclasses import replace

import httpx
import pytest

from schemas.matching import OpportunityPosted
from schemas.recruitment import LeaderApproved
from services.chassis.postgres.transaction import new_id
from services.engagements.store import applicants as store
from tests.engagements.world import NOW, WORDS, World, leader, make, opportunity
from tests.support import Connected, Person, form_key, led_to, member, organisation, registered

Post = tuple[Person, str, dict[str, str]]
"""Who sends what where."""
FORM = {"why": WORDS.why, "needs": WORDS.needs}


def key_for(html: str, action: str) -> str:
    """The form key of the form that posts to an address."""
    return form_key(html.split(f'action="{action}"')[1])


async def press(browser: httpx.AsyncClient, page: str, action: str) -> httpx.Response:
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    return await browser.post(action, data={"form_key": key_for(shown.text, action)})


async def fill(browser: httpx.AsyncClient, page: str, **typed: str) -> httpx.Response:
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    return await browser.post(page, data={"form_key": form_key(shown.text), **typed})


async def offer(staff: httpx.AsyncClient, page: str, **typed: str) -> httpx.Response:
    """As the page proposes it, but for what is typed."""
    html = (await staff.get(page)).text
    proposed = dict(re.findall(r'name="(reply_by_\w+)"[^>]* value="([^"]+)"', html))
    return await staff.post(page, data={"form_key": form_key(html), **proposed, **typed})


async def test_the_main_job_goes_through_the_pages(world: World) -> None:
    staff_page = f"/engagements/for/RX2/{world.o.id}"
    async with world.engagements.browser(world.person) as person, world.engagements.browser(world.staff) as staff:
        sent = await fill(person, f"/engagements/interest/{world.o.id}", **FORM)
        mine = sent.headers["location"].partition("?")[0]
        assert "Waiting for an answer" in (await person.get(sent.headers["location"])).text
        id = mine.rpartition("/")[2]

        listed = await staff.get(staff_page)
        assert WORDS.why in listed.text
        assert "high back" not in listed.text
        assert f"/people/for/RX2/{world.person.id}" in listed.text
        offered = await offer(staff, f"/engagements/for/RX2/people/{id}/offer")
        assert "The person is asked to say yes or no" in (await staff.get(offered.headers["location"])).text

        shown = await person.get(mine)
        assert "£75 for this meeting (Example policy 2026)" in shown.text
        assert "Being paid can change your benefits" in shown.text
        accepted = await press(person, mine, f"{mine}/accept")
        assert "You have a place" in (await person.get(accepted.headers["location"])).text
        assert "high back" in (await staff.get(staff_page)).text

        recorded = await fill(staff, f"{staff_page}/sessions/{world.session_id}", **{f"came-{id}": "yes"})
        assert led_to(recorded) == staff_page
        assert "You came." in (await person.get(mine)).text
        assert 'value="yes" checked' in (await staff.get(f"{staff_page}/sessions/{world.session_id}")).text

        told = await fill(staff, f"{staff_page}/outcome", what_changed="The letter is shorter.")
        assert led_to(told) == staff_page
        assert "The letter is shorter." in (await person.get(mine)).text
        assert world.o.title in (await person.get("/engagements/mine")).text
    async with world.engagements.browser() as anyone:
        for address in ("/impact", "/impact?organisation=rx2"):
            assert "The letter is shorter." in (await anyone.get(address)).text
        assert "The letter is shorter." not in (await anyone.get("/impact?organisation=RYR")).text


async def test_a_double_click_and_a_form_sent_again_go_to_the_same_place_and_change_nothing_more(world: World) -> None:
    page = f"/engagements/interest/{world.o.id}"
    async with world.engagements.browser(world.person) as person:
        form = {"form_key": form_key((await person.get(page)).text), **FORM}
        answers = await asyncio.gather(*(person.post(page, data=form) for _ in range(2)))
        answers.append(await person.post(page, data=form))
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert (await world.facts()).count("InterestShown") == 1


async def test_accepting_again_by_a_stale_page_is_refused_in_words(world: World) -> None:
    id = await world.offered()
    mine = f"/engagements/mine/{id}"
    async with world.engagements.browser(world.person) as person:
        stale = [(await person.get(mine)).text for _ in range(2)]
        first = await person.post(f"{mine}/accept", data={"form_key": key_for(stale[0], f"{mine}/accept")})
        before = await world.everything()
        second = await person.post(f"{mine}/accept", data={"form_key": key_for(stale[1], f"{mine}/accept")})
    assert first.status_code == 303
    assert second.status_code == 409
    assert "You have this place already" in second.text
    assert await world.everything() == before


async def test_the_attendance_page_lists_whoever_has_a_place_however_many_showed_interest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = await world.approved("Kim")
    await world.interested()
    id = await world.accepted(kim)
    monkeypatch.setattr(store, "APPLICANTS", replace(store.APPLICANTS, size=1))
    async with world.engagements.browser(world.staff) as browser:
        page = await browser.get(f"/engagements/for/RX2/{world.o.id}/sessions/{world.session_id}")
    assert f"came-{id}" in page.text


async def test_a_stale_attendance_page_is_refused_beside_the_form(world: World) -> None:
    kim = await world.approved("Kim")
    id, gone = await world.accepted(), await world.accepted(kim)
    page = f"/engagements/for/RX2/{world.o.id}/sessions/{world.session_id}"
    async with world.engagements.browser(world.staff) as staff, world.engagements.browser(kim) as other:
        form = {"form_key": form_key((await staff.get(page)).text), f"came-{id}": "yes", f"came-{gone}": "yes"}
        await press(other, f"/engagements/mine/{gone}", f"/engagements/mine/{gone}/withdraw")
        before = await world.everything()
        answer = await staff.post(page, data=form)
        assert answer.status_code == 422
        assert "has no place any more" in answer.text
        assert (await staff.post(page, data={"form_key": form["form_key"]})).status_code == 422
    assert await world.everything() == before


async def test_a_form_without_a_good_key_changes_nothing(world: World) -> None:
    kim = await world.approved("Kim")
    id, waiting = await world.accepted(), await world.interested(kim)
    base = f"/engagements/for/RX2/{world.o.id}"
    before = await world.everything()
    posts: list[Post] = [
        (world.staff, f"/engagements/for/RX2/people/{waiting}/offer", {}),
        (world.staff, f"/engagements/for/RX2/people/{waiting}/not-chosen", {}),
        (world.staff, f"{base}/sessions/{world.session_id}", {f"came-{id}": "yes"}),
        (world.staff, f"{base}/outcome", {"what_changed": "Nothing"}),
        (world.person, f"/engagements/mine/{id}/accept", {}),
        (world.person, f"/engagements/mine/{id}/decline", {}),
        (world.person, f"/engagements/mine/{id}/withdraw", {}),
        *((world.person, f"/engagements/mine/{id}/{what}", {}) for what in ("undo", "tell")),
        *((world.staff, f"/engagements/for/RX2/people/{waiting}/{what}", {}) for what in ("reserve", "undo", "tell")),
        (world.staff, f"{base}/reserve", {}),
        (world.person, f"/engagements/interest/{world.o.id}", FORM),
    ]
    for who, address, typed in posts:
        async with world.engagements.browser(who) as browser:
            for key in ({}, {"form_key": f"{new_id()}.{'0' * 32}"}):
                assert (await browser.post(address, data={**typed, **key})).status_code == 403, address
    assert await world.everything() == before


async def test_somebody_elses_id_in_the_address_answers_as_one_that_does_not_exist(world: World) -> None:
    other, kim = organisation("RYR", "Other Example Trust"), await world.approved("Kim")
    stranger = member(other, "coordinator")
    await world.engagements.hears_and_settles(*registered(other), stranger.opened)
    id = await world.offered()
    ours, theirs = f"/engagements/for/RX2/{world.o.id}", f"/engagements/for/RYR/{world.o.id}"
    before = await world.everything()
    gets = [
        *(
            (stranger, base + rest)
            for base in (ours, theirs)
            for rest in ("", f"/sessions/{world.session_id}", "/outcome")
        ),
        *((stranger, f"/engagements/for/{ods}/people/{id}/offer") for ods in ("RX2", "RYR")),
        *((stranger, f"/engagements/for/{ods}/people/{id}/not-chosen") for ods in ("RX2", "RYR")),
        (world.staff, f"/engagements/for/RX2/{new_id()}"),
        (world.staff, f"/engagements/for/RX2/{new_id()}/sessions/{world.session_id}"),
        (world.staff, f"/engagements/for/RX2/{new_id()}/outcome"),
        (world.staff, f"{ours}/sessions/{new_id()}"),
        (kim, f"/engagements/mine/{id}"),
        (world.staff, f"/engagements/mine/{id}"),
        (kim, f"/engagements/interest/{new_id()}"),
    ]
    for who, address in gets:
        async with world.engagements.browser(who) as browser:
            assert (await browser.get(address)).status_code == 404, address
    good = f"/engagements/interest/{world.o.id}"  # any page with a form gives a key that is good for this session
    posts: list[Post] = [
        (stranger, f"/engagements/for/{ods}/people/{id}/{what}", {})
        for ods in ("RX2", "RYR")
        for what in ("offer", "not-chosen", "reserve", "undo", "tell")
    ]
    posts += [(stranger, f"{base}/sessions/{world.session_id}", {f"came-{id}": "yes"}) for base in (ours, theirs)]
    posts += [(stranger, f"{base}/outcome", {"what_changed": "Nothing"}) for base in (ours, theirs)]
    posts += [(kim, f"/engagements/mine/{id}/{what}", {}) for what in ("accept", "decline", "withdraw", "undo", "tell")]
    posts += [(stranger, f"{base}/reserve", {}) for base in (ours, theirs)]
    posts += [(kim, f"/engagements/interest/{new_id()}", FORM)]
    await world.engagements.hears_and_settles(LeaderApproved(leader(stranger)))
    for who, address, typed in posts:
        async with world.engagements.browser(who) as browser:
            key = form_key((await browser.get(good)).text)
            assert (await browser.post(address, data={"form_key": key, **typed})).status_code == 404, address
    assert await world.everything() == before


async def test_a_member_of_staff_without_the_role_may_not_enter(world: World) -> None:
    finance = member(world.trust, "finance")
    await world.engagements.hears_and_settles(finance.opened)
    async with world.engagements.browser(finance) as browser:
        assert (await browser.get(f"/engagements/for/RX2/{world.o.id}")).status_code == 403
    async with world.engagements.browser() as nobody:
        for address in (
            "/engagements/mine",
            f"/engagements/interest/{world.o.id}",
            f"/engagements/for/RX2/{world.o.id}",
        ):
            assert (await nobody.get(address)).headers["location"].startswith("/sign-in?to=/engagements/")


async def test_a_page_reached_before_its_opportunity_says_that_it_is_on_its_way(world: World) -> None:
    new = opportunity(world.trust, world.card)
    pages = ((world.person, f"/engagements/interest/{new.id}"), (world.staff, f"/engagements/for/RX2/{new.id}"))
    for who, address in pages:
        async with world.engagements.browser(who) as browser:
            unknown = (await browser.get(address)).text
            assert "This is not here yet" in unknown
            assert "has been saved" not in unknown, "nobody knows that anything was"
    await world.engagements.hears(OpportunityPosted(new))
    for who, address in pages:
        async with world.engagements.browser(who) as browser:
            shown = await browser.get(address)
            assert (shown.status_code, "on its way" in shown.text) == (200, True)
    await world.engagements.settle()
    for who, address in pages:
        async with world.engagements.browser(who) as browser:
            assert "on its way" not in (await browser.get(address)).text


async def test_somebody_not_in_the_pool_is_led_to_join_and_keeps_what_they_wrote(world: World) -> None:
    stranger = Person()
    await world.engagements.hears_and_settles(stranger.opened, LeaderApproved(leader(stranger)))
    page = f"/engagements/interest/{world.o.id}"
    async with world.engagements.browser(stranger) as browser:
        key = form_key((await browser.get(page)).text)
        await world.engagements.hears_and_settles(LeaderApproved(leader(stranger, status="left", version=2)))
        assert 'href="/join"' in (await browser.get(page)).text
        before = await world.everything()
        answer = await browser.post(page, data={"form_key": key, **FORM})
    assert answer.status_code == 422
    assert 'href="/join"' in answer.text
    assert WORDS.why in answer.text
    assert await world.everything() == before


async def test_interest_without_words_or_with_too_many_is_shown_again(world: World) -> None:
    before = await world.everything()
    cases: list[dict[str, str]] = [{}, {"why": ""}, {"why": "x" * 1001}, {"why": "x", "needs": "y" * 501}]
    async with world.engagements.browser(world.person) as person:
        for typed in cases:
            answer = await fill(person, f"/engagements/interest/{world.o.id}", **typed)
            assert answer.status_code == 422
            assert "There is a problem" in answer.text
    assert await world.everything() == before


async def test_a_closed_opportunity_and_one_asked_for_already_show_no_form(engagements: Connected) -> None:
    world = await make(engagements, closed_at=NOW)
    async with engagements.browser(world.person) as person:
        assert "This is closed" in (await person.get(f"/engagements/interest/{world.o.id}")).text
    again = await make(engagements)
    id = await again.interested()
    async with engagements.browser(again.person) as person:
        page = (await person.get(f"/engagements/interest/{again.o.id}")).text
        assert f"/engagements/mine/{id}" in page
        assert 'name="why"' not in page


async def test_a_coordinator_with_a_place_does_not_see_their_own_row_on_the_attendance_page(world: World) -> None:
    both = member(world.trust, "coordinator", called="Both")
    await world.engagements.hears_and_settles(both.opened, LeaderApproved(leader(both)))
    own, other = await world.accepted(both), await world.accepted()
    async with world.engagements.browser(both) as browser:
        page = (await browser.get(f"/engagements/for/RX2/{world.o.id}/sessions/{world.session_id}")).text
    assert f"came-{other}" in page
    assert f"came-{own}" not in page
    assert "You have a place yourself" in page


async def test_a_session_that_has_not_begun_has_no_form(engagements: Connected) -> None:
    world = await make(engagements, starts_at=NOW.replace(year=NOW.year + 1))
    id = await world.accepted()
    async with engagements.browser(world.staff) as staff:
        page = (await staff.get(f"/engagements/for/RX2/{world.o.id}/sessions/{world.session_id}")).text
    assert "This session has not begun" in page
    assert not re.search(rf"came-{id}", page)
