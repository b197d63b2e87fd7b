"""A role that was changed is told once, as it stands now, to everybody in it and to whoever was told and is silent."""

from datetime import timedelta
from typing import Any

from schemas.engagements import Offer, Reserve
from schemas.matching import MatchMade, RoleChange, Withdrawn
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import sessions
from tests.asking import FEW, asked
from tests.notifications.roles import NOW, Role, a_role, on, session
from tests.support import Database, Person

AGO, LATER, NEWEST = (NOW - timedelta(minutes=minutes) for minutes in (30, 20, 10))
WHY = "Room 4 has no lift"


def change(*parts: str, at: Any = AGO, why: str = WHY) -> dict[str, Any]:
    return {"changed": RoleChange(at=at, parts=parts, why=why)}


async def told_of_it(role: Role, **changes: Any) -> Person:
    """Whoever it fits, and who was told so."""
    person = Person()
    await role.service.hears(person.opened)
    match = role.world.match(person, id=new_id(), matched_at=NOW - timedelta(hours=2), **changes)
    await role.service.hears_and_settles(MatchMade(match))
    return person


async def test_each_is_told_once_with_the_reason_and_what_it_means_for_them(database: Database) -> None:
    role = await a_role(database)
    one = session(on(10))
    await role.has(one)
    offer = {"offer": Offer(offered_at=NOW - timedelta(days=40), reply_by=on(5))}
    reserve = {"reserve": Reserve(since=NOW - timedelta(days=40))}
    people = {
        "accepted": await role.somebody(),
        "offered": await role.somebody("offered", **offer),
        "reserve": await role.somebody("reserve", **reserve),
        "interested": await role.somebody("interested"),
        "matched": await told_of_it(role),
    }
    late = await role.somebody("interested", interested_at=NOW - timedelta(minutes=5))
    await role.has(one, **change("place", "pay", "closing_day"))
    await role.has(one, places=9)
    means = {
        "accepted": ("The pay that you were offered stays", "You keep your place"),
        "offered": ("The pay that you were offered stays", "for the role as it is now"),
        "reserve": ("- the last day to show interest", "stay there"),
        "interested": ("- the last day to show interest", "that stands"),
        "matched": ("- the last day to show interest", "because it fits you"),
    }
    for standing, person in people.items():
        news, *before = [message.news for message in await role.world.messages(person)]
        assert news.kind == "role_changed" and [one.kind for one in before if one.kind.startswith("role")] == []
        for words in ("- where or how it takes place", WHY, *means[standing]):
            assert words in news.body, (standing, words, news.body)
        assert ("last day to show interest" in news.body) == (standing not in ("accepted", "offered")), standing
        assert news.link.startswith("/matches/mine/" if standing == "matched" else "/engagements/mine/")
        assert news.thread == role.world.opportunity.id and "A role has changed." in news.easy
    assert await role.told(late) == ["interest_received"], "they read it on the page"


async def test_what_waits_to_be_said_is_said_with_what_came_after_and_is_over_with_the_role(database: Database) -> None:
    role = await a_role(database)
    one = session(on(10))
    await role.has(one)
    person, other = await role.somebody("interested"), await role.somebody()
    await role.is_rung(person)
    await role.is_rung(other)
    await role.has(one, **change("words"))
    [(kind, subject)] = await role.waits(person)
    assert kind == "role_said_anew" and "what it is about" in subject
    await role.has(one, **change("place", at=LATER, why=""))
    [(kind, subject)] = await role.waits(person)
    assert kind == "role_changed" and "2 things" in subject
    await role.has(one, **change("decision_day", at=NEWEST))
    [(kind, subject)] = await role.waits(person)
    assert kind == "role_changed" and "3 things" in subject, "one call says it all"
    assert "2 things" in (await role.waits(other))[0][1], "and who has a place need not know of that day"
    await role.has(one, **change("who_answers", at=NOW))
    assert len(await role.told(person)) == 3
    off = one.with_changes(cancelled={"at": NOW, "why": "called_off"})
    await role.has(off, withdrawn=Withdrawn(at=NOW, why="postponed"), closed_at=NOW)
    assert [kind for kind, _ in await role.waits(person)] == ["opportunity_withdrawn"]


async def test_changes_that_were_not_heard_by_themselves_are_told_together_and_each_once(database: Database) -> None:
    """A topic keeps the newest state of a thing: whoever was away hears of two changes by it alone."""
    role = await a_role(database)
    one = session(on(10))
    await role.has(one)
    people = [await role.somebody(), await role.somebody("interested"), await told_of_it(role)]
    first, second = change("place")["changed"], change("pay", "decision_day", at=LATER, why="A grant ended.")["changed"]
    third = change("who_answers", at=NEWEST, why="")["changed"]
    await role.has(one, changed=third, changed_before=(first, second))
    for person in people:
        news, *before = [message.news for message in await role.world.messages(person)]
        assert (news.kind, [one.kind for one in before if one.kind.startswith("role")]) == ("role_changed", [])
        day = "" if person is people[0] else "; the day by which people hear who was chosen"
        assert f"- where or how it takes place: {WHY}.\n- the pay{day}: A grant ended." in news.body, news.body
        assert f"Changed: {3 if day else 2} things" in news.subject
    early = await role.somebody("interested", interested_at=LATER - timedelta(minutes=1))
    [it] = [one.news for one in await role.world.messages(early) if one.news.kind.startswith("role")]
    assert "Changed: 2 things" in it.subject and WHY not in it.body, "what was before they read on the page"
    told = await role.ids("role_changed"), await role.ids("role_said_anew")
    fourth = change("words", at=NOW, why="")["changed"]
    await role.has(one, changed=fourth, changed_before=(first, second, third))
    await role.has(one, changed=fourth, changed_before=(first, second, third), places=9)
    assert await role.ids("role_changed") == told[0], "those that were told are not told again"
    for person in (*people, early):
        news = next(one.news for one in await role.world.messages(person) if one.news.kind == "role_said_anew")
        assert "Changed: what it is about" in news.subject and WHY not in news.body, news.body
    assert len(await role.ids("role_said_anew")) == len(told[1]) + len(people) + 1


async def test_what_is_old_or_over_is_not_told_and_many_hear_by_few_statements(database: Database) -> None:
    role = await a_role(database)
    one = session(on(10))
    await role.has(one)
    person, gone = await role.somebody(), await told_of_it(role, ended_at=NOW)
    await role.has(one, **change("place", at=NOW - timedelta(days=31)))
    assert [kind for kind in await role.told(person) if kind.startswith("role")] == []
    for _ in range(30):
        await role.somebody()
    await role.becomes(one, **change("place", "access"))
    async with role.service.transaction() as tx:
        with asked() as found:
            assert await sessions.tell_who_have_a_place(tx, role.world.opportunity.id, None) is None
    assert len(found) <= FEW, "\n".join(found)
    assert len(await role.ids("role_changed")) == 31
    await role.service.settle()
    assert await role.told(gone) == [], "it fits them no more"
