"""Before a first role the code of conduct is agreed to, once, where the place is taken; nothing else waits for it."""

from schemas.recruitment import LeaderAgreed, LeaderApproved
from services.chassis.http.confirmations import SAID
from services.engagements.commands import staff as commands
from tests.engagements.world import leader, make
from tests.support import Connected, Person, form_key, led_to


async def test_a_first_place_is_taken_after_a_yes_to_the_code_which_the_offer_waits_for(engagements: Connected) -> None:
    world, ida = await make(engagements), Person("Ida")
    await engagements.hears_and_settles(ida.opened, LeaderApproved(leader(ida, code_agreed=None)))
    id, people = await world.interested(ida), f"/engagements/for/{world.trust.ods_code}/{world.o.id}"
    mine, taken = f"/engagements/mine/{id}", f"/mine/engagements/{id}/accept"
    async with engagements.browser(world.staff) as staff, engagements.api(world.staff) as program:
        assert "Has not agreed to the code of conduct yet" in (await staff.get(people)).text
        listed = (await program.get(f"/organisations/{world.trust.ods_code}/intakes/{world.o.id}")).json()
        assert [one["agreed_to_code"] for one in listed["engagements"]] == [False]
    async with engagements.transaction(world.staff.acting(world.trust)) as tx:
        await commands.offer_place(tx, id)

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
