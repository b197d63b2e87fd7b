"""Every page of a role says whom to ring about it: the desk that stands in while the one that it names is away."""

from datetime import timedelta

from schemas.identity import AccountOpened, Desk, OrganisationChanged
from schemas.matching import OpportunityChanged
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from tests.engagements.access import access
from tests.engagements.test_following import later
from tests.engagements.world import NOW
from tests.shape.sources import routes
from tests.support import Connected

FIRST = Desk(id=new_id(), name="A first desk", phone="01632 960 199")
STANDS_IN = Desk(id=new_id(), name="Ward desk", phone="01632 960 102", hours="Fridays")
AWAY = Desk(
    id=new_id(),
    name="Involvement team",
    phone="01632 960 100",
    out_until=london_day(NOW) + timedelta(days=3),
    deputy_id=STANDS_IN.id,
)
NOT_OF_ONE_ROLE = {"/engagements/mine", "/engagements/mine/data"}
"""The list of all that one has, and what leaves as a file."""


def own_pages() -> list[str]:
    """One's own pages here. Whoever adds one shows on it whom to ring."""
    pages = [route.path for route in routes("engagements") if "GET" in (getattr(route, "methods", None) or ())]
    own = {page for page in pages if page.startswith(("/engagements/mine", "/engagements/interest"))}
    return sorted(page for page in own - NOT_OF_ONE_ROLE if "/data" not in page and "paper_id" not in page)


async def test_each_page_of_a_role_names_the_desk_that_stands_in_and_whom_to_ask_for(engagements: Connected) -> None:
    a = await access(engagements)
    world = a.world
    id = await a.place()
    named = later(world, 2, desk_id=AWAY.id, contact_id=world.staff.id, steps=("draw",))
    kept = world.trust.with_changes(version=2, desks=(FIRST, AWAY, STANDS_IN))
    await engagements.hears_and_settles(OpportunityChanged(named), OrganisationChanged(kept))
    kim, pages = await world.approved("Kim"), own_pages()
    assert len(pages) >= 8
    filled = [page.format(id=id, session_id=world.session_id, opportunity_id=world.o.id) for page in pages]
    async with engagements.browser(world.person) as sam, engagements.browser(kim) as other:
        answers = [(page, await sam.get(page)) for page in filled]
        answers.append(("the form", await other.get(f"/engagements/interest/{world.o.id}")))
        for page, answer in answers:
            assert answer.status_code == 200, (page, answer.text)
            told = ("Ward desk at Sussex Example Trust", "01632 960 102", "(Fridays)", "Ask for Alex.")
            assert [words for words in told if words not in answer.text] == [], page
            assert "01632 960 100" not in answer.text and "01632 960 199" not in answer.text, page
        left = AccountOpened(world.staff.account.with_changes(version=2, memberships=()))
        none = kept.with_changes(version=3, desks=(AWAY,))
        await engagements.hears_and_settles(left, OrganisationChanged(none))
        page = (await sam.get(f"/engagements/mine/{id}")).text
        assert "Ring us, and we ask Sussex Example Trust." in page and "Alex" not in page
