"""How long an objection to a draw may wait, for whom it waits, and what is done where nobody there may answer it.

Whoever drew or confirmed answers nothing, so an organisation with one coordinator needs a colleague or a host.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from schemas import links
from schemas.event import Waiting
from schemas.matching import Opportunity
from services.chassis.base.working_days import end_of_working_day

WORKING_DAYS_TO_ANSWER = 5
"""So long somebody who objects waits at most: it is said to them."""
NETWORK_AFTER = timedelta(days=2)
"""When nobody there may answer so long after, the network's admins have it on their home page."""
LOOK_EVERY = timedelta(days=1)
"""So often it is looked again whether somebody may."""


@dataclass(frozen=True)
class Network:
    """The organisation that runs the network, whose admins say who hosts an organisation."""

    organisation_id: UUID
    since: datetime


def answer_by(since: datetime) -> datetime:
    return end_of_working_day(since, WORKING_DAYS_TO_ANSWER)


def waiting(opportunity: Opportunity, since: datetime | None, network: Network | None) -> list[Waiting]:
    """For its coordinators and their host's; for the network's admins too, where none of them may."""
    if since is None or opportunity.withdrawn:
        return []
    draw = links.STAFF_DRAW.format(ods=opportunity.ods_code, opportunity_id=opportunity.id)
    waits = Waiting(
        organisation_id=opportunity.organisation_id,
        role="coordinator",
        what="answer_objection",
        about=opportunity.id,
        since=since,
        until=answer_by(since),
        link=draw,
    )
    if network is None:
        return [waits]
    hosts = links.STAFF_HOSTS.format(ods=opportunity.ods_code)
    of_network = {"organisation_id": network.organisation_id, "role": "admin", "what": "find_who_answers"}
    return [waits, waits.with_changes(**of_network, since=network.since, link=hosts)]


def is_to_look(opportunity: Opportunity, since: datetime | None, now: datetime) -> bool:
    """Whether it is time to look if anybody may answer."""
    return since is not None and not opportunity.withdrawn and now >= since + NETWORK_AFTER


def next_look(opportunity: Opportunity, since: datetime | None, now: datetime) -> datetime | None:
    if since is None or opportunity.withdrawn:
        return None
    return max(since + NETWORK_AFTER, now + LOOK_EVERY) if now >= since + NETWORK_AFTER else since + NETWORK_AFTER
