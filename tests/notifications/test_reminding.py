"""Reminders by the clock: of a session, of an offer that runs out, and that an answer is late."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest

from schemas.engagements import Offer, Undoing, UndoingBegun
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import Leader, LeaderPaused
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import reminding
from services.notifications.domain import sessions as domain
from services.notifications.domain.contact import Wanted
from services.notifications.domain.kinds import LONDON
from tests.notifications.roles import NOW, a_role, cancelled, moved, on, session
from tests.support import Database

WEEK, DAY = "session_in_a_week", "session_tomorrow"


async def test_whoever_has_a_place_is_reminded_a_week_and_a_day_before_each_session_once(database: Database) -> None:
    role = await a_role(database)
    first, second = session(on(10)), session(on(20))
    await role.has(first, second, bring="Reading glasses.")
    one, other = await role.somebody(), await role.somebody("interested")
    await role.at(on(3, 9, 59))
    assert await role.told(one) == []
    await role.at(on(3, 10, 1))
    assert await role.told(one) == [WEEK]
    await role.at(on(9, 9, 59))
    assert await role.told(one) == [WEEK]
    await role.at(on(9, 10, 1))
    await role.at(on(9, 11))
    assert await role.told(one) == [WEEK, DAY]
    [message, _] = await role.world.messages(one)
    assert message.news.subject.startswith("Reminder: A seat in the pain pathway team, ")
    assert "\n\nWhat to bring: Reading glasses.\n\n" in message.news.body
    assert message.news.good_until == first.starts_at
    await role.at(on(19, 10, 1))
    assert await role.told(one) == [WEEK, DAY, DAY], "of the second the last only: nothing rang for seven days"
    assert await role.told(other) == []
    assert await role.service.failing() == []


async def test_nobody_is_reminded_who_has_no_place_then_or_just_took_it_or_has_a_break_or_is_gone(
    database: Database,
) -> None:
    role = await a_role(database)
    await role.has(session(on(10)))
    late = await role.somebody(accepted_at=on(9, 12), interested_at=NOW - timedelta(days=9))
    resting, back, gone = await role.somebody(), await role.somebody(), await role.somebody()
    for person, until in ((resting, on(10).date()), (back, on(9).date())):
        leader = Leader(
            id=person.id,
            version=1,
            called="Sam",
            reference="PL-7K3Q",
            status="approved",
            rung="feedback",
            approved_at=NOW,
            paused_at=NOW,
            paused_until=until,
        )
        await role.service.hears_and_settles(LeaderPaused(leader))
    await role.service.hears_and_settles(AccountErased(Erased(id=gone.id, version=9)))
    await role.at(on(9, 13))
    assert [await role.told(one) for one in (late, resting, back, gone)] == [["place_accepted"], [], [DAY], []]


async def test_a_letter_that_would_come_too_late_is_not_written(database: Database) -> None:
    role = await a_role(database)
    await role.has(session(on(10)))
    person = await role.somebody()
    await role.world.reach(Wanted("post", "Sam Example\n1 High Street"), person)
    await role.at(on(3, 10, 1))
    await role.at(on(9, 10, 1))
    assert await role.told(person) == [WEEK]


async def test_a_session_that_moves_is_reminded_of_at_its_new_time_and_a_cancelled_one_never(
    database: Database,
) -> None:
    role = await a_role(database)
    one, other = session(on(10)), session(on(11))
    await role.has(one, other)
    person = await role.somebody()
    later = moved(one, on(15), at=NOW)
    await role.has(later, cancelled(other, at=NOW))
    await role.at(on(9, 10, 1))
    await role.at(on(10, 10, 1))
    assert [kind for kind in await role.told(person) if kind in (WEEK, DAY)] == [WEEK], "on day 8, of day 15"
    await role.at(on(14, 10, 1))
    assert [kind for kind in await role.told(person) if kind in (WEEK, DAY)] == [WEEK, DAY]


async def test_a_session_that_is_added_late_is_told_and_nobody_is_reminded_of_what_they_just_heard(
    database: Database,
) -> None:
    role = await a_role(database)
    await role.has()
    person = await role.somebody()
    await role.at(on(8, 12))
    await role.has(session(on(9, 11), added_at=on(8, 12)), session(on(11, 12), added_at=on(8, 12)))
    assert await role.told(person) == ["sessions_added"]
    await role.at(on(9, 8))
    assert await role.told(person) == ["sessions_added"]
    await role.at(on(10, 12, 1))
    assert await role.told(person) == ["sessions_added", DAY]


@pytest.mark.parametrize(
    ("starts", "reminded"), [(time(2), time(9)), (time(23), time(18)), (time(11, 30), time(11, 30))]
)
def test_a_reminder_is_due_in_the_day_on_the_day_before_also_where_the_clock_changes(
    starts: time, reminded: time
) -> None:
    begins = session(datetime.combine(date(2027, 3, 28), starts, LONDON))
    assert domain._due(begins, 1) == datetime.combine(date(2027, 3, 27), reminded, LONDON)  # pyright: ignore


def offer(*, given: timedelta, reply_by: datetime) -> Offer:
    return Offer(offered_at=reply_by - given, reply_by=reply_by, holds_place=True)


async def test_an_offer_that_runs_out_tomorrow_is_told_once_if_it_gave_more_than_two_days(database: Database) -> None:
    role = await a_role(database)
    await role.has(session(on(30)))
    by = on(6, 17)
    long = await role.somebody("offered", offer=offer(given=timedelta(days=7), reply_by=by))
    short = await role.somebody("offered", offer=offer(given=timedelta(days=2), reply_by=by))
    answered = role.world.engagement(
        "offered", person_id=role.world.person.id, offer=offer(given=timedelta(days=7), reply_by=by)
    )
    await role.is_now(answered)
    await role.is_now(answered.model_copy(update={"status": "declined", "ended_at": NOW, "version": 2}))
    await role.at(on(5, 16, 59))
    assert "offer_ends" not in await role.told(long)
    await role.at(on(5, 17, 1))
    await role.at(on(6, 16))
    assert (await role.told(long))[-1] == "offer_ends"
    assert (await role.world.messages(long))[0].news.good_until == by
    assert "offer_ends" not in [*await role.told(short), *await role.told(role.world.person)]
    assert (await role.told(long)).count("offer_ends") == 1


async def test_whoever_said_no_and_can_still_undo_it_is_not_reminded_of_the_offer(database: Database) -> None:
    role = await a_role(database)
    await role.has(session(on(30)))
    by, person = on(6, 17), role.world.person
    offered = role.world.engagement("offered", offer=offer(given=timedelta(days=7), reply_by=by))
    await role.is_now(offered)
    no = Undoing(
        id=new_id(),
        version=1,
        engagement_id=offered.id,
        organisation_id=offered.organisation_id,
        person_id=person.id,
        side="person",
        answered_at=on(5, 16, 50),
        until=on(5, 17, 50),
    )
    await role.service.hears_and_settles(UndoingBegun(no))
    await role.at(on(5, 17, 1))
    assert await role.told(person) == ["offer_made"]


async def test_whoever_is_not_answered_by_the_day_that_was_said_is_told_that_it_is_late(database: Database) -> None:
    role = await a_role(database)
    await role.has(session(on(30)))
    waits = await role.somebody("interested", answer_by=on(5, 17))
    answered = await role.somebody("reserve", answer_by=on(5, 17))
    await role.at(on(5, 16))
    assert await role.told(waits) == []
    await role.at(on(5, 18))
    await role.at(on(6))
    assert await role.told(waits) == ["answer_late"]
    [message] = await role.world.messages(waits)
    assert "has not answered yet" in message.news.body and "has been told" not in message.news.body
    assert "answer_late" not in await role.told(answered)


async def test_timers_that_are_missing_are_set_again_by_the_sweeper(database: Database) -> None:
    role = await a_role(database)
    await role.has(session(on(10)))
    await role.somebody("offered", offer=offer(given=timedelta(days=7), reply_by=on(6)))
    await role.somebody("interested", answer_by=on(5))
    first = UUID(int=0)
    async with role.service.transaction() as tx:
        set_at = {row["reaction"]: row["at"] for row in await tx.fetch("select reaction, at from timer")}
        for name, wanted in (
            ("look_at_reminders", reminding.looks_at_reminders),
            ("remind_of_offer", reminding.offers_that_end),
            ("tell_that_late", reminding.answers_promised),
        ):
            assert list((await wanted(tx, first, limit=10)).values()) == [set_at[name]], name
            assert list((await wanted(tx, first, limit=0)).values()) == []
