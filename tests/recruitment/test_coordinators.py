"""Who looks after whom: from joining on, by hand-over, by cover, and when a role ends."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from services.chassis.base.refusals import NotAllowed, NotFound, Refused
from services.chassis.postgres.transaction import new_id
from services.recruitment.commands import coordinating
from services.recruitment.domain import coordinator as domain
from services.recruitment.domain.coordinator import NOBODY
from services.recruitment.jobs import say_what_waits_for_staff
from services.recruitment.store import caseloads
from tests.asking import FEW, asked
from tests.recruitment.team import TODAY, TOMORROW, Team
from tests.support import Person, member
from tests.waiting import to_do


async def coordinators(team: Team, people: list[UUID]) -> dict[UUID | None, int]:
    """How many of these each looks after, by what the leaders say."""
    async with team.scene.recruitment.transaction() as tx:
        rows = await tx.fetch("select state ->> 'coordinator_id' as id from leader where id = any($1::uuid[])", people)
    found: dict[UUID | None, int] = {}
    for row in rows:
        id = UUID(row["id"]) if row["id"] else None
        found[id] = found.get(id, 0) + 1
    return found


async def test_whoever_answered_looks_after_the_person_who_reads_their_name(team: Team) -> None:
    leader = await team.scene.in_pool()
    assert (leader.coordinator_id, leader.coordinator_since) == (team.robin.id, leader.approved_at)
    async with team.scene.recruitment.browser(team.scene.sam) as sam:
        for page in ("/profile/mine", "/profile/mine/passport"):
            assert "Your coordinator is <strong>Robin</strong>" in (await sam.get(page)).text
    assert await team.listed(team.robin.id) == ["Sam"]


async def test_one_person_is_handed_over_with_a_line_that_both_read(team: Team) -> None:
    await team.scene.in_pool()
    await team.hands_over(team.robin, team.jo, line="Jo lives round the corner.")
    assert (await team.leader()).coordinator_id == team.jo.id
    assert (await team.scene.names())[-1] == "LeaderHandedOver"
    assert await team.reads(team.jo) == ["Jo lives round the corner."]
    assert await team.reads(team.scene.sam, team.scene.sam) == ["Jo lives round the corner."]
    assert await team.reads(team.robin) == [], "who handed them over looks after them no more"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("robin", domain.SameCoordinator),
        ("admin", domain.NotACoordinator),
        ("alex", domain.NotACoordinator),
        ("nobody", domain.NotACoordinator),
        ("sam", domain.NotACoordinator),
    ],
)
async def test_nobody_is_handed_over_to_who_may_not_look_after_them(team: Team, to: str, why: type[Refused]) -> None:
    await team.scene.in_pool()
    people = {
        "robin": team.robin,
        "admin": team.admin,
        "alex": team.scene.coordinator,
        "sam": team.scene.sam,
        "nobody": Person(),
    }
    with pytest.raises(why):
        await team.hands_over(team.robin, people[to])
    with pytest.raises(why):
        await team.hands_all_over(team.robin, team.robin.id, people[to])
    assert (await team.leader()).coordinator_id == team.robin.id


async def test_a_member_of_staff_who_is_a_patient_leader_too_never_looks_after_themselves(team: Team) -> None:
    await team.scene.in_pool(team.jo)
    with pytest.raises(domain.OwnCoordinator):
        await team.hands_over(team.robin, team.jo, team.jo)
    with pytest.raises(domain.NotTheirCoordinator):
        await team.hands_over(team.jo, team.kim, team.jo)
    await team.hands_all_over(team.robin, team.robin.id, team.jo)
    await team.scene.recruitment.settle()
    assert (await team.leader(team.jo)).coordinator_id == team.robin.id, "she stays with who looks after her"
    await team.covers(team.robin, team.jo)
    assert (await team.leader(team.jo)).cover_id is None


async def test_whoever_is_close_to_somebody_gets_all_of_a_colleague_s_people_but_them(team: Team) -> None:
    """Nor do they cover for them."""
    pat = Person("Pat")
    await team.scene.knows(pat)
    await team.scene.in_pool()
    await team.scene.in_pool(pat)
    async with team.scene.recruitment.transaction() as tx:
        await tx.execute("update application set close_to = array[$2::uuid] where person_id = $1", pat.id, team.jo.id)
    await team.hands_all_over(team.robin, team.robin.id, team.jo)
    await team.scene.recruitment.settle()
    assert await coordinators(team, [team.scene.sam.id, pat.id]) == {team.jo.id: 1, team.robin.id: 1}
    await team.hands_over(team.jo, team.robin)
    await team.covers(team.robin, team.jo)
    assert [(await team.leader(one)).cover_id for one in (team.scene.sam, pat)] == [team.jo.id, None]
    await team.hands_over(team.robin, team.kim, pat)
    await team.hands_over(team.kim, team.robin, pat)
    assert (await team.leader(pat)).cover_id is None


async def test_only_their_coordinator_who_covers_or_an_admin_hands_somebody_over(team: Team) -> None:
    await team.scene.in_pool()
    with pytest.raises(domain.NotTheirCoordinator):
        await team.hands_over(team.kim, team.jo)
    with pytest.raises(domain.NotTheirCoordinator):
        await team.hands_all_over(team.kim, team.robin.id, team.jo)
    for by, network, why in (
        (team.scene.coordinator, team.scene.trust, NotFound),
        (member(team.scene.network, "finance"), team.scene.network, NotAllowed),
    ):
        with pytest.raises(why):
            async with team.scene.recruitment.transaction(by.acting(network)) as tx:
                await coordinating.hand_over(tx, team.scene.sam.id, team.jo.id, "")
    with pytest.raises(NotFound):
        await team.hands_over(team.robin, team.jo, Person())
    await team.hands_over(team.admin, team.jo)
    await team.covers(team.jo, team.kim)
    await team.hands_over(team.kim, team.robin)
    assert (await team.leader()).coordinator_id == team.robin.id


async def test_a_thousand_people_go_to_a_colleague_in_one_hand_over_each_of_them_said(team: Team) -> None:
    people = await team.crowd(1000, team.robin)
    await team.hands_all_over(team.robin, team.robin.id, team.jo, "I go on leave.")
    with asked() as found:
        await team.scene.recruitment.settle()
    assert len(found) < FEW * (1000 / coordinating.AT_ONCE + 1), "many rows are one statement"
    assert await coordinators(team, people) == {team.jo.id: 1000}
    assert (await team.scene.names()).count("LeaderHandedOver") == 1000
    async with team.scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from note where words = 'I go on leave.'") == 1000
        assert await tx.fetchval("select count(*) from hand_over where done_at is null") == 0
        assert await tx.fetchval("select count(distinct person_id) from caseload where coordinator_id = $1", team.jo.id)


async def test_of_two_hand_overs_at_once_one_is_done_and_the_other_told_to_wait(team: Team) -> None:
    people = await team.crowd(300, team.robin)
    answers = await asyncio.gather(
        team.hands_all_over(team.robin, team.robin.id, team.jo),
        team.hands_all_over(team.robin, team.robin.id, team.kim),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in answers) == ["HandOverGoesOn", "NoneType"]
    with pytest.raises(domain.HandOverGoesOn):
        await team.hands_all_over(team.admin, team.jo.id, team.robin)
    await team.scene.recruitment.settle()
    assert await coordinators(team, people) in ({team.jo.id: 300}, {team.kim.id: 300})


async def test_a_hand_over_that_was_cut_off_goes_on_and_who_came_meanwhile_stays(team: Team) -> None:
    people = await team.crowd(coordinating.AT_ONCE + 10, team.robin)
    await team.hands_all_over(team.robin, team.robin.id, team.jo)
    await team.scene.recruitment.app.workers.do_some()
    [late] = await team.pool("Late")
    await team.scene.recruitment.settle()
    assert await coordinators(team, people) == {team.jo.id: len(people)}
    assert (await team.leader(late)).coordinator_id == team.robin.id


async def test_a_colleague_whose_role_ends_before_they_have_all_gets_nobody_more(team: Team) -> None:
    people = await team.crowd(5, team.robin)
    await team.hands_all_over(team.robin, team.robin.id, team.jo)
    await team.loses_the_role(team.jo)
    assert set(await coordinators(team, people)) <= {team.robin.id, None}
    async with team.scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from hand_over where done_at is null") == 0


async def test_cover_is_said_of_all_and_ends_after_its_last_day_by_itself(team: Team) -> None:
    await team.scene.in_pool()
    people = await team.crowd(3, team.robin)
    await team.covers(team.robin, team.jo, until=TOMORROW)
    leader = await team.leader()
    assert (leader.coordinator_id, leader.cover_id, leader.cover_until) == (team.robin.id, team.jo.id, TOMORROW)
    async with team.scene.recruitment.browser(team.scene.sam) as sam:
        assert "Until then you can ask <strong>Jo</strong>" in (await sam.get("/profile/mine")).text
    async with team.on(TOMORROW):
        assert (await team.leader()).cover_id == team.jo.id, "on the last day it still holds"
    async with team.on(TOMORROW + timedelta(days=1)):
        pass
    assert (await team.leader()).cover_id is None
    assert await coordinators(team, people) == {team.robin.id: 3}
    assert (await team.scene.names()).count("LeaderHandedOver") == 8
    assert await team.scene.recruitment.failing() == []


async def test_cover_made_longer_holds_and_who_is_back_earlier_ends_it(team: Team) -> None:
    await team.scene.in_pool()
    await team.covers(team.robin, team.jo, until=TOMORROW)
    week = TODAY + timedelta(days=7)
    await team.covers(team.robin, team.kim, until=week)
    async with team.on(TOMORROW + timedelta(days=1)):
        pass
    assert ((await team.leader()).cover_id, (await team.leader()).cover_until) == (team.kim.id, week)
    await team.ends_cover(team.robin)
    assert (await team.leader()).cover_id is None
    with pytest.raises(domain.NoCoverToEnd):
        await team.ends_cover(team.robin)


async def test_nobody_covers_in_a_circle_in_the_past_for_themselves_or_without_the_role(team: Team) -> None:
    await team.covers(team.robin, team.jo)
    for by, cover, until, why in (
        (team.jo, team.robin, TOMORROW, domain.CoverIsAway),
        (team.jo, team.kim, TOMORROW, domain.CoversSomebody),
        (team.kim, team.robin, TOMORROW, domain.CoverIsAway),
        (team.kim, team.kim, TOMORROW, domain.CoversForThemselves),
        (team.kim, team.admin, TOMORROW, domain.CoverHasNotTheRole),
        (team.kim, team.jo, TODAY - timedelta(days=1), domain.CoverIsOver),
        (team.kim, team.jo, TODAY + timedelta(days=400), domain.CoverTooLong),
    ):
        with pytest.raises(why):
            await team.covers(by, cover, until=until)
    with pytest.raises(domain.NotTheirCoordinator):
        await team.covers(team.kim, team.jo, of=team.robin)
    await team.covers(team.admin, team.kim, of=team.robin)


async def test_of_two_who_cover_for_each_other_at_once_one_is_refused(team: Team) -> None:
    answers = await asyncio.gather(
        team.covers(team.jo, team.kim), team.covers(team.kim, team.jo), return_exceptions=True
    )
    assert sum(isinstance(one, domain.CoverIsAway | domain.CoversSomebody) for one in answers) == 1


async def test_when_a_coordinators_role_ends_their_people_wait_in_a_list_and_a_metric(team: Team) -> None:
    await team.scene.in_pool()
    await team.covers(team.jo, team.robin)
    await team.loses_the_role(team.robin)
    leader = await team.leader()
    assert (leader.coordinator_id, leader.cover_id) == (None, None)
    assert leader.coordinator_since
    async with team.scene.recruitment.transaction() as tx:
        assert (await caseloads.waits(tx))["coordinator"] == leader.coordinator_since
        assert await tx.fetchval("select count(*) from cover") == 0, "who is gone covers nobody"
    assert await team.listed(NOBODY, by=team.jo) == ["Sam"]
    async with team.scene.recruitment.browser(team.scene.sam) as sam:
        assert "You have no coordinator just now" in (await sam.get("/profile/mine")).text
    await team.hands_all_over(team.jo, NOBODY, team.kim)
    await team.scene.recruitment.settle()
    assert (await team.leader()).coordinator_id == team.kim.id
    async with team.scene.recruitment.transaction() as tx:
        assert (await caseloads.waits(tx))["coordinator"] is None


async def test_a_role_that_ends_on_a_day_is_noticed_without_any_news(team: Team) -> None:
    await team.scene.in_pool()
    await team.loses_the_role(team.robin, last_day=TOMORROW)
    assert (await team.leader()).coordinator_id == team.robin.id
    async with team.on(TOMORROW + timedelta(days=1)) as later:
        async with later.transaction() as tx:
            await coordinating.look_at_all_coordinators(tx)
        await later.settle()
    assert (await team.leader()).coordinator_id is None


async def test_the_people_of_a_coordinator_who_is_forgotten_wait_and_their_notes_stay_without_a_name(
    team: Team,
) -> None:
    await team.scene.in_pool()
    await team.writes(team.robin)
    await team.scene.recruitment.hears_and_settles(AccountErased(Erased(id=team.robin.id, version=2)))
    assert (await team.leader()).coordinator_id is None
    waits = await to_do(team.scene.recruitment, say_what_waits_for_staff)
    who = [("give_coordinator", role, team.scene.sam.id) for role in ("coordinator", "screener")]
    assert [(one.what, one.role, one.about) for one in waits] == who
    async with team.scene.recruitment.browser(team.scene.sam) as sam:
        assert "somebody who has left" in (await sam.get("/profile/mine/notes")).text


async def test_who_joined_before_there_were_coordinators_gets_whoever_answered_them(team: Team) -> None:
    await team.scene.in_pool()
    [other] = await team.pool("Other")
    async with team.scene.recruitment.transaction() as tx:
        await tx.execute("update leader set state = state - 'coordinator_id' - 'coordinator_since'")
        await tx.execute("update application set decided_by = $2 where person_id = $1", other.id, new_id())
        assert await caseloads.coordinators(tx) == []
        assert await coordinating.give_people_who_answered_them(tx, NOBODY) is None
    assert (await team.leader()).coordinator_id == team.robin.id
    assert (await team.leader(other)).coordinator_id is None, "whoever answered them works here no more"
    assert await team.listed(NOBODY) == ["Other"]


async def test_who_leaves_is_in_nobodys_list_and_who_comes_back_is_whoevers_who_answered(team: Team) -> None:
    from services.recruitment.commands import pool

    await team.scene.in_pool()
    await team.covers(team.robin, team.jo)
    async with team.scene.recruitment.transaction(team.scene.sam.acting()) as tx:
        await pool.leave_pool(tx)
    left = await team.leader()
    assert (left.coordinator_id, left.cover_id, await team.listed(team.robin.id)) == (None, None, [])
    again = await team.scene.approve(await team.scene.send(), team.kim)
    assert again.coordinator_id == team.kim.id
    assert await team.listed(team.kim.id) == ["Sam"]
