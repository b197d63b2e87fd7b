"""What an intake is: its places, whom they go to, and what its organisation still has to do, and when."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from schemas.engagements import (
    Attendance,
    Engagement,
    IntakeChanged,
    IntakeClosed,
    IntakeOpened,
    Offer,
    Outcome,
    OutcomeRecorded,
    Reserve,
)
from schemas.engagements import Intake as PublicIntake
from schemas.event import Waiting
from schemas.matching import Opportunity, Session, Withdrawn
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import new_id
from services.engagements.domain import intake as domain
from services.engagements.domain.intake import (
    AttendanceFirst,
    Intake,
    NoPlaceLeft,
    OutcomeAlreadyRecorded,
    OutcomeTooEarly,
)
from tests.engagements.world import NOW, opportunity
from tests.support import organisation

TRUST = organisation()
FIRST, SECOND = (Session(id=new_id(), starts_at=NOW + timedelta(days=days), hours=2) for days in (1, 2))
ROLE = opportunity(TRUST, None).with_changes(sessions=(FIRST, SECOND))
BEFORE, BETWEEN, OVER = NOW, FIRST.starts_at + timedelta(hours=3), SECOND.starts_at
AT = f"/engagements/for/{TRUST.ods_code}/{ROLE.id}"
OUTCOME = Outcome(recorded_at=NOW, what_changed="The letter is shorter")


def an_intake(role: Opportunity = ROLE, **changes: Any) -> Intake:
    return replace(Intake(version=5, opportunity=role), **changes)


def with_place(*recorded: Session) -> Engagement:
    """Somebody who has a place, and of which sessions it is recorded whether they came."""
    sessions = [
        Attendance(session_id=s.id, starts_at=s.starts_at, hours=2, recorded_at=NOW if s in recorded else None)
        for s in ROLE.sessions
    ]
    return Engagement(
        id=new_id(),
        version=4,
        opportunity_id=ROLE.id,
        organisation_id=TRUST.id,
        ods_code=TRUST.ods_code,
        person_id=new_id(),
        status="accepted",
        interested_at=NOW,
        sessions=tuple(sessions),
    )


def waits(what: str, about: Any, since: Any, at: str) -> Waiting:
    return Waiting(organisation_id=TRUST.id, role="coordinator", what=what, about=about, since=since, link=f"{AT}/{at}")


def test_what_an_intake_says_in_public_is_all_that_its_readers_need() -> None:
    intake = an_intake(
        ROLE.with_changes(closed_at=NOW),
        places_taken=1,
        outcome=OUTCOME,
        attendance_due=(SECOND.id,),
        outcome_due_at=OVER,
    )
    assert intake.public() == PublicIntake(
        id=ROLE.id,
        version=5,
        organisation_id=TRUST.id,
        ods_code=TRUST.ods_code,
        places=2,
        places_taken=1,
        closed_at=NOW,
        feedback_by=ROLE.feedback_by,
        outcome=OUTCOME,
        waiting=(
            waits("record_attendance", SECOND.id, SECOND.starts_at, f"sessions/{SECOND.id}"),
            waits("record_outcome", ROLE.id, OVER, "outcome").with_changes(until=ROLE.feedback_by),
        ),
    )


def test_an_intake_opens_with_its_opportunity_above_what_was_ever_said_of_it() -> None:
    opened, event = domain.follow(None, ROLE, now=NOW, first_version=7)
    assert opened == Intake(version=7, opportunity=ROLE, recount_at=NOW, open_until=SECOND.ends_at)
    assert (opened.places, opened.places_taken, opened.places_left) == (2, 0, 2)
    assert event == IntakeOpened(opened.public())
    assert domain.follow(None, ROLE, now=NOW)[0].version == 1


@pytest.mark.parametrize(
    ("changes", "fact"), [({"places": 3}, IntakeChanged), ({"closed_at": NOW}, IntakeClosed), ({"title": "New"}, None)]
)
def test_an_intake_follows_its_opportunity_and_says_what_of_it_is_public(changes: Any, fact: Any) -> None:
    changed = ROLE.with_changes(**changes)
    followed, event = domain.follow(an_intake(places_taken=1), changed, now=NOW)
    version = 6 if fact else 5
    until = SECOND.ends_at
    assert followed == an_intake(changed, places_taken=1, version=version, recount_at=NOW, open_until=until)
    assert event == (fact(followed.public()) if fact else None)


def test_what_changes_after_it_has_closed_closes_it_no_second_time() -> None:
    closed = ROLE.with_changes(closed_at=NOW)
    _, event = domain.follow(an_intake(closed), closed.with_changes(places=9), now=NOW)
    assert type(event) is IntakeChanged


def somebody(status: str, *, holds: bool = False, came: bool = False) -> Engagement:
    offer = Offer(offered_at=NOW, holds_place=holds)
    taken = NOW if status == "accepted" or came else None
    reserve = Reserve(since=NOW) if status == "reserve" else None
    return with_place().with_changes(status=status, offer=offer, accepted_at=taken, reserve=reserve)


def test_places_are_held_taken_and_given_back_and_never_beyond_what_there_are() -> None:
    waits, held, has = somebody("interested"), somebody("offered", holds=True), somebody("accepted")
    offered, event = domain.count(an_intake(places_taken=1), [(waits, held)], now=NOW)
    assert offered == an_intake(places_taken=1, places_held=1, version=6)
    assert event == IntakeChanged(offered.public())
    assert (offered.places_left, offered.is_full, offered.public().places_held) == (0, True, 1)
    for more in (held, has):
        with pytest.raises(NoPlaceLeft):
            domain.count(offered, [(waits, more)], now=NOW)
    taken, _ = domain.count(offered, [(held, has)], now=OVER)
    assert taken == an_intake(places_taken=2, version=7, recount_at=OVER)
    freed, event = domain.count(taken, [(has, somebody("withdrawn"))], now=OVER)
    assert freed == an_intake(places_taken=1, version=8, recount_at=OVER)
    assert event == IntakeChanged(freed.public())
    assert domain.count(freed, [(waits, somebody("offered")), (has, somebody("ended", came=True))], now=NOW)[1] is None


def test_a_place_that_was_offered_is_kept_when_the_organisation_asks_for_fewer_people() -> None:
    fewer = an_intake(ROLE.with_changes(places=1), places_taken=1, places_held=1)
    assert (fewer.places, fewer.places_left) == (2, 0)
    taken, _ = domain.count(fewer, [(somebody("offered", holds=True), somebody("accepted"))], now=NOW)
    assert (taken.places, taken.places_taken, taken.places_held) == (2, 2, 0)
    lapsed, _ = domain.count(fewer, [(somebody("offered", holds=True), somebody("lapsed"))], now=NOW)
    assert (lapsed.places, lapsed.places_left) == (1, 0)


def test_a_free_place_is_proposed_while_somebody_waits_for_one_and_the_role_is_not_over() -> None:
    waits, free = somebody("reserve"), an_intake(places_taken=2)
    full, event = domain.count(free, [(somebody("interested"), waits)], now=NOW)
    assert (full.on_reserve, full.offer_reserve_since, event) == (1, None, None)
    freed, event = domain.count(full, [(somebody("accepted"), somebody("withdrawn"))], now=BEFORE)
    assert event
    assert event.state.waiting == (
        Waiting(
            organisation_id=TRUST.id,
            role="coordinator",
            what="offer_reserve",
            about=ROLE.id,
            since=BEFORE,
            link=AT,
        ),
    )
    assert domain.follow(freed, ROLE.with_changes(places=3), now=BETWEEN)[0].offer_reserve_since == BEFORE
    for gone in (ROLE.with_changes(withdrawn=Withdrawn(at=NOW, why="postponed")), ROLE.with_changes(places=1)):
        assert domain.follow(freed, gone, now=BEFORE)[0].offer_reserve_since is None
    assert domain.follow(freed, ROLE.with_changes(title="New"), now=SECOND.ends_at)[0].offer_reserve_since is None
    offered, _ = domain.count(freed, [(waits, somebody("offered", holds=True))], now=BEFORE)
    assert (offered.on_reserve, offered.offer_reserve_since) == (0, None)


def test_a_session_is_found_by_its_id_and_another_is_none_of_it() -> None:
    assert an_intake().session(SECOND.id) is SECOND
    with pytest.raises(NotFound):
        an_intake().session(new_id())


def test_what_waits_may_be_counted_again_soon() -> None:
    assert domain.recount_soon(an_intake(), NOW) == an_intake(recount_at=NOW)


def test_an_intake_has_begun_when_its_first_session_has() -> None:
    assert not domain.has_begun(an_intake(), FIRST.starts_at - timedelta(seconds=1))
    assert domain.has_begun(an_intake(), FIRST.starts_at)


@pytest.mark.parametrize(
    ("at", "recorded", "attendance_due", "outcome_due", "look_again"),
    [
        (BEFORE, (), (), False, FIRST.starts_at),
        (FIRST.starts_at, (), (FIRST.id,), False, SECOND.starts_at),
        (BETWEEN, (FIRST,), (), False, SECOND.starts_at),
        (OVER, (FIRST,), (SECOND.id,), False, ROLE.feedback_by),
        (OVER, (FIRST, SECOND), (), True, ROLE.feedback_by),
        (ROLE.feedback_by, (FIRST,), (SECOND.id,), True, None),
    ],
)
def test_attendance_is_due_from_each_start_and_what_changed_once_all_is_recorded_or_promised(
    at: Any, recorded: tuple[Session, ...], attendance_due: Any, outcome_due: bool, look_again: Any
) -> None:
    before = an_intake(places_taken=2, attendance_due=(new_id(),), recount_at=NOW)
    counted, _ = domain.recount(before, [with_place(FIRST, SECOND), with_place(*recorded)], now=at)
    assert (counted.attendance_due, counted.recount_at) == (attendance_due, look_again)
    assert counted.outcome_due_at == (at if outcome_due else None)


def test_a_count_is_said_where_it_changes_what_waits_and_keeps_since_when_it_does() -> None:
    done = [with_place(FIRST, SECOND)]
    due, event = domain.recount(an_intake(places_taken=1), done, now=OVER)
    assert (due.version, event) == (6, IntakeChanged(due.public()))
    again, event = domain.recount(due, done, now=OVER + timedelta(days=1))
    assert (again.version, again.outcome_due_at, event) == (6, OVER, None)


def test_nothing_is_due_where_nobody_has_a_place_or_what_changed_was_told() -> None:
    counted, event = domain.recount(an_intake(), [], now=ROLE.feedback_by)
    assert (counted.attendance_due, counted.outcome_due_at, event) == ((), None, None)
    told, _ = domain.recount(an_intake(outcome=OUTCOME), [with_place(FIRST, SECOND)], now=ROLE.feedback_by)
    assert told.outcome_due_at is None


def test_a_role_without_sessions_is_asked_what_changed_on_the_day_that_was_promised() -> None:
    intake = an_intake(ROLE.with_changes(sessions=()), places_taken=1)
    early, _ = domain.recount(intake, [with_place()], now=ROLE.feedback_by - timedelta(days=1))
    assert (early.outcome_due_at, early.recount_at) == (None, ROLE.feedback_by)
    asked, _ = domain.recount(intake, [with_place()], now=ROLE.feedback_by)
    assert asked.outcome_due_at == ROLE.feedback_by


def test_what_changed_is_recorded_once_after_the_last_session_and_who_came_and_ends_what_waits() -> None:
    done = with_place(FIRST, SECOND)
    intake = an_intake(attendance_due=(FIRST.id,), outcome_due_at=NOW, places_taken=1)
    recorded, event = domain.record_outcome(intake, "The letter is shorter", [done], now=OVER)
    outcome = Outcome(recorded_at=OVER, what_changed="The letter is shorter")
    assert recorded == an_intake(places_taken=1, outcome=outcome, version=6)
    assert event == OutcomeRecorded(recorded.public())
    for refusal, again, people, at in (
        (OutcomeAlreadyRecorded, recorded, [done], OVER),
        (OutcomeTooEarly, intake, [done], OVER - timedelta(seconds=1)),
        (AttendanceFirst, intake, [done, with_place(FIRST)], OVER),
    ):
        with pytest.raises(refusal):
            domain.record_outcome(again, "So", people, now=at)
