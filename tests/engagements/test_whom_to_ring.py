"""Every page of a role says whom to ring about it: the desk that stands in while the one that it names is away."""

from datetime import timedelta

from schemas.identity import Desk
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from services.engagements.web import router
from tests.engagements.access import access
from tests.engagements.world import NOW
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
NOT_OF_A_ROLE = {"/engagements/mine", "/engagements/mine/data"}
"""Lists of all that one has, and what leaves as a file."""


def own_pages() -> set[str]:
    """The addresses of one's own pages here: whoever adds one shows whom to ring on it, or says why not."""
    paths = {route.path for route in router.routes if "GET" in getattr(route, "methods", ())}  # type: ignore[attr-defined]
    return {path for path in paths if "/mine" in path or "/interest/" in path}


async def test_each_page_of_a_role_names_the_desk_that_stands_in_and_whom_to_ask_for(engagements: Connected) -> None:
    desk_of = {"desk_id": AWAY.id}
    a = await access(engagements, **desk_of)
    world = a.world
    print(sorted(own_pages()))
