"""A role that hides names names nobody on staff's home page, in its API or in the mail of what waits."""

from schemas.engagements import InterestShown
from schemas.matching import OpportunityPosted
from tests.notifications.support import a_world
from tests.notifications.test_home import waits_for
from tests.support import Connected, member


async def test_whoever_showed_interest_is_named_to_staff_only_where_the_role_does_not_hide_names(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    coordinator = member(world.trust, "coordinator", called="Cora")
    hides = world.opportunity.model_copy(update={"names_hidden": True})
    waits = (waits_for(world, "coordinator", "answer_interest"),)
    await notifications.hears_and_settles(coordinator.opened, InterestShown(world.engagement(waiting=waits)))
    seen: list[bool] = []
    for heard in (None, hides, hides.model_copy(update={"names_hidden": False, "version": 2})):
        if heard:
            await notifications.hears_and_settles(OpportunityPosted(heard))
        async with notifications.browser(coordinator) as browser, notifications.api(coordinator) as api:
            page = (await browser.get("/home/for/RX2")).text
            [one] = (await api.get("/organisations/RX2/home")).json()["waiting"]
        assert "Answer somebody who showed interest" in page
        assert (one["called"] is not None) == (world.person.called in page)
        seen.append(one["called"] is not None)
    assert seen == [False, False, True], "nor while it is not known whether it does"
