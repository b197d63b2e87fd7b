"""How soon concerns are answered, and how long they are kept: the network says so."""

from datetime import date
from typing import Any

from services.chassis.base.hands import Member
from services.chassis.base.wording import many
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Kind
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.concern import Concerns


async def _whoever_waits(tx: Transaction[Member]) -> str:
    count = await tx.fetchval(
        "select count(*) from concern where organisation_id = $1 and closed_at is null", tx.acting.organisation_id
    )
    return (
        "Whoever sends a concern from its first day on is told the new day, at each organisation. Concerns of before"
        f" keep theirs; at the network {many(count, 'concern')} waited when this page was made. From its first day on"
        " what was closed is kept for the new time, also what was closed before."
    )


CONCERNS = Kind("concerns", "Concerns, and complaints about data", Concerns, _whoever_waits)
KINDS: tuple[Kind[Any], ...] = (CONCERNS,)
"""What notifications obeys."""


async def concerns(tx: Transaction, *, on: date) -> Concerns:
    """The edition that holds on a day; the first came with a migration."""
    edition = await policies.in_force(tx, CONCERNS, None, on=on)
    assert edition, "the network always has one"
    return edition.value
