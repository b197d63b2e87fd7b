"""Every door of every service, tried by those for whom it is not: over HTTP, with ids that exist and others."""

import asyncio
from functools import cache

import asyncpg
import httpx
import pytest

from schemas.links import SIGN_OUT
from services import NAMES
from services.cli.clients.caller import Caller
from tests.journeys.ids import Ids, fill_at_random
from tests.journeys.knocking import FROM_ANOTHER_SITE, Somebody
from tests.journeys.network import Network
from tests.journeys.part_way import PartWay
from tests.journeys.routes import Door, doors

pytestmark = pytest.mark.timeout(300)

OWN, OTHER = "RZ9", "U99981"
NEEDS_NO_SIGN_IN = ("anyone", "holder of a token", "holder of the start secret", "machine with its secret")
EVERYBODY_MAY = {
    "POST /training/mine/sessions/{session_id}": "takes a place in a session that everybody sees",
    "GET /engagements/interest/{opportunity_id}": "shows interest in what is on the common feed",
    "POST /engagements/interest/{opportunity_id}": "shows interest in what is on the common feed",
    "GET /api/engagements/v1/mine/clashes/{opportunity_id}": "one's own, at the time of what is on the feed",
    "GET /api/training/v1/mine/clashes/{programme_id}": "the same, of training that everybody sees",
    "GET /matches/roles/{opportunity_id}": "whether a role that everybody sees fits them is their own",
    "POST /matches/roles/{opportunity_id}/not-for-me": "the same",
    "POST /matches/roles/{opportunity_id}/show-again": "the same",
    "GET /api/matching/v1/mine/roles/{opportunity_id}": "the same",
    "POST /api/matching/v1/mine/roles/{opportunity_id}/not-for-me": "the same",
    "POST /api/matching/v1/mine/roles/{opportunity_id}/show-again": "the same",
    "POST /profile/mine/helpers/{organisation_id}/{says}": "whoever may act for them is everybody's own to say",
    "PUT /api/recruitment/v1/mine/helpers/{organisation_id}": "the same",
    "GET /api/recruitment/v1/organisations/{ods}/people/{id}": "every organisation sees who is in the shared pool",
}
"""Doors whose id is nobody's own."""
IN_ROLE = {
    "coordinator": ("cora@downland.example", OWN),
    "approver": ("amir@downland.example", OWN),
    "finance": ("fay@downland.example", OWN),
    "admin": ("cora@downland.example", OWN),
    "trainer": ("lou@livingwell.example", "8ZZ83"),
    "screener": ("sal@network.example", "QZN"),
    "helper": ("hana@network.example", "QZN"),
    "operator": ("olu@network.example", "QZN"),
}


def for_staff() -> list[Door]:
    return [door for door in doors() if door.who.startswith("staff")]


def for_operators() -> list[Door]:
    return [door for door in doors() if door.who == "operator"]


@cache
def forms() -> list[Door]:
    """But for those that a signed link leads to: whoever has none finds no page there (test_asked_to_join)."""
    return [door for door in doors() if door.method == "POST" and not door.is_api and "signed" not in door.names]


async def signed_in(network: Network, email: str) -> Caller:
    return await asyncio.to_thread(Caller(network.base_url).sign_in, email)


async def test_nobody_enters_where_one_has_to_sign_in(network: Network, ids: Ids) -> None:
    wrong: list[str] = []
    async with Somebody(network) as nobody:
        for door in doors():
            if door.who.startswith(NEEDS_NO_SIGN_IN):
                continue
            answer = await nobody.knock(door, ids.fill(door, OWN))
            if door.is_api or door.method != "GET":
                good = answer.status_code == 401
            else:
                good = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?to=")
            wrong += [] if good else [said(door, answer)]
    assert not wrong, "\n".join(wrong)


async def test_staff_of_another_organisation_find_nothing_under_its_address(network: Network, ids: Ids) -> None:
    wrong: list[str] = []
    async with Somebody(network, await signed_in(network, "priya@chalkvalley.example")) as priya:
        for door in for_staff():
            for path in (ids.fill(door, OWN), fill_at_random(door, OWN)):
                answer = await priya.knock(door, path)
                wrong += [] if answer.status_code == 404 else [said(door, answer)]
        await nothing_happened(network, priya)
    assert not wrong, "\n".join(wrong)


async def test_what_is_another_organisations_is_not_there_under_ones_own_address(network: Network, ids: Ids) -> None:
    wrong: list[str] = []
    priya = Somebody(network, await signed_in(network, "priya@chalkvalley.example"))
    nell = Somebody(network, await signed_in(network, "nell@chalkvalley.example"))
    osei = Somebody(network, await signed_in(network, "osei@chalkvalley.example"))
    async with priya, nell, osei:
        for door in for_staff():
            # A kind of policy, the name of a file, and the code of a template from practice are nobody's own.
            if not set(door.names) - {"ods", "kind", "file", "code"} or str(door) in EVERYBODY_MAY:
                continue
            one = nell if door.roles & {"finance", "trainer"} else osei if "approver" in door.roles else priya
            may = not door.roles or bool(door.roles & {"finance", "trainer", "coordinator", "approver", "admin"})
            may = may and not {"glossary", "synonyms"} & {
                *door.path.split("/")
            }  # the network alone keeps it, as its row policy says
            answer = await one.knock(door, ids.fill(door, OTHER))
            wrong += [] if answer.status_code == (404 if may else 403) else [said(door, answer)]
        await nothing_happened(network, priya, nell, osei)
    assert not wrong, "\n".join(wrong)


