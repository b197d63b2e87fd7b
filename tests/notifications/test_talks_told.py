"""An informal talk: who hears that it is proposed, agreed and cancelled, and the reminder on the day before."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.engagements import Chat, ChatEnd, Engagement
from services.chassis.postgres.transaction import new_id
from services.notifications import words
from services.notifications.commands import talks
from services.notifications.store import round_ups
from tests.notifications.roles import NOW, Role, a_role, on, session
from tests.support import Database, Person

PROPOSED, CANCELLED, TOMORROW = "talk_proposed", "talk_cancelled", "talk_tomorrow"


def chat(**changes: Any) -> Chat:
    values = {"proposed_at": NOW, "proposed_by": new_id(), "times": (on(5), on(6)), "minutes": 20, "mode": "phone"}
    return Chat.model_validate(values | changes)


async def interested(role: Role, of: Chat | None, **changes: Any) -> tuple[Person, Engagement]:
    person = Person()
    await role.service.hears(person.opened)
    long_ago = NOW - timedelta(days=60)
    theirs = role.world.engagement("interested", person_id=person.id, interested_at=long_ago, chat=of, **changes)
    await role.is_now(theirs)
    return person, theirs


async def becomes(role: Role, before: Engagement, of: Chat, **changes: Any) -> Engagement:
    after = before.model_copy(update={"version": before.version + 1, "chat": of} | changes)
    await role.is_now(after)
    return after


def ended(of: Chat, why: str, was: datetime | None = None) -> Chat:
    return of.model_copy(update={"starts_at": None, "ended": ChatEnd(at=NOW, why=why, was_to_start_at=was)})


async def answered(role: Role) -> tuple[str, ...]:
    async with role.service.transaction() as tx:
        since = NOW - timedelta(hours=1)
        return words.answered(await round_ups.answered(tx, role.world.trust.id, since=since))


async def test_the_person_is_told_once_of_times_and_of_the_day_before_and_staff_read_that_one_was_picked(
    database: Database,
) -> None:
    role = await a_role(database)
    await role.has(session(on(30)))
    person, theirs = await interested(role, chat())
    theirs = await becomes(role, theirs, chat())
    assert await role.told(person) == [PROPOSED]
    [message] = await role.world.messages(person)
    assert message.news.link == f"/engagements/mine/{theirs.id}/talk"
    assert message.news.good_until == on(6)
    assert "does not depend on a talk" in message.news.body
    again = chat(proposed_at=NOW + timedelta(seconds=1), times=(on(7),))
    theirs = await becomes(role, theirs, again)
    assert await role.told(person) == [PROPOSED, PROPOSED], "other times are told anew"
    theirs = await becomes(role, theirs, again.model_copy(update={"starts_at": on(7), "agreed_at": NOW}))
    assert await role.told(person) == [PROPOSED, PROPOSED], "they know what they picked"
    assert await answered(role) == ("1 person picked a time for a talk",)
    await role.at(on(6, 9, 59))
    assert TOMORROW not in await role.told(person)
    await role.at(on(6, 10, 1))
    await role.at(on(6, 12))
    assert await role.told(person) == [PROPOSED, PROPOSED, TOMORROW]
    assert await role.service.failing() == []


@pytest.mark.parametrize(
    ("why", "status", "agreed", "hears", "line"),
    [
        ("none_suits", "interested", False, "", "1 person said that no time for a talk suits them"),
        ("by_person", "interested", True, "", "1 person cancelled a talk"),
        ("by_organisation", "interested", True, CANCELLED, ""),
        ("by_organisation", "interested", False, CANCELLED, ""),
        ("time_gone", "interested", False, "", ""),
        ("role", "not_chosen", True, CANCELLED, ""),
        ("role", "not_chosen", False, "", ""),
    ],
)
async def test_whoever_did_not_end_a_talk_themselves_hears_that_it_does_not_take_place(
    database: Database, why: str, status: str, agreed: bool, hears: str, line: str
) -> None:
    role = await a_role(database)
    await role.has(session(on(30)))
    first = chat(starts_at=on(5), agreed_at=NOW - timedelta(days=1)) if agreed else chat()
    person, theirs = await interested(role, first)
    more = {"status": status} | ({"ended_at": NOW} if status == "not_chosen" else {})
    await becomes(role, theirs, ended(first, why, on(5) if agreed else None), **more)
    told = [kind for kind in await role.told(person) if kind.startswith("talk")]
    assert told == ([] if agreed else [PROPOSED]) + ([hears] if hears else [])
    assert await answered(role) == ((line,) if line else ())
    await role.at(on(4, 10, 1))
    assert TOMORROW not in await role.told(person), "nobody is reminded of what does not take place"


async def test_what_waits_to_be_said_by_phone_follows_the_talk_and_a_lost_timer_is_set_again(
    database: Database,
) -> None:
    role = await a_role(database)
    await role.has(session(on(30)))
    person, theirs = await interested(role, None)
    await role.is_rung(person)
    theirs = await becomes(role, theirs, chat())
    assert [kind for kind, _ in await role.waits(person)][-1] == PROPOSED
    agreed = chat(starts_at=on(5), agreed_at=NOW)
    theirs = await becomes(role, theirs, agreed)
    assert PROPOSED not in [kind for kind, _ in await role.waits(person)], "it was answered meanwhile"
    async with role.service.transaction() as tx:
        assert await talks.talks_to_come(tx, new_id().__class__(int=0), limit=9) == {theirs.id: on(4)}
    soon, of_soon = await interested(role, chat(starts_at=on(1), agreed_at=on(0, 12)))
    assert talks.reminded_at(of_soon) is None
    assert soon
    await role.at(on(4, 10, 1))
    assert TOMORROW in [kind for kind, _ in await role.waits(person)]
    await becomes(role, theirs, ended(agreed, "by_organisation", on(5)))
    waits = dict(await role.waits(person))
    assert TOMORROW not in waits
    assert waits[CANCELLED].startswith("The talk on ")
