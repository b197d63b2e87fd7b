"""What training does from time to time."""

from services.chassis.work.scheduler import Clock, Jobs
from services.training.domain.declared import NOT_APPLIED_FOR
from services.training.store import declared

jobs = Jobs()


@jobs.every(days=1)
async def delete_what_is_over(clock: Clock) -> None:
    """Of registers what nobody applied, and what stayed wrong."""
    async with clock.transaction() as tx:
        await declared.delete_old(tx, staged_before=tx.now - NOT_APPLIED_FOR)
