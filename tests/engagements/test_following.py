"""Sessions are added, moved, cancelled and called off by their owner: what follows here, for whom, and on pages."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.matching import (
    Opportunity,
    OpportunityChanged,
    OpportunityWithdrawn,
    Session,
    SessionCancelled,
    SessionChange,
    SessionChanged,
    SessionsAdded,
    SessionsCancelled,
    Withdrawn,
)
from services.chassis.postgres.transaction import new_id
from services.engagements.commands import choosing, mine, staff, system
from services.engagements.domain.attendance import DidNotTakePlace
from services.engagements.domain.sessions import RoleIsOver
from tests.asking import FEW, asked
from tests.engagements.world import BEGUN, NOW, TO_COME, World, make
from tests.support import Connected

CALLED_OFF = SessionCancelled(at=NOW, why="called_off")


def later(world: World, version: int, **changes: Any) -> Opportunity:
    return world.o.model_copy(update={"version": version, **changes})


def called_off(world: World, version: int = 2) -> Opportunity:
    """As matching calls a role off: no session takes place that has not begun."""
    sessions = tuple(
        one if one.starts_at <= NOW else one.with_changes(cancelled=CALLED_OFF) for one in world.o.sessions
    )
    gone = Withdrawn(at=NOW, why="no_longer_needed")
    return later(world, version, sessions=sessions, withdrawn=gone, closed_at=NOW)


async def page_of(world: World, address: str) -> str:
    async with world.engagements.browser(world.person) as person:
        answer = await person.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_session_that_is_added_moved_or_cancelled_changes_no_engagement_and_is_said_on_its_page(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.accepted()
    before = await world.engagement(id)
    assert before.sessions == (), "what is to come is read from the opportunity"
    added = Session(id=new_id(), starts_at=TO_COME + timedelta(days=7), hours=3, place="Room 4", added_at=NOW)
    await engagements.hears_and_settles(SessionsAdded(later(world, 2, sessions=(*world.o.sessions, added))))
    page = await page_of(world, f"/engagements/mine/{id}")
    assert "Added on" in page and page.count("Look at it") == 2
    assert ", and 1 session after that" in await page_of(world, "/engagements/mine")

    [first] = world.o.sessions
    change = SessionChange(at=NOW, why="place_not_free", starts_before=first.starts_at)
    moved = first.with_changes(starts_at=first.starts_at + timedelta(days=1), changed=change)
    await engagements.hears_and_settles(SessionChanged(later(world, 3, sessions=(moved, added))))
    assert "Moved from" in await page_of(world, f"/engagements/mine/{id}")

    off = added.with_changes(cancelled=SessionCancelled(at=NOW, why="somebody_cannot_come"))
    await engagements.hears_and_settles(SessionsCancelled(later(world, 4, sessions=(moved, off))))
    page = await page_of(world, f"/engagements/mine/{id}")
    assert "This session does not take place: somebody who is needed cannot come." in page
    assert "session after that" not in await page_of(world, "/engagements/mine")
    assert await world.engagement(id) == before
    assert await world.recounts() == [moved.starts_at]


async def test_nobody_is_recorded_at_a_session_that_was_cancelled_and_nothing_waits_for_it(world: World) -> None:
    id = await world.accepted()
    await world.engagements.settle()
    assert [one.what for one in (await world.intake()).waiting] == ["record_attendance"]
    [session] = world.o.sessions
    off = session.with_changes(cancelled=SessionCancelled(at=NOW - timedelta(hours=2), why="not_safe"))
    await world.engagements.hears_and_settles(SessionsCancelled(later(world, 2, sessions=(off,))))
    assert (await world.intake()).waiting == ()
    before = await world.everything()
    with pytest.raises(DidNotTakePlace):
        await world.record(attended={id})
    assert await world.everything() == before
    async with world.engagements.browser(world.staff) as browser:
        page = (await browser.get(f"/engagements/for/RX2/{world.o.id}")).text
        assert "This session does not take place: it would not be safe." in page and "Record who came" not in page
        form = await browser.get(f"/engagements/for/RX2/{world.o.id}/sessions/{session.id}")
    assert "was cancelled" in form.text and "came-" not in form.text


async def test_a_role_that_is_called_off_before_any_session_ends_each_place_and_frees_it(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME)
    kim = await world.approved("Kim")
    place, waits = await world.accepted(), await world.interested(kim)
    gone = called_off(world)
    await engagements.hears_and_settles(OpportunityWithdrawn(gone))
    assert [(await world.engagement(id)).status for id in (place, waits)] == ["called_off", "not_chosen"]
    intake = await world.intake()
    assert (intake.places_taken, intake.waiting) == (0, ())
    said = ["EngagementCalledOff", "IntakeChanged", "IntakeClosed", "PersonNotChosen"]
    assert sorted((await world.facts())[-4:]) == said
    before = await world.everything()
    async with engagements.transaction() as tx:
        await system.follow_opportunity(tx, gone)
    await engagements.settle()
    assert await world.everything() == before
    page = await page_of(world, f"/engagements/mine/{place}")
    assert "called this off" in page and "it is no longer needed" in page and "the place that you had has ended" in page
    assert "still have your place" not in page and "You have a place" not in page
    assert "does not take place: the whole role was called off" in page


async def test_a_role_that_is_called_off_between_two_sessions_keeps_the_places_for_what_was_held(
    engagements: Connected,
) -> None:
    first, second = (Session(id=new_id(), starts_at=at, hours=2) for at in (BEGUN, TO_COME))
    world = await make(engagements, sessions=(first, second))
    id = await world.accepted()
    await engagements.hears_and_settles(OpportunityWithdrawn(called_off(world)))
    assert ((await world.engagement(id)).status, (await world.intake()).places_taken) == ("accepted", 1)
    assert [one.what for one in (await world.intake()).waiting] == ["record_attendance"]
    page = await page_of(world, f"/engagements/mine/{id}")
    assert "No more sessions come. What you came to counts" in page
    await world.record(attended={id})
    assert [one.what for one in (await world.intake()).waiting] == ["record_outcome"], "nothing is waited for any more"
    async with engagements.transaction(world.staff.acting(world.trust)) as tx:
        await staff.record_outcome(tx, world.o.id, "The letter is shorter.")
    assert (await world.engagement(id)).status == "ended"


async def test_nothing_is_open_whose_last_session_is_over_whatever_the_closing_date_says(world: World) -> None:
    kim, ann, lee = [await world.approved(called) for called in ("Kim", "Ann", "Lee")]
    place, offer, interest = await world.accepted(), await world.offered(kim), await world.interested(ann)
    [session] = world.o.sessions
    over = session.with_changes(starts_at=NOW - timedelta(hours=3))
    await world.engagements.hears(OpportunityChanged(later(world, 2, sessions=(over,))))
    async with world.engagements.transaction() as tx:
        sessions = "opportunity = jsonb_set(opportunity, '{sessions}', $1::jsonb), open_until = $2"
        await tx.execute("update intake set " + sessions, f"[{over.model_dump_json()}]", over.ends_at)

    with pytest.raises(RoleIsOver):
        async with world.engagements.transaction(kim.acting()) as tx:
            await mine.accept(tx, offer)
    with pytest.raises(RoleIsOver):
        await world.staff_do(choosing.offer_place, interest)
    async with world.engagements.browser(lee) as browser:
        assert "no longer show interest" in (await browser.get(f"/engagements/interest/{world.o.id}")).text
    await world.engagements.settle()
    stands = [(await world.engagement(id)).status for id in (place, offer, interest)]
    assert stands == ["accepted", "lapsed", "not_chosen"]
    assert (await world.engagement(interest)).why_not == "time_gone"
    assert [(await world.engagement(id)).waiting for id in (offer, interest)] == [(), ()]
    async with world.engagements.browser(ann) as browser:
        assert "had not answered you" in (await browser.get(f"/engagements/mine/{interest}")).text
    async with world.engagements.browser(kim) as browser:
        assert (
            "The last session is over, so the place is not kept"
            in (await browser.get(f"/engagements/mine/{offer}")).text
        )


async def test_the_end_of_the_last_session_is_waited_for_by_the_databases_clock(world: World) -> None:
    await world.interested()
    [session] = world.o.sessions
    await world.engagements.settle()
    timers = "select at from timer where reaction = 'end_what_is_over'"
    async with world.engagements.transaction() as tx:
        assert await tx.fetchval(timers) == session.ends_at
        await tx.wake(system.end_what_is_over, world.o.id, NOW)  # too early, as by a clock that jumped
    await world.engagements.settle()
    async with world.engagements.transaction() as tx:
        assert await tx.fetchval(timers) == session.ends_at


async def test_a_session_of_many_people_is_moved_and_called_off_by_few_statements(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME, places=30)
    ids = [await world.accepted(await world.approved()) for _ in range(20)]
    [session] = world.o.sessions
    moved = later(world, 2, sessions=(session.with_changes(starts_at=TO_COME + timedelta(days=1)),))
    for news, most in ((moved, FEW), (called_off(world, 3), FEW)):
        async with engagements.transaction() as tx:
            with asked() as found:
                await system.follow_opportunity(tx, news)
        assert len(found) <= most, "\n".join(found)
    assert {(await world.engagement(id)).status for id in ids} == {"called_off"}
    assert (await world.intake()).places_taken == 0
