"""Every link that a page offers leads somewhere, for each kind of visitor, and every page is fit for everybody.

Each page is fetched as each of them. It is seen in a wide window, on a phone with text spaced, and on paper; and with
names and titles that are hard to show (hard_words.py).
"""

import asyncio

import pytest
from playwright.async_api import Browser

from schemas import links
from schemas.helping import HELPER
from schemas.links import STAFF_HELP
from services.cli.clients.caller import Caller
from tests.journeys import hard_organisation
from tests.journeys.crawl import Crawl
from tests.journeys.hard_words import HARD
from tests.journeys.ids import Ids
from tests.journeys.looks import looking
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
    "helper": ("hana@network.example", "QZN"),
    "operator": ("olu@network.example", "QZN"),
    "finance of the network": ("nora@network.example", "QZN"),
    "admin of the network": ("ada@network.example", "QZN"),
    "all that an organisation needs": (hard_organisation.EMAIL, hard_organisation.ODS),
}
MORE_STARTS = {"admin of the network": [f"/organisations/for/{ods}" for ods in ("QZN", "8ZZ84", hard_organisation.ODS)]}
"""The admins look after their own organisation's staff and that of others: on pages of the same route."""
DRAFT_PAGES = ("/role", "/change", "/when", "/people", "/choosing", "/places", "/days", "/answers")
JOB_PAGES = ("/job", "/terms", "/apply")
NO_LINK_LEADS_TO = {
    "/engagements/mine/{id}/say": "where somebody took part to the end; test_honesty and test_every_form go there",
    **dict.fromkeys(
        (
            f"/opportunities/for/{{ods}}/ask/{{draft_id}}/draft{page}"
            for page in ("", *DRAFT_PAGES, "/check", "/delete")
        ),
        "where something asked for is drafted; test_asking goes there",
    ),
    "/opportunities/for/{ods}/ask/{id}/approve": "where a draft waits for a yes; test_asking goes there",
    "/opportunities/for/{ods}/ask/{id}/send-back": "the same",
    "/opportunities/for/{ods}/ask/{id}/decline": "of whoever drafts what others asked for; test_asking goes there",
    **dict.fromkeys(
        (
            "/engagements/draw-again.py",
            *(f"/engagements/for/{{ods}}/{{opportunity_id}}/draw{page}" for page in ("", "/lots", "/rules")),
            "/engagements/for/{ods}/{opportunity_id}/draw/objections/{objection_id}",
            "/engagements/for/{ods}/{opportunity_id}/draw/{number}/data",
            *(f"/engagements/mine/{{id}}/draw{page}" for page in ("", "/object", "/{number}/data")),
        ),
        "where a role draws by lot; test_every_form and tests/engagements/test_drawing go there",
    ),
    **dict.fromkeys(("/sitemap.xml", "/robots.txt", "/.well-known/security.txt"), "programs look there by themselves"),
    "/messages/mine/still-wanted": "its link is in a message that is sent after a year",
    "/matches/for/{ods}/untold": "for coordinators of the network, who are not among them; test_fair",
    "/opportunities/for/{ods}/to-draft": "for coordinators of the network, who are not among them; test_asking",
    **dict.fromkeys(
        (
            f"/opportunities/for/{{ods}}/jobs/drafts/{{draft_id}}{page}"
            for page in ("", *JOB_PAGES, "/check", "/delete")
        ),
        "where a job was begun; test_jobs goes there",
    ),
    "/opportunities/for/{ods}/{id}/changes": "where a role was changed after it was posted; test_changing goes there",
    "/opportunities/{id}/changes": "the same",
    "/opportunities/{id}/changes/{version}": "the same",
    "/opportunities/for/{ods}/{id}/open-again": "where a role closed; test_changing goes there",
    "/engagements/for/{ods}/people/{id}/question": "where somebody asked something; test_asking goes there",
    "/engagements/for/{ods}/{opportunity_id}/sessions": "where a role has many meetings; test_session_page goes there",
    "/engagements/mine/{id}/sessions": "the same",
    "/messages/for/{ods}/conversations/{about}/{id}/files/{said_id}": "where a file came; test_conversations_by_phone",
    "/messages/mine/conversations/{about}/{id}/files/{said_id}": "the same",
    "/engagements/mine/{id}/talk": "where times for a talk were proposed; test_every_form goes there",
    "/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/page/papers/{paper_id}": "where there is a paper",
    "/engagements/mine/{id}/sessions/{session_id}/papers/{paper_id}": "the same; test_session_page opens it",
    "/opportunities/for/{ods}/drafts": "where there are more than five drafts; test_beginning goes there",
    "/opportunities/for/{ods}/{id}/sessions/repeat/check": "comes after the form of a repeat; test_sessions goes there",
    "/payments/for/{ods}/corrected/{id}": "where a record changed after its claim was sent; test_corrections looks",
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
    "/messages/concerns/{id}": "where somebody told something; test_concerns goes there",
    "/messages/for/{ods}/concerns/{id}": "the same",
    "/messages/concerns/no/{about}/{id}": "where somebody heard a no; the same",
    "/messages/concerns/calls/{id}": "in a role of somebody's own story; test_complaints goes there",
    "/messages/for/{ods}/complaints/{id}": "where somebody complained about data; the same",
    "/messages/mine/answers": "its link is in a message; test_concerns follows it",
    "/messages/concerns/received/{reference}": "comes after a stranger's complaint; test_complaints goes there",
    "/messages/concerns/data/{id}": "where somebody complained about data; the same",
    "/messages/for/{ods}/complaints/{id}/note": "where a complaint is acknowledged; the same",
    "/messages/mine/confirm": "its link is in an e-mail",
    "/messages/letter-to-sign-in": "where the yes to a list leads by a form",
    "/join/mine/choose-time": "where times for a talk were offered; test_every_form goes there",
    "/messages/for/{ods}/register": "where an import leads by a form; test_every_form goes there",
    "/messages/for/{ods}/register/{id}": "the same",
    "/messages/for/{ods}/register/{id}/lines/{line}": "the same",
    "/training/for/{ods}/register": "the same",
    "/training/for/{ods}/register/{id}": "the same",
    "/training/for/{ods}/register/{id}/lines/{line}/{number}": "the same",
    "/join/asked/{signed}": "its link is in an e-mail",
    "/join/asked/{signed}/past/{id}": "its link is in an e-mail",
    "/messages/calendar/{secret}.ics": "a calendar program reads it; test_calendar_address does",
    "/matches/mine/{id}": "its link is in a message; it leads to the page of the role",
    "/matches/mine/{id}/not-for-me": "its link is in an e-mail; test_my_list opens it",
    "/messages/matches/{signed}": "its link is in an e-mail; test_how_told opens it",
    "/messages/monthly-list/{signed}": "its link is in an e-mail; test_monthly_link opens it",
    "/messages/still-wanted/{signed}": "its link is in an e-mail; test_still_wanted opens it",
    "/people/for/{ods}/import/{id}/parts": "of a list that was handed on; test_registers_api has its answer",
    "/profile/mine/passport/past/{id}": "where an organisation declared it of somebody; test_every_form goes there",
    "/training/mine/declared/{id}": "where an organisation declared training of somebody; test_every_form goes there",
    "/organisations/for/{ods}/hosts/{host}/end": "where an organisation has a host; test_hosts goes there",
    "/organisations/for/{ods}/people/{account_id}": "comes after a member of staff has entered somebody",
}
"""Pages that only a form, an e-mail or time leads to."""


