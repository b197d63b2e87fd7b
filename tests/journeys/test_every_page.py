"""Every link that a page offers leads somewhere, for each kind of visitor, and every page is fit for everybody."""

import asyncio

import pytest
from playwright.async_api import Browser

from services.cli.clients.caller import Caller
from tests.journeys.crawl import Crawl
from tests.journeys.ids import Ids
from tests.journeys.network import Network
from tests.journeys.part_way import PartWay
from tests.journeys.routes import doors

pytestmark = pytest.mark.timeout(400)

STAFF = {
    "coordinator and trainer": ("cora@downland.example", "RZ9"),
    "approver": ("amir@downland.example", "RZ9"),
    "finance": ("fay@downland.example", "RZ9"),
    "trainer": ("lou@livingwell.example", "8ZZ83"),
    "screener": ("sal@network.example", "QZN"),
    "operator": ("olu@network.example", "QZN"),
    "finance of the network": ("nora@network.example", "QZN"),
    "admin of the network": ("ada@network.example", "QZN"),
}
MORE_STARTS = {"admin of the network": ["/organisations/for/QZN", "/organisations/for/8ZZ84"]}
"""The admins look after their own organisation's staff and that of others: on pages of the same route."""
NO_LINK_LEADS_TO = {
    "/sign-in/sent": "comes after the form that asks for a link",
    "/sign-in/link": "its link is in an e-mail",
    "/sign-in/address": "its link is in an e-mail",
    "/sign-in/invited": "its link is in an e-mail",
    "/sign-in/invited/declined": "comes after somebody has said no to an invitation",
    "/sign-in/mine/invitations": "where signing in leads while an invitation waits",
    "/sign-in/reach": "comes after the button of a new account's link",
    "/sign-in/again": "where a page leads whoever showed too long ago who they are",
    "/sign-in/renew": "a redirect, when a token is old",
    "/sign-in/forgotten": "comes after somebody has forgotten their account",
    "/messages/mine/confirm": "its link is in an e-mail",
    "/organisations/for/{ods}/hosts/{host}/end": "where an organisation has a host; test_hosts goes there",
    "/organisations/for/{ods}/people/{account_id}": "comes after a member of staff has entered somebody",
}
"""Pages that only a form, an e-mail or time leads to."""


async def test_every_link_leads_to_a_page_that_everybody_can_use(
    network: Network, browser: Browser, part_way: PartWay, ids: Ids
) -> None:
    assert ids.known, "every list that can be empty has something in it"
    crawl = Crawl(network, browser)

    async def people() -> None:
        await crawl.follow("patient leader", part_way.leader.token, ["/", "/home"])
        await crawl.follow("new account", part_way.newcomer.token, ["/", "/home"])
        await crawl.follow("nobody", "", ["/"])

    async def staff() -> None:
        for kind, (email, ods) in STAFF.items():
            caller = await asyncio.to_thread(Caller(network.base_url).sign_in, email)
            starts = ["/", "/home", f"/home/for/{ods}", f"/organisations/{ods}", *MORE_STARTS.get(kind, [])]
            await crawl.follow(kind, caller.token, starts)

    await asyncio.gather(people(), staff())
    assert not crawl.wrong, "\n".join(crawl.wrong)
    pages = {door.path for door in doors() if door.method == "GET" and not door.is_api}
    never = pages - crawl.reached
    assert never - NO_LINK_LEADS_TO.keys() == set(), "no link leads to these pages"
    assert NO_LINK_LEADS_TO.keys() - never == set(), "a link leads to these pages after all"
