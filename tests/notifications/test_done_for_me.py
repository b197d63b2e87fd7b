"""What staff did for somebody: who it was, when, and where it stands as it is now."""

from datetime import timedelta

from schemas.helping import DONE, SEEN_AT
from schemas.recruitment_help import RecruitmentHelp, RecruitmentHelpGiven
from services.chassis.postgres.transaction import new_id
from tests.notifications.support import NOW, World, a_world
from tests.support import Connected, Person, member


def done(world: World, helper: Person, what: str, *, days: int = 0) -> RecruitmentHelpGiven:
    return RecruitmentHelpGiven(
        RecruitmentHelp(
            id=new_id(),
            version=1,
            person_id=world.person.id,
            helped_by=helper.id,
            organisation_id=world.network.id,
            what=what,
            done_at=NOW - timedelta(days=days),
        )
    )


async def test_each_thing_leads_to_where_it_stands_now_the_newest_first_on_the_page_and_by_the_api(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    helper = member(world.network, "helper", called="Hana")
    await notifications.hears_and_settles(
        helper.opened, done(world, helper, "say_needs", days=2), done(world, helper, "something_newer")
    )
    async with notifications.browser(world.person) as browser:
        page = (await browser.get("/messages/mine/helped")).text
    assert page.index("Changed something") < page.index(DONE["say_needs"])
    assert f'href="{SEEN_AT["say_needs"]}"' in page
    assert "Hana" in page
    async with notifications.api(world.person) as api:
        helped = (await api.get("/mine/helped")).json()["helped"]
    assert [(one["what"], one["helper"], one["link"]) for one in helped] == [
        ("something_newer", "Hana", None),
        ("say_needs", "Hana", "/profile/mine/needs"),
    ]
    async with notifications.api(helper) as api:
        assert (await api.get("/mine/helped")).json()["helped"] == [], "it was done for somebody else"
