"""What training does from time to time."""

from services.chassis.work.scheduler import Clock, Jobs
from services.training import commands

jobs = Jobs()


@jobs.every(seconds=30)
async def ask_who_came(clock: Clock) -> None:
    while True:
        async with clock.transaction() as tx:
            if await commands.ask_who_came(tx) < commands.ASK_AT_ONCE:
                return
