"""How soon what an organisation asked for is drafted: what the network says."""

from datetime import date
from typing import Any

from services.chassis.base.hands import Member
from services.chassis.base.wording import many
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Kind
from services.chassis.postgres.transaction import Transaction
from services.matching.domain.asked import Promise


async def _whoever_waits(tx: Transaction[Member]) -> str:
    count = await tx.fetchval(
        "select count(*) from asked where drafting_id = $1 and ended_at is null", tx.acting.organisation_id
    )
    return (
        "From its first day on, whoever asks is told the new day. What was asked for before keeps the day that was"
        f" told; {many(count, 'thing', 'things')} like this wait for your own coordinators."
    )


DRAFTING = Kind("drafting_what_was_asked", "How soon what was asked for is drafted", Promise, _whoever_waits)
KINDS: tuple[Kind[Any], ...] = (DRAFTING,)
"""What matching obeys."""


async def drafting(tx: Transaction, *, on: date) -> Promise:
    """The network's edition on a day, which came with a migration."""
    edition = await policies.in_force(tx, DRAFTING, None, on=on)
    assert edition, "the network always has one"
    return edition.value
