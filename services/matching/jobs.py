"""What matching does from time to time."""

from services.chassis.work.scheduler import Clock, Jobs
from services.matching import commands

jobs = Jobs()


@jobs.every(seconds=30)
async def close_past_opportunities(clock: Clock) -> None:
    while True:
        async with clock.transaction() as tx:
            if await commands.close_past_opportunities(tx) < commands.CLOSE_AT_ONCE:
                return


@jobs.every(hours=6)
async def recheck_matches_for_training(clock: Clock) -> None:
    async with clock.transaction() as tx:
        await commands.recheck_matches_for_training(tx)
