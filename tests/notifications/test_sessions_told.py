"""Sessions that are added, moved and cancelled, and roles called off: told once, as it is now, most at stake first."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.engagements import Earlier, Offer, Reserve
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import SessionChange, Withdrawn
from services.chassis.base.wording import moment
from services.notifications.commands import following, sessions
from tests.asking import FEW, asked
from tests.notifications.roles import NOW, a_role, cancelled, moved, on, session
from tests.support import Database, Person

A_WHILE_AGO, JUST_NOW = NOW - timedelta(hours=1), NOW - timedelta(minutes=1)


async def test_what_was_moved_twice_before_anybody_was_told_is_told_once_with_the_newest_time(
    database: Database,
) -> None:
    role = await a_role(database)
    one, two = session(on(10)), session(on(20))
    await role.has(one, two)
    person = await role.somebody()
    first = moved(one, on(11), at=A_WHILE_AGO)
    await role.becomes(first, moved(two, on(21), at=A_WHILE_AGO))
    await role.becomes(moved(first, on(12), at=JUST_NOW), cancelled(moved(two, on(21), at=A_WHILE_AGO), at=JUST_NOW))
    await role.service.settle()
    assert sorted(await role.told(person)) == ["sessions_cancelled", "sessions_changed"]
    moved_, cancelled_ = sorted(await role.world.messages(person), key=lambda one: one.news.kind, reverse=True)
    assert moment(on(12)) in moved_.news.subject
    assert f"It was to begin on {moment(on(10))}, then on {moment(on(11))}." in moved_.news.body, "they know the first"
    assert "another day suits more people" in moved_.news.body and "You keep your place" in moved_.news.body
    assert f"(before it was moved: {moment(on(20))})" in cancelled_.news.body, "they know only that"
    assert moment(on(21)) in cancelled_.news.subject and "Please do not go there" in cancelled_.news.body
    assert "The next meeting: " + moment(on(12)) in cancelled_.news.body


async def test_what_waits_to_be_said_on_the_phone_is_put_into_the_words_of_now_or_is_over(database: Database) -> None:
    role = await a_role(database)
    one, two = session(on(10)), session(on(20))
    await role.has(one, two)
    person = await role.somebody()
    await role.is_rung(person)
    one, two = moved(one, on(11), at=A_WHILE_AGO), moved(two, on(21), at=A_WHILE_AGO)
    await role.has(one, two)
    [(kind, subject)] = await role.waits(person)
    assert kind == "sessions_changed" and subject.startswith("2 meetings have changed")
    two = moved(two, on(22), at=JUST_NOW)
    await role.has(one, two)
    assert [subject.partition(": ")[0] for _, subject in await role.waits(person)] == [
        f"A meeting has changed, now {moment(on(11))}",
        f"A meeting has changed, now {moment(on(22))}",
    ]
    await role.has(cancelled(one, at=NOW), two)
    kinds = [kind for kind, _ in await role.waits(person)]
    assert kinds == ["sessions_changed", "sessions_cancelled"], "nobody is told that it moved"
    assert await role.told(person) == ["sessions_changed", "sessions_changed", "sessions_cancelled"]


async def test_what_was_said_is_not_said_again_and_what_came_before_somebody_or_is_over_never_is(
    database: Database,
) -> None:
    role = await a_role(database)
    one, gone = session(on(10)), session(NOW - timedelta(hours=2))
    old = moved(session(on(12)), on(13), at=NOW - timedelta(days=31))
    await role.has(one, gone, old)
    person = await role.somebody()
    late = await role.somebody("interested", interested_at=NOW - timedelta(minutes=30))
    new = await role.has(moved(one, on(11), at=A_WHILE_AGO), cancelled(gone, at=A_WHILE_AGO), old)
    assert await role.told(person) == ["sessions_changed"]
    assert await role.told(late) == ["interest_received"]
    await role.has(*new.sessions, places=9)
    assert await role.told(person) == ["sessions_changed"]


async def test_a_session_that_moved_to_be_earlier_is_told_until_it_was_to_begin(database: Database) -> None:
    """Whoever would still go there at the old time has to hear of it."""
    role = await a_role(database)
    person = await role.somebody()
    earlier = moved(session(NOW + timedelta(hours=5)), NOW - timedelta(minutes=5), at=A_WHILE_AGO)
    await role.has(earlier)
    [message] = await role.world.messages(person)
    assert message.news.good_until == NOW + timedelta(hours=5)


async def test_those_with_most_at_stake_are_told_first_and_what_it_means_for_each(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "TOLD_AT_ONCE", 2)
    role = await a_role(database)
    one = session(on(10))
    await role.has(one)
    offer = {"offer": Offer(offered_at=NOW - timedelta(days=40), reply_by=NOW - timedelta(days=1))}
    order = ["interested", "offered", "accepted", "reserve", "interested", "accepted", "accepted", "interested"]
    people: list[tuple[str, Person]] = []
    for status in order:
        changes = {"offered": offer, "reserve": {"reserve": Reserve(since=NOW - timedelta(days=40))}}.get(status, {})
        people.append((status, await role.somebody(status, **changes)))
    await role.has(cancelled(one, at=JUST_NOW))
    told = await role.ids("sessions_cancelled")
    by_id = {person.id: status for status, person in people}
    ranks = [{"accepted": 0, "offered": 1, "reserve": 1, "interested": 2}[by_id[id]] for id in told]
    assert ranks == sorted(ranks) and len(ranks) == len(order)
    means = {
        "accepted": "You keep your place in the role.",
        "offered": "the place that you are offered",
        "reserve": "You are on the reserve list, and stay there.",
        "interested": "You showed interest, and that stands.",
    }
    for status, person in people:
        [message, *_] = await role.world.messages(person)
        assert means[status] in message.news.body
        assert message.news.link.startswith("/engagements/mine/")


async def test_a_role_that_is_called_off_ends_what_waits_and_says_that_what_was_held_counts(
    database: Database,
) -> None:
    role = await a_role(database)
    held, left = session(NOW - timedelta(days=3)), session(on(10))
    await role.has(held, left)
    person, other = await role.somebody(), await role.somebody("interested")
    await role.is_rung(person)
    await role.has(held, moved(left, on(11), at=A_WHILE_AGO))
    off = moved(left, on(11), at=A_WHILE_AGO).model_copy(update={"cancelled": cancelled(left, at=JUST_NOW).cancelled})
    await role.has(held, off, withdrawn=Withdrawn(at=JUST_NOW, why="organisation_closed"), closed_at=JUST_NOW)
    [(kind, subject)] = await role.waits(person)
    assert (kind, subject) == (
        "place_called_off",
        "Called off: A seat in the pain pathway team at Sussex Example Trust",
    )
    body = (await role.world.messages(person))[0].news.body
    assert "The meetings before were held, and count" in body and "the organisation has closed" in body
    assert moment(on(11)) in body and moment(held.starts_at) not in body
    assert await role.told(other) == ["sessions_changed", "opportunity_withdrawn"]
    await role.at(on(10, 10, 1))
    assert [kind for kind in await role.told(person) if kind.startswith("session_")] == [], "nobody is reminded"


async def test_whoever_is_heard_of_after_the_role_is_told_by_their_own_news(database: Database) -> None:
    role = await a_role(database)
    one = session(on(10))
    await role.has(moved(one, on(11), at=A_WHILE_AGO))
    person = await role.somebody()
    assert await role.told(person) == ["sessions_changed"]


async def test_an_end_is_told_once_for_each_interest_and_once_more_when_it_was_shown_again(database: Database) -> None:
    role = await a_role(database)
    await role.has(session(on(10)))
    person = await role.somebody("not_chosen", ended_at=A_WHILE_AGO, why_not="no_place_left")
    [message] = await role.world.messages(person)
    assert "all places are taken" in message.news.body
    assert message.news.stage.startswith("ended:")
    late = await role.somebody("not_chosen", ended_at=A_WHILE_AGO, why_not="outcome_recorded")
    [over] = await role.world.messages(late)
    assert "It is over, and your interest with it" in over.news.body and "chosen other" not in over.news.body
    async with role.service.transaction() as tx:
        await tx.execute("update message set stage = 'ended' where id = $1", message.id)  # as an older version told it
    again = role.world.engagement(
        "not_chosen", id=message.news.about, person_id=person.id, ended_at=A_WHILE_AGO, version=2
    )
    again = again.model_copy(update={"interested_at": NOW - timedelta(days=60)})
    await role.is_now(again)
    assert await role.told(person) == ["not_chosen"]
    now = datetime.now(UTC)
    anew = again.model_copy(update={"version": 3, "status": "interested", "interested_at": now, "ended_at": None})
    await role.is_now(anew)
    await role.is_now(anew.model_copy(update={"version": 4, "status": "not_chosen", "ended_at": now}))
    assert await role.told(person) == ["not_chosen", "interest_received", "not_chosen"]


async def test_an_offer_says_when_where_what_is_paid_by_when_to_answer_and_whom_to_ring(database: Database) -> None:
    role = await a_role(database)
    await role.has(session(on(10)), session(on(20), mode="in_person", place="the Town Hall"))
    offer = Offer(offered_at=JUST_NOW, pay=role.world.opportunity.pay, reply_by=on(6, 17), holds_place=True)
    person = await role.somebody("offered", offer=offer)
    await role.is_rung(person)
    [message] = await role.world.messages(person)
    body = message.news.body
    for words in (
        f"- {moment(on(10))}, for 2 hours, online or by phone",
        f"- {moment(on(20))}, for 2 hours, at the Town Hall",
        "The pay is £75 for each meeting, £150 in all for 2 meetings.",
        f"Say yes or no by {moment(on(6, 17))}.",
        "The place is kept for you until then.",
        "To ask something first, ask on the page below, or ring us.",
    ):
        assert words in body
    assert message.news.good_until == on(6, 17)


async def test_what_is_answered_by_now_is_not_said_on_the_phone_any_more(database: Database) -> None:
    role = await a_role(database)
    await role.has(session(on(10)))
    person = Person()
    await role.service.hears(person.opened)
    await role.is_rung(person)
    offer = Offer(offered_at=A_WHILE_AGO, reply_by=on(2), holds_place=True)
    offered = role.world.engagement("offered", person_id=person.id, offer=offer)
    await role.is_now(offered)
    assert [kind for kind, _ in await role.waits(person)] == ["offer_made"]
    yes = offered.model_copy(update={"status": "accepted", "accepted_at": JUST_NOW, "version": 2})
    await role.is_now(yes)
    assert [kind for kind, _ in await role.waits(person)] == ["place_accepted"]
    await role.is_now(yes.model_copy(update={"status": "withdrawn", "ended_at": NOW, "version": 3}))
    assert await role.waits(person) == []


async def test_an_offer_whose_day_is_earlier_is_told_once_with_the_new_day_and_what_waits_of_it_is_over(
    database: Database,
) -> None:
    role = await a_role(database)
    await role.has(session(on(1, 9)))
    person = Person()
    await role.service.hears(person.opened)
    await role.is_rung(person)
    offer = Offer(offered_at=A_WHILE_AGO, reply_by=on(6, 17), holds_place=True)
    offered = role.world.engagement("offered", person_id=person.id, offer=offer)
    await role.is_now(offered)
    assert [kind for kind, _ in await role.waits(person)] == ["offer_made"]
    earlier = Earlier(at=on(0, 23), before=on(6, 17))
    sooner = offer.model_copy(update={"reply_by": on(1, 9), "earlier": earlier})
    for version in (2, 3):
        await role.is_now(offered.model_copy(update={"version": version, "offer": sooner}))
    assert [kind for kind, _ in await role.waits(person)] == ["offer_earlier"]
    [message, _] = await role.world.messages(person)
    for words in (
        f"Say yes or no by {moment(on(1, 9))}. Before, it was {moment(on(6, 17))}.",
        "That is less than a day. If it is too soon for you, or you would like to ask something first, ring us.",
    ):
        assert words in message.news.body
    assert "offer_ends" not in await role.told(person), "and nobody is reminded of it a moment later"


async def test_nobody_is_rung_about_what_is_over(database: Database) -> None:
    role = await a_role(database)
    await role.has(session(on(2)))
    person = Person()
    await role.service.hears(person.opened)
    await role.is_rung(person)
    await role.is_now(role.world.engagement("accepted", person_id=person.id, accepted_at=JUST_NOW))
    assert [kind for kind, _ in await role.waits(person)] == ["place_accepted"]
    role.clock.now = on(2, 10, 1)
    async with role.service.transaction() as tx:
        assert await following.end_what_is_over(tx) == 1
    assert await role.waits(person) == []


async def test_who_was_erased_is_told_nothing_and_keeps_nobody_waiting(database: Database) -> None:
    role = await a_role(database)
    one = session(on(10))
    await role.has(one)
    gone, person = await role.somebody(), await role.somebody()
    await role.service.hears(AccountErased(Erased(id=gone.id, version=9)))
    await role.has(one.model_copy(update={"changed": SessionChange(at=NOW, why="x", starts_before=one.starts_at)}))
    assert await role.ids("sessions_changed") == [person.id]
    assert await role.service.failing() == []


async def test_many_hear_of_a_moved_session_by_few_statements(database: Database) -> None:
    role = await a_role(database)
    one = session(on(10))
    await role.has(one)
    for _ in range(30):
        await role.somebody()
    await role.becomes(moved(one, on(11), at=JUST_NOW))
    async with role.service.transaction() as tx:
        with asked() as found:
            assert await sessions.tell_who_have_a_place(tx, role.world.opportunity.id, None) is None
    assert len(found) <= FEW, "\n".join(found)
    assert len(await role.ids("sessions_changed")) == 30
