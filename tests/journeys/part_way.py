"""Main jobs that stop half-way, so that every page has something to show, and the ids of what they left."""

from dataclasses import dataclass

from services.cli.caller import Caller
from services.cli.journey import Journey, Step
from tests.journeys.network import Network

CLAIM_WAITS = "Approve the claim"
"""The step before which a claim waits for its approval, at the organisation RZ9."""
NEW_HERE = "Apply through the gateway"
"""The step before which somebody has an account and nothing else."""


@dataclass(frozen=True)
class PartWay:
    """A patient leader with a claim that was sent, somebody who has only made an account, and ids by name."""

    leader: Caller
    newcomer: Caller
    ids: dict[str, str]


def go_part_way(network: Network) -> PartWay:
    sent = Journey(network.base_url, network.mailbox_url)
    _walk(sent, CLAIM_WAITS)
    new = Journey(network.base_url, network.mailbox_url)
    for step in new.steps():
        if step.name == NEW_HERE:
            break
        if step.name == "Make an account by e-mail":
            step.do()
    return PartWay(sent.person, new.person, dict(sent.found))


def _walk(journey: Journey, until: str) -> list[Step]:
    """Do each step before the one of that name."""
    done: list[Step] = []
    for step in journey.steps():
        if step.name == until:
            return done
        step.do()
        done.append(step)
    raise AssertionError(f"the journey has no step “{until}”")
