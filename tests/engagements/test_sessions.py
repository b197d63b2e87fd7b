"""Attendance and what changed: recorded from the session's start on, by somebody else, and told to everybody."""

from datetime import timedelta
from uuid import UUID

import pytest

from schemas.identity import Organisation
from schemas.recruitment import LeaderApproved
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.operate.maintenance import Sweeper
from services.chassis.postgres.transaction import new_id
from services.chassis.work.scheduler import Clock
from services.engagements.commands import counting, mine, staff
from services.engagements.domain.attendance import CameAndDidNot, NobodyNamed, NoPlace, TooEarly
from services.engagements.domain.hands import NotYourOwn
from services.engagements.domain.intake import AttendanceFirst, OutcomeAlreadyRecorded, OutcomeTooEarly
from tests.engagements.world import NOW, TO_COME, World, leader, make
from tests.support import Connected, member, organisation, registered


async def tell(world: World) -> None:
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        await staff.record_outcome(tx, world.o.id, "The referral letter is shorter now.")


async def test_attendance_is_said_for_each_person_and_once(world: World) -> None:
    kim = await world.approved("Kim")
    came, did_not = await world.accepted(), await world.accepted(kim)
    await world.record(attended={came}, absent={did_not})
    before = await world.everything()
    assert (await world.facts()).count("AttendanceRecorded") == 2
    assert (await world.engagement(came)).sessions[0].attended is True
    assert (await world.engagement(did_not)).sessions[0].attended is False
    await world.record(attended={came}, absent={did_not})
    assert await world.everything() == before


async def test_attendance_before_the_start_is_refused(engagements: Connected) -> None:
    world = await make(engagements, starts_at=NOW + timedelta(hours=1))
    id = await world.accepted()
    before = await world.everything()
    with pytest.raises(TooEarly):
        await world.record(attended={id})
    assert await world.everything() == before


async def test_nobody_records_their_own_attendance_and_then_nobodys_is_recorded(world: World) -> None:
    both = member(world.trust, "coordinator", called="Both")
    await world.engagements.hears_and_settles(both.opened, LeaderApproved(leader(both)))
    own, other = await world.accepted(both), await world.accepted()
    before = await world.everything()
    with pytest.raises(NotYourOwn):
        async with world.engagements.transaction(both.acting(world.trust)) as tx:
            await staff.record_attendance(tx, world.o.id, world.session_id, attended={own, other}, absent=set())
    assert await world.everything() == before


async def test_attendance_that_makes_no_sense_is_refused_whole(world: World) -> None:
    kim = await world.approved("Kim")
    id, without_place = await world.accepted(), await world.interested(kim)
    before = await world.everything()
    cases: list[tuple[set[UUID], set[UUID], type[Refused]]] = [
        (set(), set(), NobodyNamed),
        ({id}, {id}, CameAndDidNot),
        ({id, without_place}, set(), NoPlace),
        ({id, new_id()}, set(), NotFound),
    ]
    for attended, absent, refusal in cases:
        with pytest.raises(refusal):
            await world.record(attended=attended, absent=absent)
    assert await world.everything() == before


async def test_attendance_waits_for_the_coordinator_from_the_start_until_all_are_recorded(world: World) -> None:
    kim = await world.approved("Kim")
    ids = [await world.accepted(), await world.accepted(kim)]
    await world.engagements.settle()
    waits = (await world.intake()).waiting
    assert [(w.what, w.role, w.about) for w in waits] == [("record_attendance", "coordinator", world.session_id)]
    assert waits[0].since == world.o.sessions[0].starts_at
    await world.record(attended={ids[0]})
    assert [w.what for w in (await world.intake()).waiting] == ["record_attendance"]
    await world.record(absent={ids[1]})
    assert [w.what for w in (await world.intake()).waiting] == ["record_outcome"]


