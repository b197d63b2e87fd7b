"""What payments does from time to time."""

from services.chassis.jobs import Clock, Jobs
from services.payments import metrics
from services.payments.domain.claim import UNPAID
from services.payments.store import claims

jobs = Jobs()


@jobs.every(minutes=1)
async def count_open_claims(clock: Clock) -> None:
    """Bring the gauges of claims up to date: how many wait in each status, and the age of the oldest."""
    async with clock.transaction() as tx:
        found = {one.status: one for one in await claims.open_claims(tx, statuses=UNPAID)}
    for status in UNPAID:
        metrics.CLAIMS_OPEN.labels(status).set(found[status].count if status in found else 0)
    oldest = min((one.oldest for one in found.values()), default=tx.now)
    metrics.OLDEST_UNPAID.set((tx.now - oldest).total_seconds())
