"""What payments does from time to time besides what every service does."""

from services.chassis.work.scheduler import Clock, Jobs
from services.payments.store import households

jobs = Jobs()


@jobs.every(hours=1)
async def delete_old_codes(clock: Clock) -> None:
    """Codes by which somebody says with whom they live, after their day."""
    async with clock.transaction() as tx:
        await households.delete_old_codes(tx, tx.now)
