"""A number for the day: its person's own yes, seen by organisations of their places alone, as long as those last."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.engagements import EngagementRestated
from schemas.event import Erased
from schemas.identity import AccountErased, Organisation
from schemas.matching import Opportunity, OpportunityRestated, SessionCancelled
from schemas.recruitment import LeaderApproved
from services.chassis.base import security_log
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import day_numbers as commands
from services.notifications.domain.contact import Wanted
from tests.matching.world import leader
from tests.notifications.roles import NOW, session
from tests.notifications.support import World, a_world
from tests.support import Connected, Person, hidden, member, organisation, registered

MINE = "/messages/mine/number-for-the-day"
NUMBER = "07700900982"


async def numbers_seen_by(world: World, staff: Person, trust: Organisation) -> list[str]:
    """What the database shows an organisation, whatever a page asks."""
    async with world.service.transaction(staff.acting(trust)) as tx:
        return [row["phone"] for row in await tx.fetch("select phone from day_number order by phone")]


async def to_come(world: World) -> Opportunity:
    """The role with a session in three days."""
    role = world.opportunity.model_copy(update={"version": 9, "sessions": (session(NOW + timedelta(days=3)),)})
    await world.service.hears_and_settles(OpportunityRestated(role))
    return role


async def place(world: World, person: Person, **changes: object) -> Any:
    values = {"person_id": person.id, "accepted_at": NOW} | changes
    status = str(values.pop("status", "accepted"))
    engagement = world.engagement(status, **values)
    await world.service.hears_and_settles(EngagementRestated(engagement))
    return engagement


async def test_who_agrees_is_on_the_sheet_of_their_roles_sees_who_opened_it_and_takes_it_back(
    notifications: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, noted = await a_world(notifications), list[str]()
    cora, kim = member(world.trust, "coordinator", called="Cora"), Person("Kim")
    other = organisation("RX9", "Other Trust")
    theirs, approver = member(other, "coordinator"), member(world.trust, "approver")
    people = (cora, kim, theirs, approver)
    await notifications.hears_and_settles(*registered(other), *(one.opened for one in people))
    await notifications.hears_and_settles(LeaderApproved(leader(world.person)), LeaderApproved(leader(kim)))
    role = await to_come(world)
    for one in (world.person, kim):
        await place(world, one, id=new_id())
    sheet = f"/messages/for/RX2/roles/{role.id}/phones"
    monkeypatch.setattr(security_log, "note", lambda happened, **more: noted.append(more["what"]))  # pyright: ignore
    await world.reach(Wanted("phone", NUMBER))
    async with notifications.browser(world.person) as sam, notifications.browser(cora) as staff:
        page = (await sam.get(MINE)).text
        assert f'value="{NUMBER}"' in page, "where they are rung anyway"
        assert "no organisation sees a number of yours" in page and role.title in page
        wrong = await sam.post(MINE, data=hidden(page) | {"phone": "ring me"})
        assert (wrong.status_code, "Enter a phone number with its area code" in wrong.text) == (422, True)
        assert "ring me" in wrong.text
        assert NUMBER not in (await staff.get(sheet)).text
        assert (await sam.post(MINE, data=hidden(page) | {"phone": "07700 900 982"})).status_code == 303
        await staff.head(sheet)
        assert "Nobody yet" in (await sam.get(MINE)).text, "HEAD takes nothing"
        shown = (await staff.get(sheet)).text
        assert NUMBER in shown and "1 of 2 people with a place agreed" in shown
        got = await staff.get(sheet + "?format=csv")
        assert got.text.splitlines()[1:] == [f"Sam,PL-7K3Q,{NUMBER}"]
        assert noted.count("phone_sheet") == 3
        page = (await sam.get(MINE)).text
        assert "You said yes on" in page
        assert page.partition("Who has opened it")[2].count("for the role") == 1, "once a day"
        assert (await sam.get("/messages/mine/data")).status_code == 200
        for who, ods, status in ((theirs, "RX9", 404), (theirs, "RX2", 404), (approver, "RX2", 403), (kim, "RX2", 404)):
            async with notifications.browser(who) as browser, notifications.api(who) as api:
                answer = await browser.get(sheet.replace("RX2", ods))
                assert (answer.status_code, NUMBER in answer.text) == (status, False)
                assert (await api.get(f"/organisations/{ods}/roles/{role.id}/phones")).status_code == status
        assert await numbers_seen_by(world, theirs, other) == []
        assert await numbers_seen_by(world, cora, world.trust) == [NUMBER]
        assert (await sam.post(MINE + "/take-back", data=hidden((await sam.get(MINE)).text))).status_code == 303
        assert await numbers_seen_by(world, cora, world.trust) == []
        assert "Nobody has agreed" in (await staff.get(sheet)).text


async def test_a_program_does_the_same_by_the_api(notifications: Connected) -> None:
    world = await a_world(notifications)
    cora = member(world.trust, "coordinator", called="Cora")
    await notifications.hears_and_settles(cora.opened)
    role = await to_come(world)
    await place(world, world.person)
    async with notifications.api(world.person) as api, notifications.api(cora) as office:
        assert (await api.put("/mine/day-number", json={"phone": "=07700 900982"})).status_code == 422
        assert (await api.put("/mine/day-number", json={"phone": NUMBER})).json() == {"agreed": True}
        at = f"/organisations/RX2/roles/{role.id}/phones"
        assert [one["phone"] for one in (await office.get(at)).json()["people"]] == [NUMBER]
        assert (await api.get("/mine/day-number")).json()["seen_by"][0]["title"] == role.title
        assert (await api.delete("/mine/day-number")).json() == {"agreed": False}
        assert (await api.delete("/mine/day-number")).json() == {"agreed": False}


async def test_the_database_shows_a_number_only_while_a_place_there_is_not_over(notifications: Connected) -> None:
    world = await a_world(notifications)
    cora = member(world.trust, "coordinator", called="Cora")
    await notifications.hears_and_settles(cora.opened)
    async with notifications.transaction(world.person.acting()) as tx:
        await commands.agree(tx, NUMBER)
    assert await numbers_seen_by(world, cora, world.trust) == [], "no place"
    engagement = await place(world, world.person, status="interested")
    assert await numbers_seen_by(world, cora, world.trust) == [], "an interest is no place"
    version = 10
    to_come, over = session(NOW + timedelta(days=3)), session(NOW - timedelta(days=3))
    lately, off = session(NOW - timedelta(hours=20)), SessionCancelled(at=NOW, why="not_needed")
    for status, sessions, seen in (
        ("accepted", (to_come,), True),
        ("accepted", (over, lately), True),
        ("accepted", (over,), False),
        ("accepted", (over, to_come.model_copy(update={"cancelled": off})), False),
        ("ended", (to_come,), False),
        ("withdrawn", (to_come,), False),
        ("accepted", (to_come,), True),
    ):
        version += 1
        role = world.opportunity.model_copy(update={"version": version, "sessions": sessions})
        now = engagement.model_copy(update={"version": version, "status": status, "accepted_at": NOW, "ended_at": NOW})
        await notifications.hears(OpportunityRestated(role), EngagementRestated(now))
        assert bool(await numbers_seen_by(world, cora, world.trust)) is seen, (status, sessions)
    await notifications.hears_and_settles(AccountErased(Erased(id=world.person.id, version=2)))
    assert await numbers_seen_by(world, cora, world.trust) == []
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select count(*) from day_number") == 0
