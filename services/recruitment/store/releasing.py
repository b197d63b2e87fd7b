"""Who releases lists of people: the network's welcome team."""

from schemas.identity import Organisation
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotAllowed
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.application import SCREENER


async def check_releases(tx: Transaction[Member]) -> None:
    """Raises NotAllowed to everybody but the network's welcome team."""
    if SCREENER not in tx.acting.roles or not await is_network(tx):
        raise NotAllowed


async def is_network(tx: Transaction[Member]) -> bool:
    """Whether the organisation that is acted for runs the network."""
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    return organisation is not None and organisation.kind == "network"
