"""What engagements does from time to time."""

from services.chassis.work.scheduler import Clock, Jobs
from services.engagements.commands import system

jobs = Jobs()


@jobs.every(seconds=5)
async def recount_what_waits(clock: Clock) -> None:
    while True:
        async with clock.transaction() as tx:
            if await system.recount_what_waits(tx) < system.RECOUNT_AT_ONCE:
                return
