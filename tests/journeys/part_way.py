"""Main jobs that stop half-way, so that every page has something to show, and that hard to show; what they left."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from services.cli.clients.caller import Caller, until_accepted
from services.cli.demo.journey import Journey
from tests.chassis.sent_files import photo
from tests.journeys.hard_organisation import make_hard_organisation
from tests.journeys.hard_words import HARD
from tests.journeys.network import Network
from tests.support import wait_until

CLAIM_WAITS = "Approve the claim"
"""The step before which a claim waits for its approval, at the organisation RZ9."""
ACCOUNT_MADE = "Make an account by e-mail"
SCREENED = "Screen and approve"
"""The step before which an application waits."""
OFFERED, ATTENDED = "Offer a place with pay", "Record who came"
"""What is told of the one goes by post, of the other by phone."""
TOLD_BY_MAIL = (
    "Be told by e-mail, and read the answer",
    "Be told of both by e-mail",
    "Be reminded by e-mail, a week before",
)
POSTED_TO = "12 Harbour Street\nDownham\nDW1 7RT"
RUNG_AT = "01632 960 345"


def _day(name: str, days: int) -> dict[str, str]:
    on = datetime.now(UTC) + timedelta(days=days)
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


APPLICATION = {
    "name": {"full_name": "Nia Example"},
    "why": {"why": "I care for my father."},
    "agree": {"code_of_conduct": "1", "data_notice": "1"},
}
NEEDS = {
    "needs": ["lipspeaker", "breaks"],
    "format": "braille",
    "ways_to_talk": ["text_relay"],
    "shared_with": ["places", "coordinator"],
    "health_consent": "1",
}
OPPORTUNITY = {
    "role": {
        "title": HARD.role,
        "summary": HARD.summary,
        "role_type": "adviser",
        "strand": "culture",
        "rung": "feedback",
    },
    "change": {
        "purpose": "People tell us that they wait.",
        "what_will_change": "How we answer.",
        "influence": "asked",
        "cycle_stage": "co_assess",
    },
    "when": {
        "mode": "remote",
        "time_commitment": "3 hours",
        "session_time": "10:00",
        "session_hours": "2",
        "sessions_planned": "1",
        "preparation_hours": "0",
        **_day("session_at", 30),
    },
    "people": {"expertise_level": "none", "support": HARD.summary},
    "choosing": {"answer_ways": ["web", "phone"]},
    "places": {"places": "2", "pay": "expenses_only", "unpaid_why": "It is short.", "expenses": ["internet"]},
    "days": {**_day("apply_by", 20), **_day("decide_by", 25), **_day("feedback_by", 60)},
    "answers": {"talks_from_interest": "yes"},
}
"""What is typed into each page of a draft, by the page."""


@dataclass(frozen=True)
class PartWay:
    """A patient leader whose claim was sent, somebody who has only made an account, and ids by name.

    `named` has given only a name to join; `began` a way to reach them too.
    """

    leader: Caller
    newcomer: Caller
    named: Caller
    began: Caller
    trainer: Caller
    ids: dict[str, str]


def sign_on_paper(network: Network) -> None:
    """Every application that waits gets a photo of the form on paper."""
    screener = Caller(network.base_url).sign_in("sal@network.example")
    waiting = screener.get("recruitment", "/organisations/QZN/applications")["applications"]
    for one in waiting:
        address = f"{network.base_url}/api/recruitment/v1/organisations/QZN/applications/{one['id']}/signed-form"
        headers = {"authorization": f"Bearer {screener.token}", "idempotency-key": one["id"]}
        httpx.put(address, content=photo(), headers=headers, timeout=30).raise_for_status()


def reached_by(person: Caller, channel: str, address: str) -> None:
    """From now on what is new is told to them so."""
    wanted = {"channel": channel, "address": address, "format": "large_print", "relay": "text_relay"}
    person.put("notifications", "/mine/contact", wanted)


def wait_for_letter(screener: Caller) -> str:
    """The id of the letter about a claim, which waits to be printed. One about an offer ends with its session."""

    def found() -> list[str]:
        waits = screener.get("notifications", "/organisations/QZN/messages")["messages"]
        return [one["id"] for one in waits if one["channel"] == "post" and one["kind"].startswith("claim_")]

    return wait_until(found)[-1]


def go_part_way(network: Network) -> PartWay:
    """A claim is sent, an account made, a machine of RZ9 and somebody on the phone are there; with hard names.

    A letter was taken to be printed, and something waits to be told by phone.
    """
    make_hard_organisation(network)
    screener, by_hand = Caller(network.base_url).sign_in("sal@network.example"), dict[str, str]()
    sent = Journey(network.base_url, network.mailbox_url, HARD)
    for step in sent.steps():
        if step.name == CLAIM_WAITS:
            break
        if step.name == SCREENED:
            sign_on_paper(network)
        if step.name == OFFERED:
            reached_by(sent.person, "post", POSTED_TO)
        if step.name not in TOLD_BY_MAIL:
            step.do()
        if step.name == ATTENDED:
            by_hand["letter"] = wait_for_letter(screener)
            by_hand["printing"] = screener.post("notifications", "/organisations/QZN/printings", {})["id"]
            reached_by(sent.person, "phone", RUNG_AT)
    sent.person.put("recruitment", "/mine/needs", NEEDS | {"words": HARD.interest})
    new = Journey(network.base_url, network.mailbox_url)
    next(step for step in new.steps() if step.name == ACCOUNT_MADE).do()
    on_the_phone = screener.post_until_accepted("identity", "/organisations/QZN/people", {"called": "Winifred"})
    trainer = Caller(network.base_url).sign_in("lou@livingwell.example")
    fill_in(new.person, "/join/apply", APPLICATION)
    named, began = begin(network, "Ida"), begin(network, HARD.called)
    until_accepted(lambda: began.put("notifications", "/mine/contact", {"channel": "meet", "address": HARD.interest}))
    by_hand["duplicate"] = somebody_twice(network, screener)
    send_lists(network)
    ids = {**sent.found, "phone_person": on_the_phone["account_id"], **by_hand}
    return PartWay(sent.person, new.person, named, began, trainer, ids)


def somebody_twice(network: Network, screener: Caller) -> str:
    """Somebody begins to join with the phone of somebody in the pool: the id of the two, who may be one."""
    again = begin(network, HARD.called)
    until_accepted(lambda: again.put("notifications", "/mine/contact", {"channel": "phone", "address": RUNG_AT}))

    def found() -> list[str]:
        waits = screener.get("recruitment", "/organisations/QZN/duplicates")["duplicates"]
        return [one["id"] for one in waits]

    return wait_until(found)[0]


def send_lists(network: Network) -> None:
    """Two lists of people whom RZ9 knows: of one its columns are still to be named, one waits for the network."""
    cora = Caller(network.base_url).sign_in("cora@downland.example")
    lists, row = "/organisations/RZ9/lists", f'"{HARD.called}",robin@people.example,"{HARD.role}","{HARD.training}"'
    for name, meanings in ((HARD.called, ["full_name", "email", "work_title", "work_body"]), ("Our list.csv", [])):
        answer = httpx.post(
            f"{network.base_url}/api/recruitment/v1{lists}",
            params={"name": name},
            content=f"Name,E-mail,Role,Group\r\n{row}\r\n".encode(),
            headers={"authorization": f"Bearer {cora.token}", "idempotency-key": f"list-{len(name)}"},
            timeout=30,
        )
        id = answer.raise_for_status().json()["id"]
        if meanings:
            cora.put("recruitment", f"{lists}/{id}/columns", {"meanings": meanings})
            cora.post("recruitment", f"{lists}/{id}/ask-release")


def begin(network: Network, called: str) -> Caller:
    """Somebody gives their name to join, and nothing else."""
    caller = Caller(network.base_url)
    caller.take_token(caller.post("identity", "/start", {"called": called}))
    return caller


def a_draft(network: Network) -> str:
    """The id of an opportunity's draft of RZ9, of which every page is filled in and nothing is sent."""
    cora = Caller(network.base_url).sign_in("cora@downland.example")
    cora.send_form(cora.page("/sign-in/demo"), "/sign-in/demo", {"account_id": cora.account_id})
    at = fill_in(cora, "/opportunities/for/RZ9/new", OPPORTUNITY)
    return at.rpartition("/")[2]


def fill_in(caller: Caller, at: str, pages: Mapping[str, Mapping[str, Any]]) -> str:
    """Save each page of a task list; the address of the draft's list."""
    for page, typed in pages.items():
        shown = caller.page(f"{at}/{page}")
        following = caller.send_form(shown, f"{at}/{page}", typed)
        if found := re.search(r'class="nhsuk-back-link" href="([^"]+)"', following):
            at = found[1]
    return at
