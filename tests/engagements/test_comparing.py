"""People side by side, against what an organisation said that it chooses by."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.matching import Session
from services.chassis.postgres.transaction import new_id
from services.engagements.commands import comparing, mine
from services.engagements.domain.comparing import Marks, NothingToMark
from services.engagements.domain.engagement import InterestWords, MoreThanAsked, show_interest
from services.engagements.store import engagements as store
from tests.asking import asked
from tests.engagements.test_web import fill
from tests.engagements.world import NOW, TO_COME, World, leader, make
from tests.support import Connected, Person, hidden, member, save_page

CRITERIA = ("Has used the clinic", "Lives in the town", "Speaks Polish")
WORDS = InterestWords(
    why="I know it.",
    conflict="My sister works at the desk.",
    meets=["Every month since 2019.", "", "At home & at work."],
)


async def interested(world: World, person: Person | None = None, words: InterestWords = WORDS) -> UUID:
    async with world.engagements.transaction((person or world.person).acting()) as tx:
        return (await mine.show_interest(tx, world.o.id, words)).id


async def marked(world: World, id: UUID, *marks: str | None, by: Person | None = None) -> None:
    async with world.engagements.transaction((by or world.staff).acting(world.trust)) as tx:
        await comparing.mark(tx, id, Marks.model_validate({"marks": marks}))


async def test_a_person_answers_what_is_asked_and_coordinators_mark_it_side_by_side(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME, criteria=CRITERIA)
    form = f"/engagements/interest/{world.o.id}"
    async with engagements.browser(world.person) as person, engagements.browser(world.staff) as staff:
        page = (await person.get(form)).text
        assert all(one in page for one in CRITERIA)
        assert "or somebody you are close to does" in page
        typed = {"why": "I know it.", "conflict": "My sister works at the desk.", "meets_1": "Every month."}
        wrong = await fill(person, form, **typed, meets_2="x" * 501)
        assert wrong.status_code == 422
        assert "Shorten how you meet this: it can have 500 characters at most" in wrong.text
        assert all(one in wrong.text for one in ("Every month.", "My sister works", "x" * 501)), "nothing is lost"
        shown = await fill(person, form, **typed, meets_2="", meets_3="")
        mine_page = (await person.get(shown.headers["location"])).text
        assert "Every month." in mine_page
        id = shown.headers["location"].partition("?")[0].rpartition("/")[2]

        intake = (await staff.get(f"/engagements/for/RX2/{world.o.id}")).text
        assert "My sister works at the desk." in intake
        compare = f"/engagements/for/RX2/{world.o.id}/side-by-side"
        assert compare in intake
        page = (await staff.get(compare)).text
        assert "Every month." in page
        assert page.count(">Nothing<") == 2
        assert page.count("Not marked yet") == 3
        marks = f"/engagements/for/RX2/people/{id}/marks"
        assert marks in page
        done = await fill(staff, marks, mark_1="shows", mark_2="", mark_3="not_yet")
        page = (await staff.get(done.headers["location"])).text
        assert "The marks are kept." in page
        assert page.count(f"By <bdi>{world.staff.called}</bdi>") == 2
        assert f"{marks}" in page
    held = await world.holds(world.person)
    assert '"mark":"not_yet"' in held.replace(" ", "")
    assert "My sister works" in held


async def test_of_two_coordinators_the_last_mark_stands_and_nobody_overwrites_one_unseen(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME, criteria=CRITERIA)
    other = member(world.trust, "coordinator", called="Dora")
    await engagements.hears_and_settles(other.opened)
    id = await interested(world)
    page = f"/engagements/for/RX2/people/{id}/marks"
    async with engagements.browser(world.staff) as one, engagements.browser(other) as two:
        seen = (await two.get(page)).text
        first = {**hidden((await one.get(page)).text), "mark_1": "shows", "mark_2": "partly"}
        assert (await one.post(page, data=first)).status_code == 303
        late = {**hidden(seen), "mark_1": "partly"}
        stale = await two.post(page, data=late)
        assert stale.status_code == 409
        assert f"by {world.staff.called}" in stale.text
        assert (await save_page(two, page, {"mark_1": "shows", "mark_2": "not_yet"})).status_code == 303
        shown = (await one.get(f"/engagements/for/RX2/{world.o.id}/side-by-side")).text
        assert shown.count(f"By <bdi>{world.staff.called}</bdi>") == 1, "what was not changed stays whose it is"
        assert shown.count("By <bdi>Dora</bdi>") == 1
    await asyncio.gather(*(marked(world, id, one) for one in ("shows", "partly", "not_yet", None) * 3))
    async with engagements.api(world.staff) as api:
        read = await api.get(f"/organisations/RX2/intakes/{world.o.id}/side-by-side")
        [compared] = read.json()["engagements"]
        assert [one["answer"] for one in compared["against"]] == ["Every month since 2019.", "", "At home & at work."]
        put = await api.put(f"/organisations/RX2/engagements/{id}/marks", json={"marks": [None, None, "shows"]})
        assert put.status_code == 200, put.text
        odd = await api.put(f"/organisations/RX2/engagements/{id}/marks", json={"marks": ["best"]})
        assert odd.status_code == 422
        over = await api.put(f"/organisations/RX2/engagements/{id}/marks", json={"marks": [*[None] * 3, "shows"]})
        assert over.status_code == 422
        [compared] = (await api.get(f"/organisations/RX2/intakes/{world.o.id}/side-by-side")).json()["engagements"]
        assert [one["mark"] for one in compared["against"]] == [None, None, "shows"]


async def test_marks_are_for_what_was_asked_by_somebody_else_and_go_with_the_person(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME, criteria=CRITERIA)
    colleague = member(world.trust, "coordinator", called="Cora")
    await engagements.hears_and_settles(colleague.opened)
    id = await interested(world)
    stranger = member(world.trust, "approver", called="Ann")
    await engagements.hears_and_settles(stranger.opened)
    async with engagements.browser(stranger) as ann:
        for path in (f"{world.o.id}/side-by-side", f"people/{id}/marks"):
            assert (await ann.get(f"/engagements/for/RX2/{path}")).status_code == 403
    with pytest.raises(MoreThanAsked):
        await interested(world, await world.approved("Kim"), WORDS.model_copy(update={"meets": ["", "", "", "more"]}))
    await marked(world, id, "shows")
    await world.does(mine.withdraw, id)
    await interested(world)
    assert '"criterion"' not in await world.holds(world.person), "whoever comes again is marked anew"
    plain = await make(engagements, starts_at=TO_COME)
    nothing = await plain.interested()
    with pytest.raises(NothingToMark):
        await marked(plain, nothing, "shows")


async def test_a_page_has_as_many_people_as_fit_into_sixty_kilobytes(engagements: Connected) -> None:
    sessions = [Session(id=new_id(), starts_at=NOW + timedelta(days=5 + n), hours=2) for n in range(60)]
    criteria = tuple(f"{n} {'criterion ' * 19}"[:200] for n in range(8))
    world = await make(engagements, criteria=criteria, names_hidden=True, places=500)
    o = world.o.with_changes(sessions=tuple(sessions), version=2)
    words = InterestWords(why="w" * 1000, conflict="c" * 500, meets=["answer " * 70] * 8)
    async with engagements.transaction() as tx:
        for n in range(500):
            given: dict[str, Any] = {"id": new_id(), "person_id": new_id(), "now": NOW + timedelta(seconds=n)}
            shown, _ = show_interest(o, leader(world.person), existing=None, **given)
            await store.add(tx, shown, words)
    async with engagements.browser(world.staff) as staff:
        at = f"/engagements/for/RX2/{world.o.id}/side-by-side"
        with asked() as counted:
            page = await staff.get(at)
        assert page.status_code == 200
        assert len(page.text) < 60_000, len(page.text)
        entered = [one for one in counted if "mirror_account where" in one or "mirror_organisation where" in one]
        assert len(counted) - len(entered) <= 6, "\n".join(counted)
        assert "500 people" in page.text
