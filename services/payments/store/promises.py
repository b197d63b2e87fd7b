"""How soon people are promised their pay: by the network, or by an organisation that promises more."""

from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.wording import many
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Kind
from services.chassis.postgres.transaction import Transaction
from services.payments.domain.promise import PayPromise, Promise
from services.payments.store.cancelled import LATE_CANCELLING


async def _whoever_sends_a_claim(tx: Transaction[Member]) -> str:
    count = await tx.fetchval(
        "select count(*) from claim where organisation_id = $1 and status in ('sent', 'approved')",
        tx.acting.organisation_id,
    )
    return (
        "The next edition is for claims that are sent from its first day on. Claims that were sent before keep the "
        f"days that were promised then; your organisation has {many(count, 'claim')} like this to pay. Where an "
        "organisation has an edition of its own, that one counts, and not the network's."
    )


PAY_PROMISE = Kind("pay_promise", "How soon people are paid", PayPromise, _whoever_sends_a_claim, by_organisations=True)
KINDS: tuple[Kind[Any], ...] = (PAY_PROMISE, LATE_CANCELLING)
"""What payments obeys."""


async def in_force(tx: Transaction, organisation_id: UUID | None, *, on: date) -> Promise | None:
    """What an organisation promises on a day: the network's where it has none of its own; None: the network's."""
    edition = await policies.in_force(tx, PAY_PROMISE, organisation_id, on=on)
    return Promise(edition.value.days, edition.source) if edition else None
