"""Agreeing to the code of conduct after one has joined: oneself, on the phone, to the next edition; who hears of it."""

import pytest

from services.recruitment.domain.agreement import Words
from tests.recruitment.scene import Scene
from tests.recruitment.test_policies import begin
from tests.recruitment.test_web import text
from tests.support import hidden, led_to, member

AGREE = "/join/mine/agree"
BACK = 'name="to" value="/engagements/mine/7"'
BOTH = {"code_of_conduct": "1", "data_notice": "1"}


async def agreed(scene: Scene) -> tuple[str | None, int]:
    """What rooms that give places hear of Sam, and how often it was said."""
    async with scene.recruitment.transaction() as tx:
        code = await tx.fetchval("select state ->> 'code_agreed' from leader where id = $1", scene.sam.id)
    return code, (await scene.names()).count("LeaderAgreed")


async def test_a_yes_after_joining_is_said_once_and_leads_back_and_the_next_edition_asks_again(scene: Scene) -> None:
    await scene.approve(await scene.ask())
    assert await agreed(scene) == (None, 0)
    async with scene.recruitment.browser(scene.sam) as sam:
        page = await sam.get(f"{AGREE}?to=/engagements/mine/7")
        assert "says yes to them once" in page.text
        nothing = await sam.post(AGREE, data={**hidden(page.text), "to": "/engagements/mine/7"})
        assert (nothing.status_code, await agreed(scene)) == (422, (None, 0))
        assert BACK in nothing.text, "a mistake does not lose the way back"
        yes = await sam.post(AGREE, data={**hidden(nothing.text), **BOTH, "to": "/engagements/mine/7"})
        assert led_to(yes) == "/engagements/mine/7"
        assert await agreed(scene) == ("1", 1)
        again = await sam.get(f"{AGREE}?to=https://elsewhere.example/")
        assert ("said yes to both" in again.text, "elsewhere" in again.text) == (True, False)
        assert "say yes" not in (await sam.get("/join/mine")).text

        await begin(scene, "code_of_conduct", Words(title="How we treat each other", words="Be kind."))
        assert "which has changed, and say yes to it" in text(await sam.get("/join/mine"))
        assert f'href="{AGREE}?to=/profile/mine/passport"' in (await sam.get("/profile/mine/passport")).text
        page = await sam.get(AGREE)
        assert "You keep every place that you have" in page.text
        assert await agreed(scene) == ("1", 1), "the next edition takes nothing away"
        older = await sam.post(AGREE, data={**hidden(page.text), **BOTH})
        assert older.status_code == 422
        yes = await sam.post(AGREE, data={**hidden(page.text), **BOTH, "code_of_conduct": "2"})
        assert (led_to(yes), await agreed(scene)) == ("/join/mine", ("2", 2))


async def test_whoever_agreed_with_the_form_is_in_the_pool_with_it_and_so_is_who_did_before_it_was_said(
    scene: Scene,
) -> None:
    await scene.in_pool()
    await scene.recruitment.settle()
    assert await agreed(scene) == ("1", 0)
    async with scene.recruitment.transaction() as tx:
        await tx.execute("update leader set state = state - 'code_agreed'")
        await tx.execute("insert into due (reaction, id, version) select 'say_code_agreed', id, version from leader")
    await scene.recruitment.settle()
    assert await agreed(scene) == ("1", 1)


@pytest.mark.parametrize("by", ["helper", "somebody of another organisation"])
async def test_on_the_phone_a_helper_ticks_what_they_say_and_both_hands_are_kept(scene: Scene, by: str) -> None:
    scene.sam = await scene.by_phone()
    await scene.approve(await scene.ask())
    organisation = scene.network if by == "helper" else scene.trust
    hana = member(organisation, "helper", called="Hana")
    await scene.knows(hana)
    at = f"/join/for/{organisation.ods_code}/people/{scene.sam.id}/agree"
    async with scene.recruitment.browser(hana) as browser:
        page = await browser.get(f"{at}?to=/engagements/mine/7")
        if by != "helper":
            assert (page.status_code, await agreed(scene)) == (404, (None, 0))
            return
        assert "Read them out to Pat" in page.text
        yes = await browser.post(at, data={**hidden(page.text), **BOTH, "to": "/engagements/mine/7"})
        assert led_to(yes) == f"/engagements/for/{organisation.ods_code}/people/{scene.sam.id}/7"
    assert await agreed(scene) == ("1", 1)
    async with scene.recruitment.transaction() as tx:
        assert {row["entered_by"] for row in await tx.fetch("select entered_by from agreement")} == {hana.id}
