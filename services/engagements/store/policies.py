"""How soon people are answered, and what preparation is paid: what the network says, or an organisation instead."""

from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.wording import many
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Kind
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain.answering import Answering
from services.engagements.domain.preparing import Preparation


async def _whoever_waits(tx: Transaction[Member]) -> str:
    count = await tx.fetchval(
        "select count(*) from engagement where organisation_id = $1 and status = 'interested'",
        tx.acting.organisation_id,
    )
    return (
        "From its first day on, whoever shows interest is told the new day. Who showed interest before keeps the day "
        f"that they were told; your organisation has {many(count, 'person', 'people')} like this to answer. Answers "
        "that can still be undone keep the time that they had."
    )


ANSWERING = Kind("answering", "How soon people are answered", Answering, _whoever_waits, by_organisations=True)


async def _whoever_prepares(tx: Transaction[Member]) -> str:
    count = await tx.fetchval(
        "select count(*) from engagement where organisation_id = $1 and status = 'accepted'",
        tx.acting.organisation_id,
    )
    return (
        "It counts for sessions from its first day on, in roles with a rate by the hour: whoever records who came is "
        "asked for the hours that each person prepared, and they are paid with the others. Your organisation has "
        f"{many(count, 'person', 'people')} with a place. Sessions of before keep what held on their day."
    )


PREPARATION = Kind("preparation", "Pay for preparation", Preparation, _whoever_prepares, by_organisations=True)
KINDS: tuple[Kind[Any], ...] = (ANSWERING, PREPARATION)
"""What engagements obeys."""


async def answering(tx: Transaction, organisation_id: UUID, *, on: date) -> Answering:
    """An organisation's own edition on a day, or the network's, which came with a migration."""
    edition = await policies.in_force(tx, ANSWERING, organisation_id, on=on)
    assert edition, "the network always has one"
    return edition.value


async def preparation(tx: Transaction, organisation_id: UUID, *, on: date) -> int:
    """The most hours of preparation that an organisation pays for a session on a day; 0 where nobody says so."""
    edition = await policies.in_force(tx, PREPARATION, organisation_id, on=on)
    return edition.value.most_hours if edition else 0
