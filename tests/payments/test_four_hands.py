"""One person pays herself: each way that was tried, by the real doors of all services, and how it is refused."""

from uuid import UUID

import pytest

from services.chassis.base.hands import SYSTEM
from tests.support import Database
from tests.town import Town, refusal, town


@pytest.fixture
async def place(database: Database):
    async with town(database) as made:
        yield made


async def test_whoever_recorded_the_attendance_neither_approves_nor_releases_the_claim(place: Town) -> None:
    every = await place.hire(place.ada, "RX2", "Eve", "coordinator", "approver", "finance")
    amir = await place.hire(place.ada, "RX2", "Amir", "approver")
    claim = await place.earned(every, await place.person())
    assert refusal(await place.approve(every, claim)) == "own-record"
    assert await place.status(claim) == "sent"
    assert (await place.approve(amir, claim)).is_success
    assert refusal(await place.pay(every)) == "nothing-to-pay"
    assert await place.status(claim) == "approved"


async def test_an_admin_does_not_take_the_money_alone_with_programs_of_her_own(place: Town) -> None:
    eve = await place.hire(place.ada, "RX2", "Eve", "admin", "coordinator")
    for role in ("approver", "finance", "admin"):
        body = {"called": f"Robot {role}", "roles": [role]}
        made = await place.post(eve, "identity", "/organisations/RX2/machines", body)
        assert (made.status_code, refusal(made)) == (422, "not-for-a-machine"), role
    made = await place.must(eve, "identity", "/organisations/RX2/machines", {"called": "Bot", "roles": ["coordinator"]})
    bot = place.sign_in(made["account_id"], proved=False)
    more = await place.grant(eve, "RX2", bot, "finance")
    assert refusal(more) == "not-for-a-machine"
    role = await place.role(bot)
    engagement = await place.take(role, bot, await place.person())
    assert refusal(await place.record(role, engagement, bot)) == "attendance-by-a-machine"


async def test_programs_that_have_such_roles_from_before_can_do_nothing_with_them(place: Town) -> None:
    eve = await place.hire(place.ada, "RX2", "Eve", "admin", "coordinator")
    made = await place.must(eve, "identity", "/organisations/RX2/machines", {"called": "Bot", "roles": ["trainer"]})
    async with place.rooms.apps["payments"].database.transaction(SYSTEM) as tx:
        await tx.execute(
            "update mirror_account set state = jsonb_set(state, '{memberships,0,roles}', $2) where id = $1",
            *(UUID(made["account_id"]), '["approver", "finance"]'),
        )
    claim = await place.earned(eve, await place.person())
    bot = place.sign_in(made["account_id"], proved=False)
    assert refusal(await place.approve(bot, claim)) == "money-by-a-machine"
    amir = await place.hire(place.ada, "RX2", "Amir", "approver")
    assert (await place.approve(amir, claim)).is_success
    assert refusal(await place.pay(bot)) == "prove-it-is-you"
    assert await place.status(claim) == "approved"


async def test_nobody_gives_herself_a_role_that_leads_to_money(place: Town) -> None:
    eve = await place.hire(place.ada, "RX2", "Eve", "admin")
    for role in ("coordinator", "approver", "finance", "admin"):
        assert refusal(await place.grant(eve, "RX2", eve, role)) == "own-grant"
    again = {"called": "Eve", "email": "eve@rx2.example", "roles": ["finance"]}
    assert refusal(await place.post(eve, "identity", "/organisations/RX2/staff", again)) == "own-grant"
    assert refusal(await place.grant(place.ada, "QZZ", place.ada, "finance")) == "own-grant"
    assert (await place.grant(eve, "RX2", eve, "trainer")).is_success, "nothing is paid for that"


