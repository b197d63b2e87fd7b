"""By the clock: concerns that nobody reads, complaints near their day, and what is kept long enough."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.working_days import working_days_left
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.commands.caring import list_concern
from services.notifications.commands.story import TOPIC as OF_CALLS
from services.notifications.domain import complaint
from services.notifications.domain.concern import Unread
from services.notifications.store import complaints, concerns, policies, story, waiting
from services.notifications.store.waiting import Thing

AT_ONCE = 100
CALLS_KEPT = timedelta(days=90)
"""After the session, or after it was asked for: whoever was not rung by then was told nothing that should stay."""
YEAR = timedelta(days=366)


async def look_at_concerns(tx: Transaction, after: UUID | None) -> UUID | None:
    """The next of those that are open, in id order, are told of as it is now. Returns after which to go on."""
    some = await concerns.open_ones(tx, after or UUID(int=0), limit=AT_ONCE)
    for id in some:
        await list_concern(tx, id)
    return some[-1] if len(some) == AT_ONCE else None


async def measure(tx: Transaction) -> None:
    """How many wait unread at each organisation, and for how many working days the oldest does; and complaints."""
    today = london_day(tx.now)
    unread = {
        ods: Unread(count, max(0.0, (tx.now - since).total_seconds()), working_days_left(london_day(since), today))
        for ods, (count, since) in (await concerns.unread(tx)).items()
    }
    near, late = await complaints.near(
        tx, acknowledge_by=tx.now + complaint.NEAR, received_before=tx.now - complaint.SETTLED_AFTER
    )
    tx.count(partial(metrics.show_concerns, unread, near, late))


async def delete_old(tx: Transaction) -> None:
    """Concerns and complaints as the policy in force says; calls some time after their session."""
    kept = await policies.concerns(tx, on=london_day(tx.now))
    await concerns.delete_old(tx, closed_before=tx.now - timedelta(days=kept.keep_concerns_days))
    await complaints.delete_old(
        tx,
        settled_before=tx.now - YEAR * kept.keep_complaints_years,
        contacts_before=tx.now - complaint.SETTLED_AFTER,
    )
    gone = await story.delete_old(tx, before=tx.now - CALLS_KEPT)
    await waiting.rewrite(tx, {Thing(OF_CALLS, id): () for id in gone})
