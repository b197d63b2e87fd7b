"""One person pays herself: each way that was tried, by the real doors of all services, and how it is refused."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from services.chassis.base.hands import SYSTEM
from services.identity.jobs import say_what_waits_for_staff
from services.payments.jobs import say_what_waits_for_staff as say_what_waits_for_network
from tests.support import Connected, Database, form_key
from tests.town import Town, refusal, town
from tests.waiting import to_do


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
    invited = await place.must(eve, "identity", "/organisations/RX2/staff", again)
    yes = f"/mine/invitations/{invited['invitation_id']}/accept"
    assert refusal(await place.post(eve, "identity", yes)) == "own-grant"
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


async def answered_letters(place: Town) -> dict[str, str]:
    """What was written of an answer of the network, the latest to each address."""
    async with place.rooms.apps["identity"].database.transaction(SYSTEM) as tx:
        told = await tx.fetch("select email, body from letter_out where subject like '% has said %' order by id")
    return {one["email"]: one["body"] for one in told}


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
    assert (await place.ask(eve, "GET", "identity", "/organisations/RX2/grants")).status_code == 403
    [waits] = (await place.ask(nora, "GET", "identity", "/organisations/QZZ/grants")).json()["grants"]
    path = f"/organisations/QZZ/grants/{waits['waiting']['id']}"
    identity = Connected(place.rooms.apps["identity"])
    [said] = await to_do(identity, say_what_waits_for_staff)
    assert (said.what, said.role, said.link) == ("decide_roles", "finance", "/organisations/for/QZZ/grants")
    for who in (eve, dan, place.ada):
        assert (await place.post(who, "identity", f"{path}/release")).status_code in (403, 404)
    async with place.rooms.apps["identity"].database.transaction(SYSTEM) as tx:
        told = await tx.fetch("select email, body from letter_out where subject like '%waits for you'")
    assert [one["email"] for one in told] == ["nora@qzz.example"]
    assert "Dan wants to give Eve the role: Approver" in told[0]["body"]
    assert (await place.post(nora, "identity", f"{path}/release")).is_success
    assert (await place.post(nora, "identity", f"{path}/release")).status_code == 404, "it is decided once"
    assert await to_do(identity, say_what_waits_for_staff) == []
    assert "It counts from Thursday 1 January 2099" in (await answered_letters(place))["dan@rx2.example"]
    assert (await place.grant(dan, "RX2", eve, "approver", **later)).status_code == 409, "she has it from then on"
    assert (await place.grant(dan, "RX2", eve, "finance")).json()["waits_for_the_network"] is True
    [waits] = (await place.ask(nora, "GET", "identity", "/organisations/QZZ/grants")).json()["grants"]
    assert (await place.post(nora, "identity", f"/organisations/QZZ/grants/{waits['waiting']['id']}/refuse")).is_success
    refused = await answered_letters(place)
    assert "Eve does not get it" in refused["dan@rx2.example"]
    assert "you do not have it" in refused["eve@rx2.example"]


async def test_an_organisation_with_too_few_people_is_decided_for_by_the_networks_finance(place: Town) -> None:
    """Eve is all there is besides Fay in finance: she posts, records, and may approve what others recorded."""
    eve = await place.hire(place.ada, "RX2", "Eve", "coordinator", "approver")
    nora = await place.hire(place.ada, "QZZ", "Nora", "finance")
    bot = await place.must(place.ada, "identity", "/organisations/QZZ/machines", {"called": "B", "roles": ["trainer"]})
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator")
    by_eve, by_cora = await place.earned(eve, await place.person()), await place.earned(cora, await place.person())
    assert refusal(await place.approve(eve, by_eve)) == "own-record"
    assert refusal(await place.approve(nora, by_cora)) == "their-own-people-can"
    payments = Connected(place.rooms.apps["payments"])
    [waits] = await to_do(payments, say_what_waits_for_network)
    assert (waits.what, waits.role, str(waits.about)) == ("approve_for_others", "finance", by_eve), "nobody else may"
    assert waits.link == f"/claims/for/RX2/{by_eve}"
    async with place.browser("payments", nora) as browser:
        listed = (await browser.get("/payments/for/QZZ/others")).text
        assert waits.link in listed and "Trust RX2" in listed and "Has waited" in listed and by_cora not in listed
    [one] = (await place.ask(nora, "GET", "payments", "/organisations/QZZ/claims-of-others")).json()["claims"]
    assert one["id"] == by_eve
    for who, ods, status in ((eve, "RX2", 403), (nora, "RX2", 404), (place.ada, "QZZ", 403)):
        assert (await place.ask(who, "GET", "payments", f"/organisations/{ods}/claims-of-others")).status_code == status
    assert (await place.approve(place.sign_in(bot["account_id"]), by_eve)).status_code == 404
    assert (await place.approve(place.ada, by_eve)).status_code == 404
    assert (await place.approve(nora, by_eve)).is_success
    assert (await place.approve(eve, by_cora)).is_success
    assert await to_do(payments, say_what_waits_for_network) == [], "Fay can pay them"
    assert refusal(await place.pay(nora)) == "nothing-to-pay", "Fay can"
    async with place.browser("payments", eve) as browser:
        assert "finance desk approved it" in (await browser.get(f"/claims/for/RX2/{by_eve}")).text


async def test_who_lives_with_the_claimant_leaves_it_to_somebody_else_and_nobody_is_looked_up(place: Town) -> None:
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator")
    amir, bea = [await place.hire(place.ada, "RX2", called, "approver") for called in ("Amir", "Bea")]
    sam, stranger = await place.person(), await place.person("Stranger")
    code = (await place.must(sam, "payments", "/mine/household/code"))["code"]
    wrong = [{"code": "AAAA-AAAA"}, {"code": code[:-1]}, {"code": ""}]
    assert [(await place.post(amir, "payments", "/mine/household", one)).status_code for one in wrong] == [422] * 3
    assert refusal(await place.post(sam, "payments", "/mine/household", {"code": code})) == "own-code"
    assert (await place.post(amir, "payments", "/mine/household", {"code": code.lower().replace("-", " ")})).is_success
    assert refusal(await place.post(stranger, "payments", "/mine/household", {"code": code})) == "code-not-good"
    shown = (await place.ask(amir, "GET", "payments", "/mine/household")).json()
    assert list(shown["household"][0]) == ["with_id", "said_at"]
    claim = await place.earned(cora, sam)
    assert refusal(await place.approve(amir, claim)) == "one-household"
    assert (await place.approve(bea, claim)).is_success, "it is approved all the same"
    await place.must(sam, "payments", f"/mine/household/{amir.id}/end")
    await place.must(sam, "payments", f"/mine/household/{amir.id}/end")
    assert refusal(await place.approve(amir, await place.earned(cora, sam))) == ""
    async with place.browser("payments", sam) as browser:
        page = await browser.get("/payments/mine/household")
        made = await browser.post("/payments/mine/household/code", data={"form_key": form_key(page.text)})
        shown = (await browser.get(made.headers["location"])).text
        assert "Your code is" in shown


async def test_roles_of_the_last_30_days_and_hands_that_belong_together_are_shown_beside_the_decision(
    place: Town,
) -> None:
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator", "admin")
    amir = await place.hire(cora, "RX2", "Amir", "approver")
    claim = await place.earned(cora, await place.person())
    async with place.browser("payments", amir) as browser:
        shown = (await browser.get(f"/claims/for/RX2/{claim}")).text
        assert "Amir’s role as approver was given by Cora on" in shown
        assert "coordinator was given by somebody of the network on" in shown
    assert (await place.approve(amir, claim)).is_success
    fay = place.sign_in(await place.id_of("fay@rx2.example"))
    async with place.browser("payments", fay) as browser:
        assert "Amir’s role as approver was given by Cora on" in (await browser.get("/payments/for/RX2")).text
        listed = await browser.get("/payments/for/RX2/hands")
        assert "The recorder and the approver are not apart" in listed.text
        assert "The recorder and the approver" in (await browser.get("/payments/for/RX2/hands?format=csv")).text
    assert (await place.pay(fay)).is_success, "it is listed, and not refused"


async def test_a_run_is_released_only_by_somebody_who_showed_lately_who_they_are(place: Town) -> None:
    fay = place.sign_in(await place.id_of("fay@rx2.example"), proved=False)
    assert refusal(await place.pay(fay)) == "prove-it-is-you"
    eve = place.sign_in((await place.hire(place.ada, "RX2", "Eve", "admin")).id, proved=False)
    assert refusal(await place.grant(eve, "RX2", fay, "trainer")) == "prove-it-is-you"


async def test_an_approver_who_records_the_session_afterwards_does_not_stay_its_approver(place: Town) -> None:
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator")
    bob = await place.hire(place.ada, "RX2", "Bob", "coordinator", "approver")
    amir = await place.hire(place.ada, "RX2", "Amir", "approver")
    person = await place.person()
    role = await place.role(cora)
    engagement = await place.take(role, cora, person)
    assert (await place.record(role, engagement, cora)).is_success
    claim = await place.claimed(person)
    assert (await place.approve(bob, claim)).is_success
    path = f"/organisations/RX2/intakes/{role['id']}/sessions/{role['session']}/attendance"
    await place.must(bob, "engagements", path, {"attended": [], "absent": [engagement]})
    assert await place.status(claim) == "approved", "and it cannot be paid"
    await place.must(bob, "engagements", path, {"attended": [engagement], "absent": []})
    assert await place.status(claim) == "sent"
    assert refusal(await place.approve(bob, claim)) == "own-record"
    assert (await place.approve(amir, claim)).is_success
    with pytest.raises(asyncpg.CheckViolationError):
        async with place.rooms.apps["payments"].database.transaction(SYSTEM) as tx:
            await tx.execute("update claim set approved_by = recorded_by where id = $1", UUID(claim))


async def test_of_two_admins_who_give_one_another_roles_at_once_one_waits_and_the_others_are_told(place: Town) -> None:
    dan, eve = [await place.hire(place.ada, "RX2", called, "admin") for called in ("Dan", "Eve")]
    both = await asyncio.gather(place.give(dan, eve, "finance"), place.give(eve, dan, "finance"))
    assert sorted(one.json()["waits_for_the_network"] for one in both) == [False, True]
    cat = await place.hire(dan, "RX2", "Cat", "approver")
    async with place.rooms.apps["identity"].database.transaction(SYSTEM) as tx:
        told = await tx.fetch("select email, body from letter_out where subject = 'Cat has a new role at Trust RX2'")
    assert [one["email"] for one in told] == ["eve@rx2.example"], f"not {cat.id} or whoever gave it"
    assert "Dan has given Cat the role: Approver" in told[0]["body"]
    assert "/organisations/for/RX2" in told[0]["body"]