async def test_the_claimants_own_creatures_decide_nothing_however_long_the_chain(place: Town) -> None:
    """Eve is admin and claims; she makes Dan an admin, he makes Cat one, and Cat makes those who decide."""
    eve = await place.hire(place.ada, "RX2", "Eve", "admin")
    dan = await place.hire(eve, "RX2", "Dan", "admin")
    cat = await place.hire(dan, "RX2", "Cat", "admin")
    made = await place.hire(cat, "RX2", "Bob", "coordinator", "approver", "finance")
    await place.join(eve)
    role = await place.role(made)
    engagement = await place.take(role, made, eve)
    assert refusal(await place.record(role, engagement, made)) == "role-from-them"
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator")
    assert (await place.record(role, engagement, cora)).is_success
    claim = await place.claimed(eve)
    assert refusal(await place.approve(made, claim)) == "role-from-claimant"
    amir = await place.hire(place.ada, "RX2", "Amir", "approver")
    assert (await place.approve(amir, claim)).is_success
    assert refusal(await place.pay(made)) == "nothing-to-pay"


async def test_roles_that_two_admins_give_one_another_wait_for_the_networks_finance(place: Town) -> None:
    """Eve gave Dan a role and takes it back, so that nothing of it seems to be left; Dan gives Eve one in return."""
    dan = await place.hire(place.ada, "RX2", "Dan", "admin")
    eve = await place.hire(place.ada, "RX2", "Eve", "admin")
    assert (await place.grant(eve, "RX2", dan, "finance")).json()["waits_for_the_network"] is False
    staff = (await place.ask(eve, "GET", "identity", "/organisations/RX2/staff")).json()["staff"]
    hers = next(one for one in staff if one["account_id"] == str(dan.id) and one["roles"] == ["finance"])
    assert (await place.post(eve, "identity", f"/organisations/RX2/memberships/{hers['membership_id']}/end")).is_success
    nora = await place.hire(place.ada, "QZZ", "Nora", "finance")
    later = {"valid_from": "2099-01-01"}
    assert (await place.grant(dan, "RX2", eve, "approver", **later)).json()["waits_for_the_network"] is True
    assert refusal(await place.grant(dan, "RX2", eve, "approver")) == "waits-already"
    assert (await place.ask(eve, "GET", "identity", "/organisations/RX2/grants")).status_code == 404
    [waits] = (await place.ask(nora, "GET", "identity", "/organisations/QZZ/grants")).json()["grants"]
    path = f"/organisations/QZZ/grants/{waits['waiting']['id']}"
    for who in (eve, dan, place.ada):
        assert (await place.post(who, "identity", f"{path}/release")).status_code in (403, 404)
    async with place.rooms.apps["identity"].database.transaction(SYSTEM) as tx:
        told = await tx.fetch("select email, body from letter_out where subject like '%waits for you'")
    assert [one["email"] for one in told] == ["nora@qzz.example"]
    assert "Dan wants to give Eve the role: Approver" in told[0]["body"]
    assert (await place.post(nora, "identity", f"{path}/release")).is_success
    assert (await place.post(nora, "identity", f"{path}/release")).status_code == 404, "it is decided once"
    assert (await place.grant(dan, "RX2", eve, "approver", **later)).status_code == 409, "she has it from then on"
    assert (await place.grant(dan, "RX2", eve, "finance")).json()["waits_for_the_network"] is True


async def test_an_organisation_with_too_few_people_is_decided_for_by_the_networks_finance(place: Town) -> None:
    """Eve is all there is besides Fay in finance: she posts, records, and may approve what others recorded."""
    eve = await place.hire(place.ada, "RX2", "Eve", "coordinator", "approver")
    nora = await place.hire(place.ada, "QZZ", "Nora", "finance")
    bot = await place.must(place.ada, "identity", "/organisations/QZZ/machines", {"called": "B", "roles": ["trainer"]})
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator")
    by_eve, by_cora = await place.earned(eve, await place.person()), await place.earned(cora, await place.person())
    assert refusal(await place.approve(eve, by_eve)) == "own-record"
    assert refusal(await place.approve(nora, by_cora)) == "their-own-people-can"
    assert (await place.approve(place.sign_in(bot["account_id"]), by_eve)).status_code == 404
    assert (await place.approve(place.ada, by_eve)).status_code == 404
    assert (await place.approve(nora, by_eve)).is_success
    assert (await place.approve(eve, by_cora)).is_success
    assert refusal(await place.pay(nora)) == "nothing-to-pay", "Fay can"
    async with place.browser("payments", eve) as browser:
        assert "finance desk approved it" in (await browser.get(f"/claims/for/RX2/{by_eve}")).text
