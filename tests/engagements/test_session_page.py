"""A session's page: how to join, what to know and to read, for whoever has a place, from their yes on; nobody else."""

from typing import Any
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased, Organisation
from schemas.matching import OpportunityWithdrawn, SessionCancelled, SessionsCancelled
from services.engagements.commands import session_pages as commands
from services.engagements.domain.session_page import (
    JoiningLinkWithPassword,
    NoJoiningLink,
    check_joining_link,
)
from tests.chassis.sent_files import document, photo
from tests.engagements.test_following import called_off, later
from tests.engagements.world import NOW, TO_COME, World, make
from tests.support import Connected, Person, hidden, led_to, member, organisation, registered
from tests.two_tabs import from_two_tabs, stands

LINK = "https://teams.example.com/l/meetup-join/19%3ameeting_Nj%40thread.v2/0?context=%7b%22Tid%22%7d#now"
SAID = {"joining_link": LINK, "arrival": "Ask for Cora at the front desk.\nThe lift is on the left."}


def page_of(world: World) -> str:
    return f"/engagements/for/RX2/{world.o.id}/sessions/{world.session_id}/page"


def api_of(world: World) -> str:
    return f"/organisations/RX2/intakes/{world.o.id}/sessions/{world.session_id}"


async def said(world: World, **changes: str) -> None:
    async with world.engagements.browser(world.staff) as staff:
        form = hidden((await staff.get(page_of(world))).text) | SAID | changes
        done = await staff.post(page_of(world), data=form)
        assert done.status_code == 303, done.text
        assert "Whoever has a place sees it" in (await staff.get(done.headers["location"])).text


async def with_paper(world: World, content: bytes, name: str) -> UUID:
    async with world.engagements.browser(world.staff) as staff:
        form = hidden((await staff.get(page_of(world) + "/papers")).text)
        done = await staff.post(page_of(world) + "/papers", data=form, files={"paper": (name, content)})
        assert done.status_code == 303, done.text
        page = (await staff.get(done.headers["location"])).text
    assert name.rpartition(".")[0] in page
    return UUID(page.split("/page/papers/")[1][:36])


async def test_whoever_has_a_place_reads_how_to_join_what_to_know_and_the_papers_and_nobody_before_their_yes(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME)
    kim = await world.approved("Kim")
    id, offered = await world.accepted(), await world.offered(kim)
    mine = f"/engagements/mine/{id}/sessions/{world.session_id}"
    async with engagements.browser(world.person) as sam, engagements.browser(kim) as other:
        assert "has not said yet how you join" in (await sam.get(mine)).text
        await said(world)
        paper = await with_paper(world, document(), "Agenda.pdf")
        page = (await sam.get(mine)).text
        assert mine in (await sam.get(f"/engagements/mine/{id}")).text
        for words in (LINK.replace("&", "&amp;"), "Ask for Cora", "Agenda.pdf", "Online or by phone"):
            assert words in page, words
        assert 'rel="noopener noreferrer nofollow"' in page
        got = await sam.get(f"{mine}/papers/{paper}")
        assert (got.status_code, got.headers["content-type"]) == (200, "application/pdf")
        not_yet = f"/engagements/mine/{offered}/sessions/{world.session_id}"
        for address in (not_yet, f"{not_yet}/papers/{paper}", mine, f"{mine}/papers/{paper}"):
            assert (await other.get(address)).status_code == 404, address
        assert LINK not in (await other.get(f"/engagements/mine/{offered}")).text
    async with engagements.transaction(kim.acting()) as tx:
        rows = "select (select count(*) from session_page) + (select count(*) from file)"
        assert await tx.fetchval(rows) == 0, "row-level security itself shows nothing of it"
    async with engagements.transaction() as tx:
        said_in_public = [row["value"] for row in await tx.fetch("select value from outbox")]
    assert not any("teams.example" in value or "Cora at" in value for value in said_in_public)


