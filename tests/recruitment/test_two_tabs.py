"""What would fit somebody, from two tabs and corrected; a decision that is said once."""

from tests.recruitment.scene import Scene
from tests.support import hidden
from tests.two_tabs import done, from_two_tabs, stands

PROFILE = "/profile/mine"


async def test_what_would_fit_is_said_in_two_tabs_and_corrected(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.browser(scene.sam) as sam:
        first = {"strands": ["research"], "modes": "remote"}
        both = await from_two_tabs(sam, PROFILE, first, {"strands": "information", "modes": "remote"})
        assert list(stands(both)) == ["What kind of work?"], "only what differs is shown"
        assert both.count("<h2>About health</h2>") == 1, "the notice is read once"
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select strands from profile") == ["research"]


async def test_a_decision_is_said_once_and_nothing_that_was_typed_after_it_is_lost(scene: Scene) -> None:
    id = await scene.send()
    page = f"/people/for/QNX/{id}/decline"
    async with scene.recruitment.browser(scene.screener) as robin, scene.recruitment.browser(scene.screener) as too:
        form, late = [hidden((await one.get(page)).text) for one in (robin, too)]
        said = {"reason": "Not yet", "would_help": "A talk"}
        leads = done(await robin.post(page, data={**form, **said}))
        assert done(await robin.post(page, data={**form, **said})) == leads
        again = await robin.post(page, data={**form, **said, "reason": "Not yet: ask again in spring"})
        assert again.status_code == 409
        for words in ("You have sent this form already", "This can be done only once", "ask again in spring"):
            assert words in again.text
        assert "Keep this answer</button>" not in again.text
        other = await too.post(page, data={**late, **said, "reason": "Something else altogether"})
        assert other.status_code == 409
        assert "Something else altogether" in other.text
    assert await scene.names() == ["ApplicationSent", "ApplicationChanged"], "nobody is told for an hour"