HARD_TO_SHOW = {
    "/claims/for/{ods}/{id}",
    "/claims/mine/{id}",
    "/engagements/for/{ods}/{opportunity_id}",
    "/engagements/mine",
    "/home",
    "/home/for/{ods}",
    "/matches/mine/told",
    "/messages/mine/{id}",
    "/opportunities",
    "/opportunities/{id}",
    "/opportunities/for/{ods}/drafts/{draft_id}/check",
    "/organisations",
    "/organisations/{ods}/desks",
    "/organisations/{ods}/venues",
    "/organisations/for/{ods}",
    "/payments/for/{ods}/rates",
    "/people/for/{ods}/pool",
    "/people/for/{ods}/{id}",
    "/training/{programme_id}",
    "/training/for/{ods}/sessions/{id}",
}
"""Some of the pages that the walk must see with words that are hard to show, or it looks at nothing of the kind."""
AT_ONCE = 3


def is_file(path: str) -> bool:
    """A letter's: whether a link leads to it goes by who is written to in this world. test_letters opens them."""
    return path.endswith("/pdf")


def welcome(network: Network, part_way: PartWay) -> None:
    """Who gave only a name is asked for more, and who gave a way to be reached too has joined."""
    sal = Caller(network.base_url).sign_in("sal@network.example")
    for who, step, words in (
        (part_way.named, "ask-more", {"words": HARD.interest}),
        (part_way.began, "approve", {"tell_now": True}),
    ):
        id = who.get("recruitment", "/mine/application")["application"]["id"]
        sal.post("recruitment", f"/organisations/QZN/applications/{id}/{step}", words)