async def test_a_joining_link_is_gone_from_the_page_when_the_session_is_cancelled_or_over(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.accepted()
    await said(world)
    mine = f"/engagements/mine/{id}/sessions/{world.session_id}"
    [session] = world.o.sessions
    over = session.with_changes(starts_at=NOW.replace(year=NOW.year - 1))
    off = session.with_changes(cancelled=SessionCancelled(at=NOW, why="not_safe"))
    for version, one, words in ((2, over, "Ask for Cora"), (3, off, "This session does not take place")):
        await engagements.hears_and_settles(SessionsCancelled(later(world, version, sessions=(one,))))
        async with engagements.browser(world.person) as sam, engagements.api(world.person) as api:
            page = (await sam.get(mine)).text
            assert words in page and "teams.example" not in page, words
            got = (await api.get(f"/mine/engagements/{id}/sessions/{world.session_id}")).json()
            assert got["joining_link"] == ""
    await engagements.hears_and_settles(OpportunityWithdrawn(called_off(world, 4)))
    async with engagements.browser(world.person) as sam:
        assert (await sam.get(mine)).status_code == 404, "the place has ended"


async def test_another_organisation_and_another_role_neither_see_nor_change_it(world: World) -> None:
    other: Organisation = organisation("RYR", "Other Example Trust")
    stranger, approver = member(other, "coordinator"), member(world.trust, "approver")
    await world.engagements.hears_and_settles(*registered(other), stranger.opened, approver.opened)
    await said(world)
    paper = await with_paper(world, photo(), "Map.jpg")
    theirs = page_of(world).replace("RX2", "RYR")
    refused: list[tuple[Person, str, int]] = [(stranger, theirs, 404), (approver, page_of(world), 403)]
    for who, at, status in refused:
        async with world.engagements.browser(who) as browser:
            for address in (at, f"{at}/papers", f"{at}/papers/{paper}"):
                assert (await browser.get(address)).status_code == status, address
    async with world.engagements.api(stranger) as api:
        body: dict[str, Any] = {"joining_link": "", "arrival": "Nothing"}
        assert (await api.put(api_of(world).replace("RX2", "RYR"), json=body)).status_code == 404
        assert (await api.delete(api_of(world).replace("RX2", "RYR") + f"/papers/{paper}")).status_code == 404
    async with world.engagements.browser(world.staff) as staff:
        wrong = page_of(world).replace(str(world.session_id), str(world.o.id))
        assert (await staff.get(wrong)).status_code == 404


@pytest.mark.parametrize(
    ("link", "refusal"),
    [
        (LINK, None),
        ("https://zoom.example.org:8443/j/123?pwd=ab.1", None),
        ("", None),
        ("http://meet.example.org/a", NoJoiningLink),
        ("javascript:alert(1)", NoJoiningLink),
        ("data:text/html,<script>", NoJoiningLink),
        ("https://user:secret@meet.example.org/a", JoiningLinkWithPassword),
        ("https://meet.example.org@evil.example/a", JoiningLinkWithPassword),
        ("https://localhost/a", NoJoiningLink),
        ("https://127.0.0.1/a", NoJoiningLink),
        ("https://[::1]/a", NoJoiningLink),
        ("https://meet.example.org/a b", NoJoiningLink),
        ('https://meet.example.org/"onmouseover=', NoJoiningLink),
        ("https://meet.example.org:0/", NoJoiningLink),
        ("https://meet.example.org:99999/", NoJoiningLink),
        ("https://mëet.example.org/", NoJoiningLink),
        ("//meet.example.org/a", NoJoiningLink),
        ("Room 4, ring the bell", NoJoiningLink),
        ("https://", NoJoiningLink),
        ("https://-a.example.org/", NoJoiningLink),
    ],
)
def test_a_joining_link_that_is_none_is_refused(link: str, refusal: Any) -> None:
    if refusal is None:
        check_joining_link(link)
    else:
        with pytest.raises(refusal):
            check_joining_link(link)


async def test_a_joining_link_that_is_none_is_refused_in_words_beside_its_field_and_nothing_is_lost(
    world: World,
) -> None:
    async with world.engagements.browser(world.staff) as staff, world.engagements.api(world.staff) as api:
        form = hidden((await staff.get(page_of(world))).text) | SAID | {"joining_link": "javascript:alert(1)"}
        answer = await staff.post(page_of(world), data=form)
        assert answer.status_code == 422
        assert "This is no link by which people can join" in answer.text and "Ask for Cora" in answer.text
        problem = (await api.put(api_of(world), json={"joining_link": "https://a:b@x.org/"})).json()
        assert problem["type"] == "/developers/problems#joining-link-with-password"
    async with world.engagements.transaction() as tx:
        assert await tx.fetchval("select count(*) from session_page") == 0


async def test_a_joining_link_may_be_written_in_capitals(world: World) -> None:
    async with world.engagements.api(world.staff) as api:
        said = await api.put(api_of(world), json={"joining_link": "HTTPS://Meet.Example.org/J?Pwd=A"})
        assert said.status_code == 200, said.text
        assert (await api.get(api_of(world))).json()["joining_link"] == "https://Meet.Example.org/J?Pwd=A"


async def test_two_coordinators_say_it_in_two_tabs_and_are_told_of_each_other(world: World) -> None:
    async with world.engagements.browser(world.staff) as staff:
        both = await from_two_tabs(staff, page_of(world), SAID, SAID | {"arrival": "Ring the desk."})
    assert list(stands(both)) == ["What to know on the day"]
    assert " by you." in both


async def test_a_paper_is_kept_once_taken_out_and_refused_beyond_the_most(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "MOST_PAPERS", 2)
    paper = await with_paper(world, document(), "Agenda.pdf")
    assert await with_paper(world, document(), "Agenda.pdf") == paper
    async with world.engagements.browser(world.staff) as staff, world.engagements.api(world.staff) as api:
        form = hidden((await staff.get(page_of(world) + "/papers")).text)
        nothing = await staff.post(page_of(world) + "/papers", data=form)
        assert (nothing.status_code, "Choose the paper" in nothing.text) == (422, True)
        assert [one["name"] for one in (await api.get(api_of(world))).json()["papers"]] == ["Agenda.pdf"]
        action = f"{page_of(world)}/papers/{paper}/take-out"
        done = await staff.post(
            action, data=hidden((await staff.get(page_of(world))).text.split(f'action="{action}"')[1])
        )
        assert led_to(done) == page_of(world)
        assert (await staff.get(f"{page_of(world)}/papers/{paper}")).status_code == 404
        for number in range(2):
            made = await api.post(api_of(world) + f"/papers?name=p{number}.jpg", content=photo(size=(40 + number, 40)))
            assert made.status_code == 201, made.text
        problem = (await api.post(api_of(world) + "/papers?name=more.jpg", content=photo(size=(90, 40)))).json()
        assert problem["type"] == "/developers/problems#enough-papers"


async def test_the_api_gives_whoever_has_a_place_their_sessions_and_pages(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.accepted()
    async with engagements.api(world.staff) as staff, engagements.api(world.person) as sam:
        assert (await staff.put(api_of(world), json=SAID)).status_code == 200
        assert (await staff.get(api_of(world))).json()["joining_link"] == LINK
        paper = (await staff.post(api_of(world) + "/papers?name=a.pdf", content=document())).json()["id"]
        [listed] = (await sam.get(f"/mine/engagements/{id}/sessions")).json()["sessions"]
        assert (listed["session"]["id"], listed["came"]) == (str(world.session_id), None)
        page = (await sam.get(f"/mine/engagements/{id}/sessions/{world.session_id}")).json()
        assert (page["joining_link"], page["papers"][0]["id"]) == (LINK, paper)
        address = f"/mine/engagements/{id}/sessions/{world.session_id}/papers/{paper}"
        assert (await sam.get(address)).headers["content-type"] == "application/pdf"
        assert (await staff.delete(api_of(world) + f"/papers/{paper}")).status_code == 200
        assert (await sam.get(address)).status_code == 404


async def test_somebody_who_is_forgotten_takes_nothing_of_the_page_away_from_the_others(world: World) -> None:
    kim = await world.approved("Kim")
    await world.accepted()
    other = await world.accepted(kim)
    await said(world)
    await with_paper(world, document(), "Agenda.pdf")
    await world.engagements.hears_and_settles(AccountErased(Erased(id=world.person.id, version=2)))
    async with world.engagements.browser(kim) as browser:
        assert "Agenda.pdf" in (await browser.get(f"/engagements/mine/{other}/sessions/{world.session_id}")).text