async def test_what_is_somebody_elses_is_not_there_among_ones_own(network: Network, ids: Ids) -> None:
    wrong: list[str] = []
    async with Somebody(network, await signed_in(network, "maya@people.example")) as maya:
        for door in doors():
            if not door.who.startswith("signed in") or not door.names or str(door) in EVERYBODY_MAY:
                continue
            for path in (ids.fill(door, ""), fill_at_random(door, "")):
                answer = await maya.knock(door, path)
                wrong += [] if answer.status_code == 404 else [said(door, answer)]
        await nothing_happened(network, maya)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("email", ["priya@chalkvalley.example", "sal@network.example", "maya@people.example"])
async def test_the_operators_pages_are_not_there_for_others(network: Network, ids: Ids, email: str) -> None:
    wrong: list[str] = []
    async with Somebody(network, await signed_in(network, email)) as somebody:
        for door in for_operators():
            answer = await somebody.knock(door, ids.fill(door, ""))
            wrong += [] if answer.status_code == 404 else [said(door, answer)]
    assert not wrong, "\n".join(wrong)


async def test_a_form_without_a_key_of_its_session_or_of_another_site_changes_nothing(
    network: Network, part_way: PartWay, ids: Ids
) -> None:
    wrong: list[str] = []
    async with Somebody(network, part_way.newcomer) as another:
        for who, ods, forms in await entitled(network, part_way):
            async with who:
                for door in forms:
                    for key in ("", another.form_key):
                        answer = await who.knock(door, ids.fill(door, ods), key=key)
                        good = answer.status_code == 403 and "Check and send again" in answer.text
                        wrong += [] if good else [f"{'with another key' if key else 'no key'}: {said(door, answer)}"]
                    answer = await who.knock(door, ids.fill(door, ods), whence=FROM_ANOTHER_SITE)
                    good = answer.status_code == 403 and "Another website sent this" in answer.text
                    wrong += [] if good else [f"from another site: {said(door, answer)}"]
                await nothing_happened(network, who)
    assert not wrong, "\n".join(wrong)


async def entitled(network: Network, part_way: PartWay) -> list[tuple[Somebody, str, list[Door]]]:
    """All forms, under those who may send them: who, the organisation they act for, and the forms."""
    helping = [door for door in forms() if door.who.startswith("helper")]
    by_role = {role: [door for door in forms() if role in door.roles and door not in helping] for role in IN_ROLE}
    by_role["admin"] = [door for door in by_role["admin"] if "admin, of the network" not in door.who]
    by_role["finance"] = [door for door in by_role["finance"] if "finance, of the network" not in door.who]
    by_role["operator"] = [door for door in forms() if door.who == "operator"]
    found = [
        (Somebody(network, await signed_in(network, IN_ROLE[role][0])), IN_ROLE[role][1], forms)
        for role, forms in by_role.items()
    ]
    found.append((Somebody(network, await signed_in(network, "sal@network.example")), "QZN", helping))
    of_the_network = [door for door in forms() if "admin, of the network" in door.who]
    found.append((Somebody(network, await signed_in(network, "ada@network.example")), "QZN", of_the_network))
    of_any_role = [door for door in forms() if door.who.startswith("staff") and not door.roles]
    found.append((Somebody(network, await signed_in(network, IN_ROLE["approver"][0])), "RZ9", of_any_role))
    by_finance = [door for door in forms() if "finance, of the network" in door.who]
    found.append((Somebody(network, await signed_in(network, "nora@network.example")), "QZN", by_finance))
    personal = [door for door in forms() if door.who.startswith("signed in") or door.path == SIGN_OUT]
    leader = await signed_in(network, str(part_way.leader.account_id))  # now: some forms ask for a proof of late
    found.append((Somebody(network, leader), "", personal))
    public = [door for door in forms() if door.who.startswith("anyone") and door.path != SIGN_OUT]
    found.append((Somebody(network), "", public))
    left_out = {str(door) for door in forms()} - {str(door) for _, _, forms in found for door in forms}
    assert left_out == set(), "nobody tried these forms"
    return found


async def nothing_happened(network: Network, *who: Somebody) -> None:
    """None of what they asked for has caused an event."""
    asked = [correlation for one in who for correlation in one.correlations]
    for name in NAMES:
        connection = await asyncpg.connect(network.database_url, server_settings={"search_path": name}, timeout=10)
        try:
            caused = await connection.fetch("select type from outbox where correlation_id = any($1::uuid[])", asked)
        finally:
            await connection.close()
        assert [row["type"] for row in caused] == [], name


def said(door: Door, answer: httpx.Response) -> str:
    return f"{door} answered {answer.status_code} to {answer.request.url.path}: {answer.text[-200:]!r}"
