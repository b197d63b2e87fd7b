"""Which organisations may do things for a person: said by themselves, or by the phone to their coordinator."""

import pytest

from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import new_id
from services.recruitment.commands import pool
from services.recruitment.domain import leader as domain
from tests.recruitment.team import Team
from tests.support import Person, hidden, led_to

PAGE = "/profile/mine/helpers"


async def says(team: Team, word: domain.Says, person: Person | None = None, by: Person | None = None) -> None:
    person = person or team.scene.sam
    acting = by.acting(team.scene.network).helping(person.id) if by else person.acting()
    async with team.scene.recruitment.transaction(acting) as tx:
        await pool.say_who_may_act(tx, team.scene.trust.id, word)


async def said(team: Team, person: Person | None = None) -> tuple[int, int]:
    leader = await team.leader(person)
    return len(leader.may_act), len(leader.may_not_act)


async def test_a_yes_and_a_no_take_each_others_place_and_can_be_taken_back_at_any_time(team: Team) -> None:
    await team.scene.in_pool()
    steps: list[tuple[domain.Says, tuple[int, int]]] = [("yes", (1, 0)), ("no", (0, 1)), ("no", (0, 1)), ("", (0, 0))]
    for word, stands in steps:
        await says(team, word)
        assert await said(team) == stands
    assert (await team.scene.names()).count("LeaderSaidWhoMayAct") == 3, "nothing is said twice"


async def test_somebody_who_left_may_still_say_no_since_their_claims_go_on(team: Team) -> None:
    await team.scene.in_pool()
    await says(team, "yes")
    async with team.scene.recruitment.transaction(team.scene.sam.acting()) as tx:
        await pool.leave_pool(tx)
    assert await said(team) == (1, 0)
    await says(team, "no")
    assert await said(team) == (0, 1)


async def test_on_the_phone_their_coordinator_writes_it_down_and_nobody_else_does(team: Team) -> None:
    pat = await team.scene.by_phone()
    async with team.scene.recruitment.transaction(team.robin.acting(team.scene.network).helping(pat.id)) as tx:
        from services.recruitment.commands import joining
        from tests.recruitment.scene import draft

        id = await joining.send_application(tx, draft())
    await team.scene.approve(id)
    with pytest.raises(domain.OnlyThemOrTheirCoordinator):
        await says(team, "yes", pat, by=team.kim)
    await says(team, "yes", pat, by=team.robin)
    await team.covers(team.robin, team.jo)
    await says(team, "no", pat, by=team.jo)
    assert await said(team, pat) == (0, 1)
    async with team.scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select entered_by from permission where person_id = $1", pat.id) == team.jo.id


async def test_their_coordinator_writes_down_a_no_at_the_helpers_address(
    team: Team,
) -> None:
    await team.scene.in_pool()
    trust, sam = team.scene.trust, team.scene.sam
    there = f"/profile/for/QNX/people/{sam.id}/helpers"
    async with team.scene.recruitment.browser(team.robin) as robin:
        shown = (await robin.get(there + "?words=sussex")).text
        assert f'action="{there}/{trust.id}/no"' in shown
        assert led_to(await robin.post(f"{there}/{trust.id}/no", data=hidden(shown))) == there
    assert await said(team) == (0, 1)
    async with team.scene.recruitment.browser(sam) as own:
        assert f"{team.robin.called} wrote it down for you" in (await own.get(PAGE)).text


async def test_after_a_no_to_the_network_their_coordinator_writes_down_the_next_word_and_does_nothing_else(
    team: Team,
) -> None:
    await team.scene.in_pool()
    network, sam = team.scene.network, team.scene.sam
    theirs = f"/profile/for/QNX/people/{sam.id}"
    async with team.scene.recruitment.browser(sam) as own:
        shown = (await own.get(PAGE + "?words=" + network.name[:6])).text
        led_to(await own.post(f"{PAGE}/{network.id}/no", data=hidden(shown)))
    async with team.scene.recruitment.browser(team.robin) as robin:
        refused = await robin.get(theirs)
        assert refused.status_code == 403
        assert "does not want" in refused.text
        shown = (await robin.get(theirs + "/helpers")).text
        led_to(await robin.post(f"{theirs}/helpers/{network.id}/neither", data=hidden(shown)))
        assert (await robin.get(theirs)).status_code == 200
    async with team.scene.recruitment.browser(team.kim) as kim:
        assert (await kim.get(theirs + "/helpers")).status_code == 403


async def test_nothing_is_said_of_an_organisation_that_is_not_there_or_by_who_is_no_patient_leader(team: Team) -> None:
    with pytest.raises(domain.NotAPatientLeader):
        await says(team, "yes")
    await team.scene.in_pool()
    with pytest.raises(NotFound):
        async with team.scene.recruitment.transaction(team.scene.sam.acting()) as tx:
            await pool.say_who_may_act(tx, new_id(), "yes")


async def test_the_page_finds_an_organisation_and_takes_the_persons_word(team: Team) -> None:
    await team.scene.in_pool()
    trust = team.scene.trust
    async with team.scene.recruitment.browser(team.scene.sam) as sam, team.scene.recruitment.api(team.scene.sam) as api:
        assert trust.name not in (await sam.get(PAGE)).text
        shown = (await sam.get(PAGE + "?words=sussex")).text
        assert trust.name in shown
        assert led_to(await sam.post(f"{PAGE}/{trust.id}/no", data=hidden(shown))) == PAGE
        shown = (await sam.get(PAGE)).text
        assert "You said <strong>no</strong>" in shown
        assert led_to(await sam.post(f"{PAGE}/{trust.id}/neither", data=hidden(shown))) == PAGE
        assert (await sam.post(f"{PAGE}/{trust.id}/perhaps", data=hidden(shown))).status_code in (404, 422)
        assert (await api.put(f"/mine/helpers/{trust.id}", json={"may_act": True})).status_code == 200
        [one] = (await api.get("/mine/helpers")).json()["organisations"]
        assert (one["name"], one["may_act"]) == (trust.name, True)
    async with team.scene.recruitment.browser(team.robin) as robin:
        assert f"{trust.name}" in (await robin.get(f"/people/for/QNX/{team.scene.sam.id}")).text
    async with team.scene.recruitment.browser(team.scene.coordinator) as alex:
        page = (await alex.get(f"/people/for/RX2/{team.scene.sam.id}")).text
        assert "May do things for them" not in page
        assert "Coordinator" not in page, "staff of other organisations see what they saw before"
    async with team.scene.recruitment.api(team.scene.coordinator) as api:
        seen = (await api.get(f"/organisations/RX2/people/{team.scene.sam.id}")).json()
        assert seen.keys() == {"id", "version", "called", "reference", "status", "rung", "approved_at", "left_at"}
