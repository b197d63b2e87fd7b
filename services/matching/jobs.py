"""What matching does from time to time."""

from services.chassis.work.scheduler import Clock, Jobs
from services.matching import commands

jobs = Jobs()


@jobs.every(hours=6)
async def recheck_matches_for_training(clock: Clock) -> None:
    async with clock.transaction() as tx:
        await commands.recheck_matches_for_training(tx)
