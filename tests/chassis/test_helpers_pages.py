"""All pages that a helper comes to from one start page, in every room: none leads away from helping.

In one process, over the rooms' real HTTP doors: what one room says the others hear at once.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from schemas.helping import ALONE, HELPER, for_person
from tests.form_walk import Walk, route_of
from tests.journeys.crawl import Seen
from tests.journeys.routes import doors
from tests.support import Database, hidden, led_to
from tests.town import Somebody, Town, town

OWN = re.compile(
    r'(?:href|action)="(/(?!sign-in/)[a-z]+/mine[^"]*|/home|/opportunities|/training|/engagements/interest/[^"]*)"'
)
THEIRS_ALONE = tuple(one.address.rpartition("/mine")[2] for one in ALONE)
NOBODY_LEADS_THERE = {
    "/messages/for/{ods}/people/{person_id}/still-wanted": "the message leads there that asks, after a year",
    "/matches/for/{ods}/people/{person_id}/{id}": "its link is in a message; it leads to the page of the role",
    "/matches/for/{ods}/people/{person_id}/{id}/not-for-me": "its link is in a message",
    "/opportunities/for/{ods}/people/{person_id}/{id}/changes": "the page of a role that was changed once posted",
    "/opportunities/for/{ods}/people/{person_id}/{id}/changes/{version}": "the page before it",
    "/messages/for/{ods}/people/{person_id}/confirm": "its link is in a letter",
    "/messages/for/{ods}/people/{person_id}/calendar": "what is theirs alone is offered to nobody who helps",
    "/messages/for/{ods}/people/{person_id}/calendar/{kind}/{id}.ics": "where they have a place in what is to come",
    "/messages/for/{ods}/people/{person_id}/calendar/{kind}/{id}/{session_id}.ics": "the same",
    "/messages/for/{ods}/people/{person_id}/calendar/all.ics": "the page of each role leads to its own",
    "/messages/for/{ods}/people/{person_id}/conversations/{about}/{id}/files/{said_id}": "where a file came",
    "/messages/for/{ods}/people/{person_id}/answers": "its link is in a message",
    "/messages/for/{ods}/people/{person_id}/concerns/calls/{id}": "in a role of somebody's own story",
    "/messages/for/{ods}/people/{person_id}/concerns/data/{id}": "where they complained; test_concerns opens the like",
    "/messages/for/{ods}/people/{person_id}/concerns/no/{about}/{id}": "where they heard a no; the same",
    "/messages/for/{ods}/people/{person_id}/concerns/{id}": "where they told something; test_concerns goes there",
    "/messages/for/{ods}/people/{person_id}/{id}/pdf": "where somebody is written to; test_letters opens it",
    "/engagements/for/{ods}/people/{person_id}/{id}/sessions": "where a role has more meetings than its page shows",
    "/engagements/for/{ods}/people/{person_id}/{id}/sessions/{session_id}/papers/{paper_id}": "where there is a paper",
    "/engagements/for/{ods}/people/{person_id}/{id}/access": "where something is arranged that they need",
    "/engagements/for/{ods}/people/{person_id}/{id}/sessions/{session_id}/access": "the same",
    "/engagements/for/{ods}/people/{person_id}/{id}/talk": "where a talk was proposed; test_helping goes there",
    "/engagements/for/{ods}/people/{person_id}/{id}/draw": "where places are drawn by lot; test_objecting goes there",
    "/engagements/for/{ods}/people/{person_id}/{id}/draw/object": "the same",
    "/engagements/for/{ods}/people/{person_id}/{id}/draw/{number}/data": "the same",
    "/join/for/{ods}/people/{person_id}/signed-form": "where the form was on paper",
    "/join/for/{ods}/people/{person_id}/say-more": "where an application waits for an answer",
    "/join/for/{ods}/people/{person_id}/choose-time": "where a talk was offered",
    "/join/for/{ods}/people/{person_id}/agree": "where something is still to be agreed to",
    "/payments/for/{ods}/people/{person_id}/household": "what is theirs alone is offered to nobody who helps",
    "/profile/for/{ods}/people/{person_id}/notes": "the same",
    "/training/for/{ods}/people/{person_id}/offered/{programme_id}": "where a programme is on offer",
    "/training/for/{ods}/people/{person_id}/declared/{id}": "of whoever was on a list; test_every_form goes there",
    "/profile/for/{ods}/people/{person_id}/passport/past/{id}": "the same",
}


@dataclass
class Helping:
    """Hana helps Pat, who cannot sign in, for the network."""

    network: Town
    walk: Walk
    hana: Somebody
    pat: str

    def at(self, own: str) -> str:
        return for_person(own, "QZZ", self.pat)

    async def press(self, page: str, action: str, **typed: str) -> str:
        """Send the form of a page; where that leads. Then every room hears of it."""
        html = (await self.walk.ask("helper", page)).text
        answer = await self.walk.ask("helper", action, {**hidden(html.split(f'action="{action}"')[1]), **typed})
        await self.network.rooms.carry()
        return led_to(answer)


@pytest.fixture
async def helping(database: Database) -> AsyncIterator[Helping]:
    async with town(database) as network:
        sue, sal = [await network.hire(network.ada, "QZZ", called, "screener") for called in ("Sue", "Sal")]
        hana = await network.hire(network.ada, "QZZ", "Hana", "helper")
        pat = (await network.must(sue, "identity", "/organisations/QZZ/people", {"called": "Pat"}))["account_id"]
        asks = {"person_id": pat, "full_name": "Pat Example", "why": "I know this.", "strands": ["culture"]}
        agreed = {"code_of_conduct": "1", "data_notice": "1"}
        id = (await network.must(sue, "recruitment", "/organisations/QZZ/phone", asks | agreed))["id"]
        await network.must(sal, "recruitment", f"/organisations/QZZ/applications/{id}/approve", {"tell_now": True})
        walk = Walk(network)
        walk.people["helper"] = hana
        yield Helping(network, walk, hana, pat)


async def taken(helping: Helping) -> str:
    """A role that a helper took for Pat, page by page: the engagement's id."""
    network = helping.network
    cora = await network.hire(network.ada, "RX2", "Cora", "coordinator")
    role = await network.role(cora)
    wishes = helping.at("/matches/mine/subscription")
    said = {"strands": "service_improvement", "modes": "remote", "paid_only": "no", "active": "yes"}
    await helping.press(wishes, wishes, **said)
    interest = helping.at(f"/engagements/interest/{role['id']}")
    led = await helping.press(interest, interest, why="I know this.", needs="")
    id = led.rpartition("/")[2]
    await network.must(cora, "engagements", f"/organisations/RX2/engagements/{id}/offer")
    place = helping.at(f"/engagements/mine/{id}")
    assert await helping.press(place, f"{place}/accept") == place
    recorded = await network.record(role, id, cora)
    assert recorded.is_success, recorded.text
    await network.role(cora)
    details = helping.at("/payments/mine/details")
    await helping.press(details, details, payee_name="P EXAMPLE", sort_code="200000", account_number="55779911")
    return id


