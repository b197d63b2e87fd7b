"""What follows when an organisation closes: what it has open is called off."""

from uuid import UUID

from schemas.identity import Organisation
from services.chassis.base.access import london_day
from services.chassis.base.periods import Period
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching.commands import saving
from services.matching.domain import opportunity as opportunities
from services.matching.store import opportunities as store

CALLED_OFF_AT_ONCE = 100
"""Opportunities of an organisation that has closed, in one transaction."""


async def follow_organisation(tx: Transaction, organisation: Organisation) -> None:
    """At the end of an organisation's last day, in London, what it has open is called off."""
    ends_at = Period.of(organisation).ends_at
    if ends_at and ends_at <= tx.now:
        await tx.due(call_off_of_closed, organisation.id, organisation.version)
    else:
        await tx.wake(begin_to_call_off, organisation.id, ends_at)


async def begin_to_call_off(tx: Transaction, organisation_id: UUID) -> None:
    """Woken when an organisation's last day is over, unless that has been moved meanwhile."""
    if organisation := await mirrors.get(tx, Organisation, organisation_id):
        await follow_organisation(tx, organisation)


async def call_off_of_closed(tx: Transaction, organisation_id: UUID, after: UUID | None) -> UUID | None:
    """The next of what a closed organisation still has open."""
    organisation = await mirrors.get(tx, Organisation, organisation_id)
    if organisation is None or not Period.of(organisation).ends_before(london_day(tx.now)):
        return None
    some = await store.lock_not_over(tx, organisation_id, after=after, limit=CALLED_OFF_AT_ONCE)
    gone = [opportunities.withdraw(one, why="organisation_closed", by=None, now=tx.now) for one in some]
    await saving.save(tx, *gone)
    return some[-1].id if len(some) == CALLED_OFF_AT_ONCE else None
