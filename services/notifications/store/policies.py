"""How long people and staff can write about what is over, and how long messages are kept: as the network says."""

from typing import Any
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Kind
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.conversing import Conversing


async def _whoever_writes(_: Transaction[Member]) -> str:
    return (
        "From its first day on, the next edition is for every conversation and every message, older ones too. With "
        "fewer days, more messages are deleted for good, and more conversations close."
    )


CONVERSING = Kind("conversations", "How long conversations are open, and kept", Conversing, _whoever_writes)
KINDS: tuple[Kind[Any], ...] = (CONVERSING,)
"""What notifications obeys."""


async def conversing(tx: Transaction) -> Conversing:
    """The edition of today, which came with a migration."""
    edition = await policies.in_force(tx, CONVERSING, UUID(int=0), on=london_day(tx.now))
    assert edition, "the network always has one"
    return edition.value