async def test_no_page_that_a_helper_is_led_to_leads_out_of_helping(helping: Helping) -> None:
    await taken(helping)
    waiting, seen, wrong = [helping.at("/home")], set[str](), list[str]()
    for path in waiting:
        answer = await helping.walk.ask("helper", path)
        page = f"{path} ({answer.status_code})"
        if answer.status_code >= 400 and not path.endswith(THEIRS_ALONE):
            wrong.append(f"{page} is not there")
        if answer.is_redirect or "text/html" not in answer.headers.get("content-type", ""):
            continue
        wrong += [f"{page} leads to {one}" for one in OWN.findall(answer.text)]
        if "you are doing this for" not in answer.text:
            wrong.append(f"{page} does not say for whom")
        for link, _ in Seen(answer.text).links:
            route = route_of("GET", urlsplit(link).path)
            if route and HELPER in route and route not in seen:
                seen.add(route)
                waiting.append(link)
    assert wrong == []
    theirs = {door.path for door in doors() if door.method == "GET" and HELPER in door.path and not door.is_api}
    assert theirs - seen == NOBODY_LEADS_THERE.keys()
    search = helping.at("/matches/mine/searches/new")
    assert await helping.press(search, search, strand="research") == helping.at("/matches/mine/subscription")


async def test_what_was_done_is_told_to_the_person_with_who_did_it(helping: Helping) -> None:
    await taken(helping)
    shown = (await helping.walk.ask("helper", helping.at("/messages/mine/helped"))).text
    done = ("Said yes to a place", "Showed interest in an opportunity", "Changed which opportunities", "Asked to join")
    for words in (*done, "Hana", "Sue"):
        assert words in shown
    home = (await helping.walk.ask("helper", helping.at("/home"))).text
    assert home.count("Hana did something for you") == 4
    assert home.count("Sue did something for you") == 1


async def test_somebody_else_of_the_network_cannot_open_any_of_it(helping: Helping) -> None:
    network = helping.network
    nell = await network.hire(network.ada, "QZZ", "Nell", "finance")
    helping.walk.people["nell"], helping.walk.people["pat"] = nell, network.sign_in(helping.pat)
    for path in {
        helping.at(own) for own in ("/home", "/claims/mine", "/engagements/mine", "/profile/mine", "/matches/mine")
    }:
        assert (await helping.walk.ask("nell", path)).status_code == 403, path
        assert (await helping.walk.ask("pat", path)).status_code == 404, path
