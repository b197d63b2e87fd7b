"""What payments does from time to time besides what every service does."""

from services.chassis.work import to_do
from services.chassis.work.scheduler import Clock, Jobs
from services.payments.store import households
from services.payments.store import to_do as to_do_store

jobs = Jobs()


@jobs.every(hours=1)
async def delete_old_codes(clock: Clock) -> None:
    """Codes by which somebody says with whom they live, after their day."""
    async with clock.transaction() as tx:
        await households.delete_old_codes(tx, tx.now)


@jobs.every(seconds=10)
async def say_what_waits_for_staff(clock: Clock) -> None:
    """Of what no other state says: on home pages within seconds."""
    async with clock.transaction() as tx:
        await to_do.keep_in_step(tx, to_do_store.TO_DO, await to_do_store.wanted(tx))
