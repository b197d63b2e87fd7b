"""Main jobs that stop half-way, so that every page has something to show, and the ids of what they left."""

from dataclasses import dataclass

import httpx

from services.cli.clients.caller import Caller
from services.cli.demo.journey import Journey
from tests.chassis.sent_files import photo
from tests.journeys.network import Network

CLAIM_WAITS = "Approve the claim"
"""The step before which a claim waits for its approval, at the organisation RZ9."""
ACCOUNT_MADE = "Make an account by e-mail"
SCREENED = "Screen and approve"
"""The step before which an application waits."""


@dataclass(frozen=True)
class PartWay:
    """A patient leader whose claim was sent, somebody who has only made an account, and ids by name."""

    leader: Caller
    newcomer: Caller
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


def go_part_way(network: Network) -> PartWay:
    """A claim is sent, an account made, a machine of RZ9 and somebody on the phone are there."""
    sent = Journey(network.base_url, network.mailbox_url)
    for step in sent.steps():
        if step.name == CLAIM_WAITS:
            break
        if step.name == SCREENED:
            sign_on_paper(network)
        step.do()
    new = Journey(network.base_url, network.mailbox_url)
    next(step for step in new.steps() if step.name == ACCOUNT_MADE).do()
    screener = Caller(network.base_url).sign_in("sal@network.example")
    on_the_phone = screener.post_until_accepted("identity", "/organisations/QZN/people", {"called": "Winifred"})
    trainer = Caller(network.base_url).sign_in("lou@livingwell.example")
    return PartWay(sent.person, new.person, trainer, {**sent.found, "phone_person": on_the_phone["account_id"]})
