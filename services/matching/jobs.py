"""What matching does from time to time."""

from services.chassis.work.scheduler import Clock, Jobs
from services.matching.commands import fitting

jobs = Jobs()


@jobs.every(hours=6)
async def recheck_matches_for_training(clock: Clock) -> None:
    async with clock.transaction() as tx:
        await fitting.recheck_matches_for_training(tx)
