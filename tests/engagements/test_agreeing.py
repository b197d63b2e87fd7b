"""Before a first role the code of conduct is agreed to, once, where the place is taken; nothing else waits for it."""

from schemas.recruitment import LeaderAgreed, LeaderApproved
from services.chassis.http.confirmations import SAID
from tests.engagements.world import leader, make
from tests.support import Connected, Database, Person, form_key, led_to
from tests.town import Somebody, refusal, town


async def test_a_first_place_is_taken_after_a_yes_to_the_code_which_the_offer_waits_for(engagements: Connected) -> None:
    world, ida = await make(engagements), Person("Ida")
    await engagements.hears_and_settles(ida.opened, LeaderApproved(leader(ida, code_agreed=None)))
    id, people = await world.interested(ida), f"/engagements/for/{world.trust.ods_code}/{world.o.id}"
    mine, taken = f"/engagements/mine/{id}", f"/mine/engagements/{id}/accept"
    async with engagements.browser(world.staff) as staff, engagements.api(world.staff) as program:
        assert "Has not agreed to the code of conduct yet" in (await staff.get(people)).text
        listed = (await program.get(f"/organisations/{world.trust.ods_code}/intakes/{world.o.id}")).json()
        assert [one["agreed_to_code"] for one in listed["engagements"]] == [False]
    await world.offer(id)

    async with engagements.browser(ida) as browser, engagements.api(ida) as api:
        page = await browser.get(mine)
        assert f'href="/join/mine/agree?to={mine}"' in page.text
        assert "Yes, I take the place" not in page.text
        refused = await browser.post(f"{mine}/accept", data={"form_key": form_key(page.text)})
        assert (refused.status_code, "reads the code of conduct" in refused.text) == (409, True)
        assert (await api.post(taken)).json()["type"].endswith("agree-first")
        assert "looks again by itself" in (await browser.get(f"{mine}?{SAID}=0123456789abcdef")).text
        await engagements.hears_and_settles(LeaderAgreed(leader(ida, version=2)))
        page = await browser.get(mine)
        assert led_to(await browser.post(f"{mine}/accept", data={"form_key": form_key(page.text)})) == mine
    await engagements.hears_and_settles(LeaderAgreed(leader(ida, version=3, code_agreed="2")))
    assert (await world.engagement(id)).status == "accepted", "the next edition takes no place away"
    async with engagements.browser(world.staff) as staff:
        assert "Has not agreed" not in (await staff.get(people)).text


async def test_from_a_name_alone_to_a_first_place_through_every_room(database: Database) -> None:
    """By oneself, and by a helper who reads the code out to somebody who has no way to sign in any more."""
    async with town(database) as network:
        sue = await network.hire(network.ada, "QZZ", "Sue", "screener")
        hana = await network.hire(network.ada, "QZZ", "Hana", "helper")
        cora = await network.hire(network.ada, "RX2", "Cora", "coordinator")
        role = await network.role(cora)
        policies = (await network.ask(None, "GET", "recruitment", "/policies")).json()
        yes = {kind: policies[kind]["version"] for kind in ("code_of_conduct", "data_notice")}
        for called, helper in (("Ida", None), ("Pip", hana)):
            made = await network.must(None, "identity", "/start", {"called": called})
            who, mine = helper or Somebody(made["account_id"], network.sign_in(made["account_id"]).token), "/mine"
            if helper:
                mine = f"/for/QZZ/people/{made['account_id']}"
            [asked] = (await network.ask(sue, "GET", "recruitment", "/organisations/QZZ/applications")).json()[
                "applications"
            ]
            approve = f"/organisations/QZZ/applications/{asked['id']}/approve"
            await network.must(sue, "recruitment", approve, {"tell_now": True})
            interest = {"opportunity_id": role["id"], "why": "I know this.", "needs": ""}
            id = (await network.must(who, "engagements", f"{mine}/interests", interest))["id"]
            await network.must(cora, "engagements", f"/organisations/RX2/engagements/{id}/offer")
            take = f"{mine}/engagements/{id}/accept"
            assert refusal(await network.post(who, "engagements", take)) == "agree-first"
            assert refusal(await network.post(who, "recruitment", f"{mine}/agreements", {})) != ""
            await network.must(who, "recruitment", f"{mine}/agreements", yes)
            assert (await network.must(who, "engagements", take))["status"] == "accepted"
