"""What each step of an engagement leaves behind and says: the whole of it, not only its status."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from schemas.engagements import (
    Attendance,
    AttendanceRecorded,
    Engagement,
    EngagementCalledOff,
    EngagementEnded,
    InterestShown,
    InterestWithdrawn,
    Offer,
    OfferRanOut,
    PersonNotChosen,
    PlaceAccepted,
    PlaceDeclined,
    PlaceOffered,
    PutOnReserveList,
    RecordedBefore,
    Reserve,
)
from schemas.event import Event, Waiting
from schemas.matching import SessionCancelled, Withdrawn
from services.chassis.base.working_days import end_of_working_day
from services.chassis.postgres.transaction import new_id
from services.engagements.domain import agreeing, attendance, offers
from services.engagements.domain import engagement as domain
from services.engagements.domain.intake import Intake
from services.engagements.domain.offers import Offering, Terms
from tests.engagements.world import BEGUN, NOW, leader, opportunity, rate
from tests.support import Person, member, organisation

LATER = NOW + timedelta(minutes=50)
SAM, TRUST, BY = Person(called="Sam"), organisation(), new_id()
CORA = member(TRUST, "coordinator").acting(TRUST)
CARD = rate(TRUST)
ROLE = opportunity(TRUST, CARD)
OFF_THE_FEED = ROLE.model_copy(update={"withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW})
[SESSION] = ROLE.sessions
CALLED_OFF = OFF_THE_FEED.model_copy(
    update={"sessions": (SESSION.with_changes(cancelled=SessionCancelled(at=NOW, why="called_off")),)}
)
TO_COME = Attendance(session_id=SESSION.id, starts_at=BEGUN, hours=2)
OFFER = Offer(offered_at=NOW - timedelta(days=2), pay=ROLE.pay)
ENDS = OFFER.with_changes(reply_by=LATER, holds_place=True)
EARLY = ROLE.with_changes(apply_by=LATER + timedelta(days=1))
SOON = LATER + timedelta(minutes=5)
TERMS = Terms(ROLE, CARD, NOW.date())


def engagement(status: str, **changes: Any) -> Engagement:
    """With a past: an offer, a place and its session, as far as it came."""
    values: dict[str, Any] = {
        "id": new_id(),
        "version": 3,
        "opportunity_id": ROLE.id,
        "organisation_id": TRUST.id,
        "ods_code": TRUST.ods_code,
        "person_id": SAM.id,
        "status": status,
        "interested_at": NOW - timedelta(days=3),
        "offer": None if status == "interested" else OFFER,
        "accepted_at": NOW - timedelta(days=1) if status == "accepted" else None,
        "ended_at": NOW if status in domain.COME_BACK else None,
        "reserve": Reserve(since=NOW) if status == "reserve" else None,
        "sessions": (TO_COME,) if status == "accepted" else (),
    }
    return Engagement(**(values | changes))


def who_waits(of: Engagement) -> tuple[Waiting, ...]:
    """For its person where they have an offer, for the organisation where it has not answered."""
    if of.status == "offered" and of.offer:
        until, link = of.offer.reply_by, f"/engagements/mine/{of.id}"
        waits = Waiting(person_id=SAM.id, what="answer_offer", about=of.id, since=LATER, until=until, link=link)
        return (waits,)
    if of.status == "interested":
        return (for_the_organisation(of),)
    return ()


def for_the_organisation(of: Engagement) -> Waiting:
    return Waiting(
        organisation_id=TRUST.id,
        role="coordinator",
        what="answer_interest",
        about=of.id,
        since=of.interested_at,
        until=of.answer_by,
        link=f"/engagements/for/{TRUST.ods_code}/{ROLE.id}",
    )


Step = Callable[[Engagement], tuple[Engagement, Event[Engagement]] | None]
STEPS: dict[str, tuple[str, Step, type[Event[Engagement]], dict[str, Any]]] = {
    "a place is offered": (
        "interested",
        lambda one: offers.offer(one, leader(SAM), TERMS, Offering(reply_by=SOON), by=BY, now=LATER),
        PlaceOffered,
        {
            "status": "offered",
            "offer": Offer(offered_at=LATER, pay=ROLE.pay, offered_by=BY, reply_by=SOON, holds_place=True),
        },
    ),
    "one more place is offered than there are, to somebody who did not answer before": (
        "lapsed",
        lambda one: offers.offer(one, leader(SAM), TERMS, Offering(reply_by=SOON, beyond=True), by=BY, now=LATER),
        PlaceOffered,
        {
            "status": "offered",
            "ended_at": None,
            "offer": Offer(offered_at=LATER, pay=ROLE.pay, offered_by=BY, reply_by=SOON),
        },
    ),
    "nobody answers": (
        "offered",
        lambda one: offers.run_out(one.with_changes(offer=ENDS), now=LATER),
        OfferRanOut,
        {"status": "lapsed", "offer": ENDS, "ended_at": LATER},
    ),
    "somebody is put on the reserve list": (
        "interested",
        lambda one: offers.put_on_reserve(one, by=BY, helped=frozenset(), now=LATER),
        PutOnReserveList,
        {"status": "reserve", "reserve": Reserve(since=LATER)},
    ),
    "somebody says yes when every place has gone": (
        "offered",
        lambda one: offers.accept(one, Intake(version=1, opportunity=ROLE, places_taken=2), leader(SAM), now=LATER),
        PutOnReserveList,
        {"status": "reserve", "reserve": Reserve(since=LATER, said_yes=True)},
    ),
    "somebody leaves the reserve list": (
        "reserve",
        lambda one: domain.withdraw(one, now=LATER),
        InterestWithdrawn,
        {"status": "withdrawn", "reserve": None, "ended_at": LATER},
    ),
    "interest is shown again": (
        "declined",
        lambda one: domain.show_interest(
            EARLY, leader(SAM), existing=one, id=new_id(), person_id=SAM.id, now=LATER, answered_in=10
        ),
        InterestShown,
        {
            "status": "interested",
            "offer": None,
            "ended_at": None,
            "interested_at": LATER,
            "answer_by": end_of_working_day(EARLY.apply_by, 10),
        },
    ),
    "others are chosen": (
        "offered",
        lambda one: domain.not_choose(one, why="mix_of_people", now=LATER),
        PersonNotChosen,
        {"status": "not_chosen", "ended_at": LATER, "why_not": "mix_of_people"},
    ),
    "the place is taken": (
        "offered",
        lambda one: offers.accept(one, Intake(version=1, opportunity=ROLE), leader(SAM), now=LATER),
        PlaceAccepted,
        {"status": "accepted", "accepted_at": LATER},
    ),
    "the offer is declined": (
        "offered",
        lambda one: offers.decline(one, now=LATER),
        PlaceDeclined,
        {"status": "declined", "ended_at": LATER},
    ),
    "the place is given back": (
        "accepted",
        lambda one: domain.withdraw(one, now=LATER),
        InterestWithdrawn,
        {"status": "withdrawn", "ended_at": LATER},
    ),
    "they came": (
        "accepted",
        lambda one: attendance.record(one, SESSION, attended=True, by=CORA, now=LATER),
        AttendanceRecorded,
        {"sessions": (TO_COME.with_changes(attended=True, recorded_at=LATER, recorded_by=CORA.by),)},
    ),
    "they did not come": (
        "accepted",
        lambda one: attendance.record(one, SESSION, attended=False, by=CORA, now=LATER),
        AttendanceRecorded,
        {"sessions": (TO_COME.with_changes(attended=False, recorded_at=LATER, recorded_by=CORA.by),)},
    ),
    "what changed is told": (
        "accepted",
        lambda one: domain.end(one, now=LATER),
        EngagementEnded,
        {"status": "ended", "ended_at": LATER, "told_at": LATER},
    ),
    "they left the pool": (
        "offered",
        lambda one: agreeing.follow_neighbours(one, OFF_THE_FEED, leader(SAM, status="left"), now=LATER),
        InterestWithdrawn,
        {"status": "withdrawn", "ended_at": LATER},
    ),
    "the role is off the feed": (
        "interested",
        lambda one: agreeing.follow_neighbours(one, OFF_THE_FEED, leader(SAM), now=LATER),
        PersonNotChosen,
        {"status": "not_chosen", "ended_at": LATER},
    ),
    "nobody answered an interest before the last session was over": (
        "interested",
        lambda one: agreeing.follow_neighbours(one, ROLE, leader(SAM), now=SESSION.ends_at),
        PersonNotChosen,
        {"status": "not_chosen", "why_not": "time_gone", "ended_at": SESSION.ends_at},
    ),
    "nobody said yes to an offer before the last session was over": (
        "offered",
        lambda one: agreeing.follow_neighbours(one, ROLE, leader(SAM), now=SESSION.ends_at),
        OfferRanOut,
        {"status": "lapsed", "ended_at": SESSION.ends_at},
    ),
    "the role is called off before a session was held": (
        "accepted",
        lambda one: agreeing.follow_neighbours(one, CALLED_OFF, leader(SAM), now=LATER),
        EngagementCalledOff,
        {"status": "called_off", "ended_at": LATER},
    ),
    "the role is off the feed, and of its person nothing was heard yet": (
        "offered",
        lambda one: agreeing.follow_neighbours(one, OFF_THE_FEED, None, now=LATER),
        PersonNotChosen,
        {"status": "not_chosen", "ended_at": LATER},
    ),
}
"""What happens, to an engagement of which status, what is said of it, and what of it differs afterwards."""


@pytest.mark.parametrize("step", STEPS)
def test_a_step_changes_just_what_it_is_about_and_says_it_all(step: str) -> None:
    status, do, fact, changes = STEPS[step]
    before = engagement(status)
    done = do(before)
    assert done
    after = before.with_changes(**changes, version=4)
    assert done[0] == after.with_changes(waiting=who_waits(after))
    assert done[1] == fact(done[0])


@pytest.mark.parametrize("status", ["interested", "offered", "reserve"])
def test_whoever_is_still_in_the_pool_and_whose_role_is_on_the_feed_is_left_alone(status: str) -> None:
    for of in (leader(SAM), None):
        assert agreeing.follow_neighbours(engagement(status), ROLE, of, now=LATER) is None


def test_a_place_that_was_taken_stays_whatever_the_neighbours_say() -> None:
    left = leader(SAM, status="left")
    assert agreeing.follow_neighbours(engagement("accepted"), OFF_THE_FEED, left, now=LATER) is None


def test_what_was_recorded_already_is_not_said_again_and_can_be_put_right() -> None:
    other = TO_COME.with_changes(session_id=new_id())
    came = engagement("accepted", sessions=(TO_COME.with_changes(attended=True, recorded_at=NOW), other))
    assert attendance.record(came, SESSION, attended=True, by=CORA, now=LATER) is None
    mended = attendance.record(came, SESSION, attended=False, by=CORA, now=LATER)
    assert mended
    before = RecordedBefore(attended=True, hours=2)
    put_right = TO_COME.with_changes(attended=False, recorded_at=LATER, recorded_by=CORA.by, before=before)
    assert mended[0].sessions == (put_right, other)


def test_a_session_that_was_added_after_the_place_was_taken_can_be_recorded() -> None:
    recorded = attendance.record(engagement("accepted", sessions=()), SESSION, attended=True, by=CORA, now=LATER)
    assert recorded
    assert recorded[0].sessions == (TO_COME.with_changes(attended=True, recorded_at=LATER, recorded_by=CORA.by),)


def test_interest_waits_for_a_coordinator_on_the_page_of_the_role() -> None:
    id = new_id()
    shown, event = domain.show_interest(ROLE, leader(SAM), existing=None, id=id, person_id=SAM.id, now=NOW)
    plain = engagement("interested", id=id, version=1, interested_at=NOW)
    assert shown == plain.with_changes(waiting=(for_the_organisation(plain),))
    assert event == InterestShown(shown)