def be_compared(part_way: PartWay) -> None:
    """Whoever has just joined shows interest in a role that says what it chooses by."""
    joined = part_way.began
    role = joined.get("matching", f"/opportunities?organisation={hard_organisation.ODS}")["opportunities"][0]
    wrote = {"why": HARD.interest, "conflict": HARD.interest, "meets": [HARD.interest, "", HARD.interest]}
    joined.post_until_accepted("engagements", "/mine/interests", {"opportunity_id": role["id"], **wrote})


async def test_every_link_leads_to_a_page_that_everybody_can_use(
    network: Network, browser: Browser, part_way: PartWay, helped: None, ids: Ids
) -> None:
    assert ids.known, "every list that can be empty has something in it"
    await asyncio.to_thread(welcome, network, part_way)
    await asyncio.to_thread(be_compared, part_way)
    async with looking(browser, network) as looks:
        crawl, places = Crawl(network, looks), asyncio.Semaphore(AT_ONCE)

        async def walk(kind: str, token: str, starts: list[str]) -> None:
            async with places:
                await crawl.follow(kind, token, ["/", *starts])

        async def of_staff(kind: str, email: str, ods: str) -> None:
            caller = await asyncio.to_thread(Caller(network.base_url).sign_in, email)
            places = ["/home", f"/home/for/{ods}", f"/organisations/{ods}", *MORE_STARTS.get(kind, [])]
            if kind == "helper":  # where all starts that staff can do for somebody
                places.append(STAFF_HELP.format(ods=ods, person_id=part_way.leader.account_id))
            if kind == "coordinator and trainer":  # where somebody has a place, and a session was held
                role = part_way.ids["opportunity"]
                places.append(links.STAFF_INTAKE.format(ods=ods, opportunity_id=role))
            if kind == "screener":  # who looks after them: an application has the same route
                places.append(links.STAFF_APPLICATION.format(ods=ods, id=part_way.leader.account_id))
            await walk(kind, caller.token, places)

        await asyncio.gather(
            walk("patient leader", part_way.leader.token, ["/home"]),
            walk("new account", part_way.newcomer.token, ["/home"]),
            walk("nobody", "", []),
            crawl.look_at(
                "named",
                part_way.named.token,
                [links.START, links.FIRST_CONTACT, "/join/mine/say-more", links.SHOW_IT_IS_YOU, links.SIGN_OUT],
            ),
            crawl.look_at("began", part_way.began.token, [links.STARTED, links.AGREE, links.SHOW_IT_IS_YOU]),
            *(of_staff(kind, *who) for kind, who in STAFF.items()),
        )
    assert not crawl.wrong, "\n".join(crawl.wrong)
    pages = {door.path for door in doors() if door.method == "GET" and not door.is_api and not is_file(door.path)}
    never = {page for page in pages - crawl.reached if HELPER not in page}  # test_helpers_pages.py walks to all of them
    lost = sorted(never - NO_LINK_LEADS_TO.keys())
    assert not lost, "no link leads to these pages:\n" + "\n".join(lost)
    found = sorted(NO_LINK_LEADS_TO.keys() - never)
    assert not found, "a link leads to these pages after all:\n" + "\n".join(found)
    assert HARD_TO_SHOW - crawl.hard == set(), "these were not seen with words that are hard to show"