async def test_nothing_waits_before_the_start_and_nothing_is_said_twice(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    await world.accepted()
    before = await world.everything()
    await world.engagements.settle()
    assert await world.everything() == before
    assert await world.recounts() == [TO_COME]
    async with engagements.transaction() as tx:
        await tx.wake(counting.recount_what_waits, world.o.id, NOW)  # too early, as by a clock that jumped
    await world.engagements.settle()
    assert await world.everything() == before
    assert await world.recounts() == [TO_COME]


async def test_what_waits_is_counted_when_a_session_begins_and_no_more_when_all_is_over(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    await world.accepted()
    await world.engagements.settle()
    await let_it_begin(world)
    await world.engagements.settle()
    assert [w.what for w in (await world.intake()).waiting] == ["record_attendance"]
    assert await world.recounts() == [world.o.feedback_by], "then it is asked what changed"


async def test_an_intake_that_is_older_than_its_timer_is_counted_all_the_same(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    await world.accepted()
    await world.engagements.settle()
    await let_it_begin(world)
    async with engagements.transaction() as tx:
        await tx.execute("delete from timer")
        await tx.execute("update intake set look_at = $1", NOW)
    app = engagements.app
    await Sweeper(app.service.reactions, app.workers.wake).sweep_all(Clock(app.database, app.settings))
    await engagements.settle()
    assert [w.what for w in (await world.intake()).waiting] == ["record_attendance"]


async def let_it_begin(world: World) -> None:
    """As if a week had gone by."""
    async with world.engagements.transaction() as tx:
        [session] = world.o.sessions
        begun = world.o.model_copy(update={"sessions": (session.model_copy(update={"starts_at": NOW}),)})
        await tx.execute("update intake set opportunity = $1", begun.model_dump_json())
        await tx.execute("update timer set at = $1", NOW)


async def test_what_changed_is_asked_for_after_the_day_that_was_promised(engagements: Connected) -> None:
    world = await make(engagements, feedback_by=NOW - timedelta(minutes=1))
    await world.accepted()
    await world.engagements.settle()
    assert [w.what for w in (await world.intake()).waiting] == ["record_attendance", "record_outcome"]


async def test_what_changed_is_told_to_everybody_who_has_a_place_and_answers_whoever_waited(world: World) -> None:
    kim = await world.approved("Kim")
    took_part, waited = await world.accepted(), await world.interested(kim)
    await world.record(attended={took_part})
    await tell(world)
    ended = await world.engagement(took_part)
    assert (ended.status, ended.told_at is not None, ended.waiting) == ("ended", True, ())
    assert (await world.engagement(waited)).status == "not_chosen"
    intake = await world.intake()
    assert intake.outcome
    assert intake.outcome.what_changed == "The referral letter is shorter now."
    assert intake.waiting == ()
    assert sorted((await world.facts())[-3:]) == ["EngagementEnded", "OutcomeRecorded", "PersonNotChosen"]
    before = await world.everything()
    with pytest.raises(OutcomeAlreadyRecorded):
        await tell(world)
    assert await world.everything() == before


async def test_what_changed_cannot_be_told_before_attendance_or_before_the_last_session(engagements: Connected) -> None:
    world = await make(engagements)
    await world.accepted()
    before = await world.everything()
    with pytest.raises(AttendanceFirst):
        await tell(world)
    assert await world.everything() == before
    later = await make(engagements, starts_at=TO_COME)
    with pytest.raises(OutcomeTooEarly):
        await tell(later)


async def test_another_organisation_records_nothing(world: World) -> None:
    other: Organisation = organisation("RYR", "Other Example Trust")
    stranger = member(other, "coordinator")
    await world.engagements.hears_and_settles(*registered(other), stranger.opened)
    id = await world.accepted()
    before = await world.everything()
    with pytest.raises(NotFound):
        async with world.engagements.transaction(stranger.acting(other)) as tx:
            await staff.record_attendance(tx, world.o.id, world.session_id, attended={id}, absent=set())
    with pytest.raises(NotFound):
        async with world.engagements.transaction(stranger.acting(other)) as tx:
            await staff.record_outcome(tx, world.o.id, "Nothing")
    assert await world.everything() == before


async def test_a_place_that_is_given_back_no_longer_waits_for_attendance(world: World) -> None:
    id = await world.accepted()
    await world.engagements.settle()
    async with world.engagements.transaction(world.person.acting()) as tx:
        await mine.withdraw(tx, id)
    await world.engagements.settle()
    assert (await world.intake()).waiting == ()
