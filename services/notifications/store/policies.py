"""What notifications obeys: how long conversations are open and messages kept, how soon concerns are answered."""

from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.wording import many
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Kind
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.concern import Concerns
from services.notifications.domain.conversing import Conversing
from services.notifications.domain.telling import Telling


async def _whoever_writes(_: Transaction[Member]) -> str:
    return (
        "From its first day on, the next edition is for every conversation and every message, older ones too. With "
        "fewer days, more messages are deleted for good, and more conversations close."
    )


async def _whoever_waits(tx: Transaction[Member]) -> str:
    count = await tx.fetchval(
        "select count(*) from concern where organisation_id = $1 and closed_at is null", tx.acting.organisation_id
    )
    return (
        "Whoever sends a concern from its first day on is told the new day, at each organisation. Concerns of before"
        f" keep theirs; at the network {many(count, 'concern')} waited when this page was made. From its first day on"
        " what was closed is kept for the new time, also what was closed before."
    )


async def _whoever_is_told(_: Transaction[Member]) -> str:
    return (
        "From its first day on, people are asked by the new number of months. Whoever was asked before keeps the days "
        "that they were told."
    )


CONVERSING = Kind("conversations", "How long conversations are open, and kept", Conversing, _whoever_writes)
CONCERNS = Kind("concerns", "Concerns, and complaints about data", Concerns, _whoever_waits)
TELLING = Kind("telling", "Whether people still want to be told of roles", Telling, _whoever_is_told)
KINDS: tuple[Kind[Any], ...] = (CONVERSING, CONCERNS, TELLING)
"""The network says all of it; the first editions came with migrations."""
_NO_ORGANISATION = UUID(int=0)


async def conversing(tx: Transaction) -> Conversing:
    """The edition of today."""
    edition = await policies.in_force(tx, CONVERSING, _NO_ORGANISATION, on=london_day(tx.now))
    assert edition, "the network always has one"
    return edition.value


async def concerns(tx: Transaction, *, on: date) -> Concerns:
    """The edition that holds on a day."""
    edition = await policies.in_force(tx, CONCERNS, _NO_ORGANISATION, on=on)
    assert edition, "the network always has one"
    return edition.value


async def telling(tx: Transaction) -> Telling:
    """The edition of today."""
    edition = await policies.in_force(tx, TELLING, _NO_ORGANISATION, on=london_day(tx.now))
    assert edition, "the network always has one"
    return edition.value
